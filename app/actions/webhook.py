"""The action that posts the event to an address, signed."""

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

EVENT_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "Facelatch-Event", "Facelatch-Timestamp", "Facelatch-Signature"
_LEAST_SECRET = 16
_FINAL = frozenset({400, 410, 413, 415, 422})
"""Answers about the message itself: sent again, it would get the same. Everything else may change in time."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) of the timestamp, a full stop and the body.

    Args:
        secret: The key.
        timestamp: Seconds since 1970 at which the message is sent, in the message's header.
        body: Of the message.

    Returns:
        64 hexadecimal digits.
    """
    return hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()


class WebhookSender:
    """Posts events, one try at a time. One thread uses it.

    Redirections are not followed and no proxy is used: the event goes to the address in the policy or nowhere.

    Args:
        config: The action's table of the policy.
        clock: Dates each try.
    """

    def __init__(self, config: WebhookConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._client: httpx.Client | None = None
        parts = urlsplit(config.url)
        self._address = f"{parts.scheme}://{parts.netloc}"

    def check(self) -> None:
        """Whether the secret and the certificates are there.

        Raises:
            SecretMissing: The secret is not.
            ReceiverUnreachable: The certificates are not.
        """
        self._config.secret.read(_LEAST_SECRET)
        self._open()

    def post(self, event: UnlockEvent, timeout_s: float) -> int:
        """Try once.

        Args:
            event: What to send.
            timeout_s: Seconds to wait for the connection, and again for the answer.

        Returns:
            The status of the answer, 200 to 299.

        Raises:
            SecretMissing: There is nothing to sign with.
            ReceiverUnreachable: No answer.
            ReceiverRefused: An answer that may be another one later.
            EventRejected: An answer that will not.
        """
        body = event_json(event, include_name=self._config.include_name)
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            EVENT_HEADER: event.id,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(self._config.secret.read(_LEAST_SECRET), timestamp, body),
        }
        try:
            with self._open().stream(
                "POST", self._config.url, content=body, headers=headers, timeout=max(timeout_s, 0.01)
            ) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ReceiverUnreachable(address=self._address, reason=_reason(error)) from error
        if status in _FINAL:
            raise EventRejected(address=self._address, reason=f"status {status}")
        if not httpx.codes.is_success(status):
            raise ReceiverRefused(address=self._address, reason=f"status {status}")
        return status

    def close(self) -> None:
        """Let go of the connection; may be called twice."""
        if self._client is not None:
            self._client.close()

    def _open(self) -> httpx.Client:
        if self._client is None:
            try:
                trusted = ssl.create_default_context(cafile=self._config.ca_file)
            except OSError as error:  # an ssl.SSLError is one as well
                reason = f"{self._config.ca_file}: {error.strerror or error}"
                raise ReceiverUnreachable(address=self._address, reason=reason) from error
            agent = {"User-Agent": f"facelatch/{__version__}"}
            self._client = httpx.Client(verify=trusted, trust_env=False, follow_redirects=False, headers=agent)
        return self._client


def _reason(error: Exception) -> str:
    """What went wrong, in words, and without the address, whose path may be a secret."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


class WebhookAction:
    """Writes the event down in the outbox, from where it is delivered as often as it takes.

    A test is sent at once instead, and not kept.

    Args:
        config: Its table of the policy.
        tools: With the outbox.
    """

    def __init__(self, config: WebhookConfig, tools: ActionTools) -> None:
        self.name = config.name
        self._config = config
        self._outbox = tools.outbox
        self._target = outbox_target(tools.kiosk, config.name)
        self._sender = WebhookSender(config, tools.clock)

    def start(self, deadline: Deadline) -> None:  # noqa: ARG002
        """See `WebhookSender.check`."""
        self._sender.check()

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """See `Action.run`.

        Raises:
            OutboxFull: Too many wait.
            StoreError: It cannot be written down.
            ActionError: A test failed.
        """
        if event.test:
            return ActionOutcome(f"status {self._sender.post(event, deadline.remaining_s)}")
        self._outbox.put(self._target, event, self._config.max_waiting)
        return ActionOutcome("written down for delivery", waiting=True)

    def close(self) -> None:
        """Let go of the connection."""
        self._sender.close()


def outbox_target(kiosk: str, action: str) -> str:
    """Under which name an action's events stand in the outbox."""
    return f"{kiosk}/{action}"
