"""No event is lost while the receiver is down or the sender is killed repeatedly."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.clock import SystemClock
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.fakes.actions import HANG, SECRET, WebhookServer, webhook_server
from tests.fakes.broker import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


class Kiosk:
    """Starts and kills senders on one database.

    Attributes:
        database_file: Theirs.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.database_file = folder / "facelatch.sqlite3"
        self._policy = folder / "kiosk.toml"
        self._policy.write_text(
            f"""
            name = "front-door"
            [[actions]]
            kind = "webhook"
            name = "hook"
            url = "http://127.0.0.1:{port}/"
            secret = {{ env = "HOOK_SECRET" }}
            timeout_s = 1.0
            """,
            "utf-8",
        )
        self._sender: subprocess.Popen[str] | None = None

    def start(self, first: int, count: int, pause_s: float = 0.0) -> None:
        """Start a sender that dispatches events with these numbers."""
        arguments = [str(part) for part in (self.database_file, self._policy, first, count, pause_s)]
        self._sender = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.outbox_driver", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def dispatched(self, count: int) -> list[str]:
        """Wait until the sender has dispatched some events, and return their ids."""
        assert self._sender is not None
        assert self._sender.stdout is not None
        return [self._sender.stdout.readline().strip() for _ in range(count)]

    def kill(self) -> None:
        """Kill the sender with SIGKILL."""
        assert self._sender is not None
        self._sender.send_signal(signal.SIGKILL)
        self._sender.communicate(timeout=30)

    def end(self) -> None:
        """Stop the sender with SIGTERM."""
        assert self._sender is not None
        self._sender.communicate("\n", timeout=30)
        assert self._sender.returncode == 0

    def waiting(self) -> int:
        """Return the number of queued events."""
        with Database.open(self.database_file) as database:
            return len(OutboxRepository(database, SystemClock()).all())


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def distinct(server: WebhookServer) -> list[str]:
    """Return the distinct ids, in order of first arrival."""
    return list(dict.fromkeys(server.taken))


def test_every_event_arrives_after_an_outage_and_a_kill(tmp_path: Path) -> None:
    port = free_port()
    kiosk = Kiosk(tmp_path, port)

    kiosk.start(first=1, count=10)
    assert kiosk.dispatched(10) == [f"event-{number}" for number in range(1, 11)]
    kiosk.kill()
    assert kiosk.waiting() == 10

    # Back, but it refuses, fails and hangs; the next sender is killed during its deliveries.
    with webhook_server(port, answers=(500, 204, 404, 204, 503, 204, HANG)) as server:
        kiosk.start(first=11, count=10, pause_s=0.05)
        kiosk.dispatched(10)
        until(lambda: len(distinct(server)) >= 3)
        kiosk.kill()
        before = list(server.posted)

    with webhook_server(port) as server:
        kiosk.start(first=21, count=1)
        kiosk.dispatched(1)
        until(lambda: "event-21" in server.taken)
        kiosk.end()
        posted = before + server.posted

    taken = [post.event for post in posted if post.status == 204]
    assert list(dict.fromkeys(taken)) == [f"event-{number}" for number in range(1, 22)]
    assert all(post.signed for post in posted)
    assert max(Counter(taken).values()) <= 2  # only what was under way when the sender was killed comes twice
    assert sum(Counter(taken).values()) - 21 <= 1
    assert kiosk.waiting() == 0
    with Database.open(kiosk.database_file) as database:
        done = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_DONE,)))
    assert Counter(str(event.entry.details["event"]) for event in done) == Counter(
        f"event-{number}" for number in range(1, 22)
    )


@pytest.mark.parametrize("kills", [5, pytest.param(60, marks=pytest.mark.soak)])
def test_repeated_kills_lose_no_event(tmp_path: Path, kills: int) -> None:
    port = free_port()
    kiosk = Kiosk(tmp_path, port)
    sent: list[str] = []
    with webhook_server(port) as server:
        for round_ in range(kills):
            kiosk.start(first=10 * round_ + 1, count=5)
            sent += kiosk.dispatched(5)
            time.sleep(0.12 * round_ / kills)
            kiosk.kill()
        kiosk.start(first=10_000, count=1)
        sent += kiosk.dispatched(1)
        until(lambda: "event-10000" in server.taken)
        kiosk.end()
        assert distinct(server) == sent
        repeats = len(server.taken) - len(sent)
    assert 0 <= repeats <= kills  # one a kill at most
    assert kiosk.waiting() == 0
