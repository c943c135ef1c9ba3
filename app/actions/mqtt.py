"""Action that publishes the event to an MQTT broker, and announces the kiosk to Home Assistant."""

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
    """Connects, publishes, waits for the broker's acknowledgement, and disconnects.

    Attributes:
        topic: Topic of the events.
        discovery_topic: Topic of the announcement to Home Assistant.

    Args:
        config: Table of the policy.
        tools: Provides the name of the kiosk.
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
        """Announce the kiosk to Home Assistant if configured.

        Raises:
            ActionError: The broker cannot be reached; the announcement is sent with the first event instead.
        """
        if self._config.discovery:
            with _Connection(self._config, deadline, self._closing) as connection:
                self._announce(connection)

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Publish the event; see `Action.run`.

        Raises:
            ReceiverUnreachable: The broker does not answer.
            ReceiverRefused: The broker refuses the connection or the message.
            SecretMissing: The password is missing.
        """
        with _Connection(self._config, deadline, self._closing) as connection:
            if self._config.discovery and not self._announced:
                self._announce(connection)
            answer = connection.publish(self.topic, event_json(event, include_name=self._config.include_name))
        return ActionOutcome(f"published: {answer}")

    def close(self) -> None:
        """Abort a running connection."""
        self._closing.set()

    def _announce(self, connection: "_Connection") -> None:
        connection.publish(self.discovery_topic, self._discovery(), retain=True)
        self._announced = True

    def _discovery(self) -> bytes:
        """Return the announcement of an event entity (home-assistant.io/integrations/event.mqtt)."""
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
    """A connection to the broker as a context manager; its network loop runs in the calling thread."""

    def __init__(self, config: MqttConfig, deadline: Deadline, closing: threading.Event) -> None:
        self._config = config
        self._deadline = deadline
        self._closing = closing
        self._address = f"{config.host}:{config.effective_port}"
        self._connect_reason: ReasonCode | None = None
        self._acknowledged: dict[int, ReasonCode] = {}
        self._tls = self._tls_context() if config.tls else None
        self._client = self._make_client()

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
        """Publish a message with QoS 1 and return the broker's acknowledgement.

        Args:
            topic: The topic.
            payload: The message.
            retain: Whether the broker keeps the message for later subscribers.

        Raises:
            ActionCancelled: The action was closed.
            ReceiverUnreachable: The connection failed, or the broker did not answer in time.
            ReceiverRefused: The broker refused the message.
        """
        sent = self._client.publish(topic, payload, qos=_AT_LEAST_ONCE, retain=retain)
        self._check(sent.rc)
        while (acknowledgement := self._acknowledged.get(sent.mid)) is None:
            self._step()
        if acknowledgement.is_failure:
            raise ReceiverRefused(address=self._address, reason=f"{topic}: {acknowledgement}")
        return acknowledgement

    def _make_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, protocol=_VERSIONS[self._config.version], reconnect_on_failure=False
        )
        client.on_connect = self._on_connect
        client.on_publish = self._on_publish
        if self._config.username is not None:
            password = self._config.password.read() if self._config.password is not None else None
            client.username_pw_set(self._config.username, password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        return client

    def _tls_context(self) -> "_TrackingContext":
        try:
            return _TrackingContext.trusting(self._config.ca_file)
        except OSError as error:  # includes ssl.SSLError
            reason = f"{self._config.ca_file}: {error.strerror or error}"
            raise ReceiverUnreachable(address=self._address, reason=reason) from error

    def _connect(self) -> None:
        wait_s = max(self._deadline.remaining_s, _STEP_S)
        self._client.connect_timeout = wait_s
        try:
            # The client uses the keep-alive interval as the time limit of the TLS handshake.
            self._check(self._client.connect(self._config.host, self._config.effective_port, max(int(wait_s), 1)))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ReceiverUnreachable(address=self._address, reason=reason) from error
        while self._connect_reason is None:
            self._step()
        if self._connect_reason.is_failure:
            raise ReceiverRefused(address=self._address, reason=str(self._connect_reason))

    def _close(self) -> None:
        self._client.disconnect()
        if self._tls is not None:
            self._tls.close()

    def _on_connect(self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object) -> None:
        self._connect_reason = reason

    def _on_publish(self, _client: object, _data: object, mid: int, reason: ReasonCode, _more: object) -> None:
        self._acknowledged[mid] = reason

    def _step(self) -> None:
        if self._closing.is_set():
            raise ActionCancelled(action=self._config.name)
        if self._deadline.passed:
            raise ReceiverUnreachable(address=self._address, reason="no answer in time")
        code = self._client.loop(min(self._deadline.remaining_s, _STEP_S))
        if self._connect_reason is None or not self._connect_reason.is_failure:
            self._check(code)

    def _check(self, code: MQTTErrorCode) -> None:
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ReceiverUnreachable(address=self._address, reason=error_string(code))


class _TrackingContext(ssl.SSLContext):
    """Keeps its latest socket: the MQTT client does not close it when the handshake fails."""

    latest: ssl.SSLSocket | None = None

    @classmethod
    def trusting(cls, ca_file: Path | None) -> "_TrackingContext":
        """Return a context that verifies certificates and host names.

        Args:
            ca_file: Trusted certificates instead of those of the system.

        Raises:
            OSError: The file cannot be read, or contains no certificate.
        """
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        if ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(ca_file)
        return context

    def wrap_socket(self, *positional: Any, **named: Any) -> ssl.SSLSocket:
        """See `ssl.SSLContext.wrap_socket`."""
        self.latest = super().wrap_socket(*positional, **named)
        return self.latest

    def close(self) -> None:
        """Close the latest socket."""
        if self.latest is not None:
            self.latest.close()
