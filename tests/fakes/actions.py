"""Fakes for tests of actions: events, tools, an outbox in memory, and a webhook receiver."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from app.actions.port import ActionTools
from app.actions.webhook import EVENT_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from app.core.clock import SystemClock
from app.core.errors import ActionError, OutboxFull
from app.core.unlock import AuthFactor, Deadline, UnlockEvent
from tests.fakes.notifying import NotifyingList, ShiftedClock

SECRET = "a secret that only tests know"
HANG = 0
"""Instead of a status: accept the request and never answer."""


def unlock_event(number: int = 1, *, test: bool = False, name: str = "Grace Hopper") -> UnlockEvent:
    """Return an unlock by face; events differ by their number."""
    return UnlockEvent(
        id=f"event-{number}",
        at=datetime(2026, 11, 24, 8, 0, number % 60, tzinfo=UTC),
        kiosk="Front door",
        person_id="person-1",
        person_name=name,
        factors=(AuthFactor.FACE,),
        similarity=0.71,
        test=test,
    )


def deadline_in(seconds: float = 5.0) -> Deadline:
    """Return a deadline on the system clock."""
    return Deadline.after(SystemClock(), seconds)


@dataclass
class MemoryOutbox:
    """Stores events in memory."""

    waiting: list[tuple[str, UnlockEvent]] = field(default_factory=list)

    def put(self, target: str, event: UnlockEvent, limit: int) -> None:
        """Store an event; see `Outbox.put`."""
        if len(self.waiting) >= limit:
            raise OutboxFull(limit=limit, target=target)
        self.waiting.append((target, event))


@dataclass
class ActionHarness:
    """Tools for an action, and a record of their use.

    Attributes:
        outbox: Stored events.
        troubles: Reported errors with the name of the action.
        clock: Clock of the tools.
    """

    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    troubles: NotifyingList[tuple[str, ActionError]] = field(default_factory=NotifyingList)
    clock: ShiftedClock = field(default_factory=ShiftedClock)

    @property
    def tools(self) -> ActionTools:
        """The tools as the application provides them."""
        return ActionTools(
            "Front door", self.clock, self.outbox, lambda name, error: self.troubles.append((name, error))
        )


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that the receiver got."""

    event: str
    status: int
    signed: bool
    message: dict[str, Any]


class WebhookServer:
    """A webhook receiver in a thread, which verifies signatures.

    Attributes:
        posted: Requests in the order of arrival.

    Args:
        port: Port; 0 for a free one.
        answers: Statuses of the first requests; 204 after them.
        tls: TLS context for HTTPS.
    """

    def __init__(self, port: int = 0, answers: tuple[int, ...] = (), tls: SSLContext | None = None) -> None:
        self.posted: NotifyingList[ReceivedRequest] = NotifyingList()
        self._answers = list(answers)
        self._ended = threading.Event()
        self._server = _QuietServer(("127.0.0.1", port), _handler_of(self))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="receiver")
        self._thread.start()

    @property
    def url(self) -> str:
        """Address of the receiver."""
        return f"http://127.0.0.1:{self.port}/unlocked"

    @property
    def taken(self) -> list[str]:
        """Ids of the events that were signed and answered with success, in order."""
        return [posted.event for posted in self.posted if posted.signed and posted.status == 204]

    def answer(self, headers: Any, body: bytes) -> int:
        """Record a request and return the status to answer with."""
        expected = sign(SECRET, int(headers[TIMESTAMP_HEADER]), body)
        status = self._answers.pop(0) if self._answers else 204
        self.posted.append(
            ReceivedRequest(headers[EVENT_HEADER], status, headers[SIGNATURE_HEADER] == expected, json.loads(body))
        )
        if status == HANG:
            self._ended.wait(30)
        return status

    def close(self) -> None:
        """Stop the server."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect."""


def _handler_of(receiver: WebhookServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answer(self.headers, body)
            if status != HANG:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing to standard error."""

    return Handler


@contextmanager
def webhook_server(
    port: int = 0, answers: tuple[int, ...] = (), tls: SSLContext | None = None
) -> Iterator[WebhookServer]:
    """Run a receiver as a context manager."""
    server = WebhookServer(port, answers, tls)
    try:
        yield server
    finally:
        server.close()
