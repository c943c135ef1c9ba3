"""Action that posts the signed event to an address."""

import base64
import hashlib
import hmac
import ssl
from urllib.parse import urlsplit

import httpx

from app import __version__
from app.actions.config import WebhookConfig
from app.actions.message import event_json
from app.actions.port import ActionOutcome, ActionTools
from app.core.clock import Clock
from app.core.errors import EventRejected, ReceiverRefused, ReceiverUnreachable
from app.core.unlock import Deadline, UnlockEvent

ID_HEADER, TIME_HEADER, STANDARD_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"
"""Headers of Standard Webhooks. Their signature covers the id and the time of the event as well as the body."""

EVENT_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "Facelatch-Event", "Facelatch-Timestamp", "Facelatch-Signature"
_MIN_SECRET_LENGTH = 16
_PERMANENT = frozenset({400, 410, 413, 415, 422})
"""Status codes that a retry of the same message would get again. Every other failure may be temporary."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 (RFC 2104) of the timestamp, a full stop and the body, as 64 hexadecimal digits.

    Args:
        secret: The key.
        timestamp: Time of sending in seconds since 1970, as in the message's header.
        body: Body of the message.
    """
    return hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()


def sign_standard(secret: str, event: str, timestamp: int, body: bytes) -> str:
    """Return the signature of Standard Webhooks: "v1," and the HMAC-SHA256 of id, timestamp and body in base64.

    Args:
        secret: The key.
        event: Id of the event, as in the message's header.
        timestamp: Time of sending in seconds since 1970, as in the message's header.
        body: Body of the message.
    """
    signed = b"%s.%d.%s" % (event.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


class WebhookSender:
    """Posts events, one attempt at a time. Owned by one thread.

    It follows no redirects and uses no proxy: the event goes to the address in the policy or nowhere.

    Args:
        config: Table of the policy.
        clock: Dates each attempt.
        transport: Transport of the HTTP client; by default the network.
    """

    def __init__(self, config: WebhookConfig, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._config = config
        self._clock = clock
        self._transport = transport
        self._client: httpx.Client | None = None
        parts = urlsplit(config.url)
        self._address = f"{parts.scheme}://{parts.netloc}"

    def check(self) -> None:
        """Check that the secret and the certificates can be read.

        Raises:
            SecretMissing: The secret cannot.
            ReceiverUnreachable: The certificates cannot.
        """
        self._config.secret.read(_MIN_SECRET_LENGTH)
        self._open_client()

    def post(self, event: UnlockEvent, timeout_s: float) -> int:
        """Post an event once.

        Args:
            event: The event.
            timeout_s: Time limit for the connection, and again for the answer, in seconds.

        Returns:
            Status code of the answer, 200 to 299.

        Raises:
            SecretMissing: The secret cannot be read.
            ReceiverUnreachable: There is no answer.
            ReceiverRefused: The answer is a temporary failure.
            EventRejected: The answer is a permanent failure.
        """
        body = event_json(event, include_name=self._config.include_name)
        timestamp = int(self._clock.now().timestamp())
        secret = self._config.secret.read(_MIN_SECRET_LENGTH)
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: event.id,
            TIME_HEADER: str(timestamp),
            STANDARD_HEADER: sign_standard(secret, event.id, timestamp, body),
            EVENT_HEADER: event.id,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(secret, timestamp, body),
        }
        try:
            with self._open_client().stream(
                "POST", self._config.url, content=body, headers=headers, timeout=max(timeout_s, 0.01)
            ) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ReceiverUnreachable(address=self._address, reason=_reason(error)) from error
        if status in _PERMANENT:
            raise EventRejected(address=self._address, reason=f"status {status}")
        if not httpx.codes.is_success(status):
            raise ReceiverRefused(address=self._address, reason=f"status {status}")
        return status

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._client is not None:
            self._client.close()

    def _open_client(self) -> httpx.Client:
        if self._client is None:
            try:
                trusted = ssl.create_default_context(cafile=self._config.ca_file)
            except OSError as error:  # includes ssl.SSLError
                reason = f"{self._config.ca_file}: {error.strerror or error}"
                raise ReceiverUnreachable(address=self._address, reason=reason) from error
            agent = {"User-Agent": f"facelatch/{__version__}"}
            self._client = httpx.Client(
                verify=trusted, trust_env=False, follow_redirects=False, headers=agent, transport=self._transport
            )
        return self._client


def _reason(error: Exception) -> str:
    """Return the cause without the address, whose path may be a secret."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


class WebhookAction:
    """Puts the event into the outbox, from which it is delivered with retries.

    A test is sent immediately instead, and not stored.

    Args:
        config: Table of the policy.
        tools: Provides the outbox.
    """

    def __init__(self, config: WebhookConfig, tools: ActionTools) -> None:
        self.name = config.name
        self._config = config
        self._outbox = tools.outbox
        self._target = outbox_target(tools.kiosk, config.name)
        self._sender = WebhookSender(config, tools.clock)

    def start(self, deadline: Deadline) -> None:  # noqa: ARG002
        """Check the configuration; see `WebhookSender.check`."""
        self._sender.check()

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Queue the event; see `Action.run`.

        Raises:
            OutboxFull: Too many events are queued.
            StoreError: The database cannot be written.
            ActionError: A test failed.
        """
        if event.test:
            return ActionOutcome(f"status {self._sender.post(event, deadline.remaining_s)}")
        self._outbox.put(self._target, event, self._config.max_waiting)
        return ActionOutcome("queued for delivery", waiting=True)

    def close(self) -> None:
        """Close the connection."""
        self._sender.close()


def outbox_target(kiosk: str, action: str) -> str:
    """Return the name under which an action's events are stored in the outbox.

    Args:
        kiosk: Name of the kiosk.
        action: Name of the action.
    """
    return f"{kiosk}/{action}"
