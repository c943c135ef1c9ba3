"""The action that publishes the event to an MQTT broker, and makes itself known to Home Assistant."""

import json
import ssl
import threading
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, error_string
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from app import __version__
from app.actions.config import MqttConfig
from app.actions.message import TEST, UNLOCKED, event_json, slug
from app.actions.port import ActionOutcome, ActionTools
from app.core.errors import ActionCancelled, ReceiverRefused, ReceiverUnreachable
from app.core.unlock import Deadline, UnlockEvent

_AT_LEAST_ONCE = 1
_STEP_S = 0.1
_VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}


class MqttAction:
    """Connects, publishes, waits until the broker has it, and disconnects.

    Args:
        config: Its table of the policy.
        tools: With the kiosk's name.
    """

    def __init__(self, config: MqttConfig, tools: ActionTools) -> None:
        self.name = config.name
        self._config = config
        self._kiosk = tools.kiosk
        self._closing = threading.Event()
        self._announced = False
        self.topic = config.topic.replace("{kiosk}", slug(tools.kiosk))
        self.discovery_topic = f"{config.discovery_prefix}/event/facelatch_{slug(tools.kiosk)}/config"

    def start(self, deadline: Deadline) -> None:
        """Make the kiosk known to Home Assistant, where that is wanted.

        Raises:
            ActionError: The broker cannot be reached. It is told with the first event then.
        """
        if self._config.discovery:
            with _Connection(self._config, deadline, self._closing) as connection:
                self._announce(connection)

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """See `Action.run`.

        Raises:
            ReceiverUnreachable: The broker does not answer.
            ReceiverRefused: It does, but does not let us in or publish.
            SecretMissing: There is no password.
        """
        with _Connection(self._config, deadline, self._closing) as connection:
            if self._config.discovery and not self._announced:
                self._announce(connection)
            answer = connection.publish(self.topic, event_json(event, include_name=self._config.include_name))
        return ActionOutcome(f"published: {answer}")

    def close(self) -> None:
        """Give up what is under way."""
        self._closing.set()

    def _announce(self, connection: "_Connection") -> None:
        connection.publish(self.discovery_topic, self._discovery(), retain=True)
        self._announced = True

    def _discovery(self) -> bytes:
        """An event entity (home-assistant.io/integrations/event.mqtt)."""
        identity = f"facelatch_{slug(self._kiosk)}"
        message = {
            "name": "Unlocked",
            "unique_id": f"{identity}_unlocked",
            "state_topic": self.topic,
            "event_types": [UNLOCKED, TEST],
            "icon": "mdi:face-recognition",
            "device": {"identifiers": [identity], "name": self._kiosk, "manufacturer": "Facelatch", "model": "Kiosk"},
            "origin": {"name": "Facelatch", "sw_version": __version__},
        }
        return json.dumps(message, ensure_ascii=False).encode()


class _Connection:
    """A connection to the broker for as long as the block lasts, driven by the thread that is in it."""

    def __init__(self, config: MqttConfig, deadline: Deadline, closing: threading.Event) -> None:
        self._config = config
        self._deadline = deadline
        self._closing = closing
        self._address = f"{config.host}:{config.effective_port}"
        self._greeting: ReasonCode | None = None
        self._receipts: dict[int, ReasonCode] = {}
        self._tls = self._trusted() if config.tls else None
        self._client = self._make()

    def __enter__(self) -> "_Connection":
        try:
            self._connect()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> ReasonCode:
        """Publish, and wait until the broker says that it has it."""
        sent = self._client.publish(topic, payload, qos=_AT_LEAST_ONCE, retain=retain)
        self._check(sent.rc)
        while (receipt := self._receipts.get(sent.mid)) is None:
            self._step()
        if receipt.is_failure:
            raise ReceiverRefused(address=self._address, reason=f"{topic}: {receipt}")
        return receipt

    def _make(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, protocol=_VERSIONS[self._config.version], reconnect_on_failure=False
        )
        client.on_connect = self._greeted
        client.on_publish = self._received
        if self._config.username is not None:
            password = self._config.password.read() if self._config.password is not None else None
            client.username_pw_set(self._config.username, password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        return client

    def _trusted(self) -> "_RememberingContext":
        try:
            return _RememberingContext.trusting(self._config.ca_file)
        except OSError as error:  # an ssl.SSLError is one as well
            reason = f"{self._config.ca_file}: {error.strerror or error}"
            raise ReceiverUnreachable(address=self._address, reason=reason) from error

    def _connect(self) -> None:
        wait_s = max(self._deadline.remaining_s, _STEP_S)
        self._client.connect_timeout = wait_s
        try:
            # The client waits for the TLS handshake as long as for a sign of life later.
            self._check(self._client.connect(self._config.host, self._config.effective_port, max(int(wait_s), 1)))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ReceiverUnreachable(address=self._address, reason=reason) from error
        while self._greeting is None:
            self._step()
        if self._greeting.is_failure:
            raise ReceiverRefused(address=self._address, reason=str(self._greeting))

    def _close(self) -> None:
        self._client.disconnect()
        if self._tls is not None:
            self._tls.close()

    def _greeted(self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object) -> None:
        self._greeting = reason

    def _received(self, _client: object, _data: object, mid: int, reason: ReasonCode, _more: object) -> None:
        self._receipts[mid] = reason

    def _step(self) -> None:
        if self._closing.is_set():
            raise ActionCancelled(action=self._config.name)
        if self._deadline.passed:
            raise ReceiverUnreachable(address=self._address, reason="no answer in time")
        code = self._client.loop(min(self._deadline.remaining_s, _STEP_S))
        if self._greeting is None or not self._greeting.is_failure:
            self._check(code)

    def _check(self, code: MQTTErrorCode) -> None:
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ReceiverUnreachable(address=self._address, reason=error_string(code))


class _RememberingContext(ssl.SSLContext):
    """Knows the socket it made last: the client forgets to close it where the handshake fails."""

    made: ssl.SSLSocket | None = None

    @classmethod
    def trusting(cls, ca_file: Path | None) -> "_RememberingContext":
        """One that checks certificates and names.

        Raises:
            OSError: The file cannot be read, or holds no certificate.
        """
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        if ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(ca_file)
        return context

    def wrap_socket(self, *positional: Any, **named: Any) -> ssl.SSLSocket:
        """See `ssl.SSLContext.wrap_socket`."""
        self.made = super().wrap_socket(*positional, **named)
        return self.made

    def close(self) -> None:
        """Close the socket."""
        if self.made is not None:
            self.made.close()
