"""Delivering the outbox: order, retries, refusals, age, and names that change while it tries."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.clock import SystemClock
from app.core.errors import EventRejected, ReceiverRefused, ReceiverUnreachable, StoreLocked
from app.core.unlock import OutboxEvent, UnlockEvent
from app.services.actions import outbox_worker
from app.services.actions.outbox_worker import OutboxWorker
from app.services.actions.reports import ActionReport, ActionStatus
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from app.store.people.repository import PeopleRepository
from tests.fakes.actions import unlock_event

DOWN = ReceiverUnreachable(address="a", reason="no route")
TARGET = "Front door/hook"


@dataclass
class FakeSender:
    """Answers what it is told to, then always takes.

    Attributes:
        answers: Errors in their order; None where it takes the event.
        got: The events it was asked to send, as (id, name).
    """

    answers: list[Exception | None] = field(default_factory=list)
    got: list[tuple[str, str]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    closed: bool = False

    def __post_init__(self) -> None:
        self.hold.set()

    def post(self, event: UnlockEvent, timeout_s: float) -> int:
        self.got.append((event.id, event.person_name))
        self.hold.wait(20)
        error = self.answers.pop(0) if self.answers else None
        if error is not None:
            raise error
        return 204

    def close(self) -> None:
        self.closed = True

    @property
    def ids(self) -> list[str]:
        return [event_id for event_id, _ in self.got]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"_FIRST_WAIT_S": 0.01, "_MAX_WAIT_S": 0.02, "_JITTER_S": 0.0}.items():
        monkeypatch.setattr(outbox_worker, name, seconds)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        yield database


@pytest.fixture
def outbox(database: Database) -> OutboxRepository:
    return OutboxRepository(database, SystemClock())


@contextmanager
def worker(
    sender: FakeSender, outbox: OutboxRepository, hours: float = 1.0, timeout_s: float = 5.0
) -> Iterator[tuple[OutboxWorker, list[ActionReport]]]:
    reports: list[ActionReport] = []
    made = OutboxWorker(
        "hook", TARGET, sender, outbox, SystemClock(), 1.0, timedelta(hours=hours), "kiosk Front door", reports.append
    )
    made.start()
    yield made, reports
    made.request_stop()
    made.join(timeout_s)


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def put(outbox: OutboxRepository, *numbers: int) -> None:
    for number in numbers:
        outbox.put(TARGET, unlock_event(number), 100)


def test_stored_and_new_events_are_delivered(outbox: OutboxRepository, database: Database) -> None:
    sender = FakeSender()
    put(outbox, 1, 2)
    outbox.put("Front door/other", unlock_event(9), 100)
    with worker(sender, outbox) as (made, reports):
        until(lambda: len(reports) == 2)
        put(outbox, 3)
        made.wake()
        until(lambda: len(reports) == 3)
    assert sender.ids == ["event-1", "event-2", "event-3"]
    assert sender.closed
    assert [(report.status, report.note) for report in reports] == [(ActionStatus.DONE, "status 204")] * 3
    assert [waiting.target for waiting in outbox.all()] == ["Front door/other"]
    done = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_DONE,)))
    assert [event.entry.details["event"] for event in done] == ["event-3", "event-2", "event-1"]
    assert {event.entry.actor for event in done} == {"kiosk Front door"}


def test_a_failed_delivery_is_retried_and_the_order_is_kept(outbox: OutboxRepository) -> None:
    refused = ReceiverRefused(address="a", reason="status 500")
    sender = FakeSender([DOWN, refused, DOWN, None, DOWN, None])
    put(outbox, 1, 2)
    with worker(sender, outbox) as (_, reports):
        until(lambda: len(reports) == 2)
    assert sender.ids == ["event-1"] * 4 + ["event-2"] * 2
    assert [report.status for report in reports] == [ActionStatus.DONE] * 2
    assert outbox.all() == []


def test_failed_attempts_are_recorded(outbox: OutboxRepository) -> None:
    put(outbox, 1)
    with worker(FakeSender([DOWN] * 1000), outbox) as (_, reports):
        until(lambda: outbox.all()[0].attempts >= 3)
    (waiting,) = outbox.all()
    assert waiting.problem == "a cannot be reached: no route"
    assert reports == []


def test_a_rejected_event_is_given_up_immediately(outbox: OutboxRepository, database: Database) -> None:
    sender = FakeSender([EventRejected(address="a", reason="status 422")])
    put(outbox, 1, 2)
    with worker(sender, outbox) as (_, reports):
        until(lambda: len(reports) == 2)
    assert sender.ids == ["event-1", "event-2"]
    assert [report.status for report in reports] == [ActionStatus.FAILED, ActionStatus.DONE]
    assert isinstance(reports[0].error, EventRejected)
    assert outbox.all() == []
    (failed,) = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_FAILED,)))
    assert failed.entry.details["problem"] == "a rejects this event: status 422"


def test_an_old_event_is_attempted_once_more_and_given_up(outbox: OutboxRepository) -> None:
    sender = FakeSender([DOWN])
    put(outbox, 1, 2)
    with worker(sender, outbox, hours=0.0) as (_, reports):
        until(lambda: len(reports) == 2)
    assert sender.ids == ["event-1", "event-2"]
    assert [report.status for report in reports] == [ActionStatus.FAILED, ActionStatus.DONE]


class SetClock:
    """A machine's that starts without knowing the time, and is told it later."""

    def __init__(self) -> None:
        self.moment = datetime(1970, 1, 1, tzinfo=UTC)
        self.up_s = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic_ns(self) -> int:
        return round(self.up_s * 1e9)


def test_a_clock_set_forward_gives_nothing_up_for_an_hour(database: Database) -> None:
    clock = SetClock()
    outbox = OutboxRepository(database, clock)
    put(outbox, 1, 2)
    clock.moment = datetime(2026, 11, 24, tzinfo=UTC)
    reports: list[ActionReport] = []
    sender = FakeSender([DOWN] * 100_000)
    made = OutboxWorker("hook", TARGET, sender, outbox, clock, 1.0, timedelta(hours=72), "kiosk", reports.append)
    made.start()
    until(lambda: outbox.all()[0].attempts >= 3)
    clock.up_s = 3599.0
    tried = len(sender.got)
    until(lambda: len(sender.got) > tried + 1)
    assert (reports, len(outbox.all())) == ([], 2)
    clock.up_s = 3600.0
    until(lambda: len(reports) == 2)
    assert outbox.all() == []
    made.request_stop()
    assert made.join(5.0)


def test_an_erased_name_is_not_sent(outbox: OutboxRepository, database: Database) -> None:
    people = PeopleRepository(database, SystemClock(), "test")
    grace = people.add("Grace Hopper", [])
    event = unlock_event(1)
    outbox.put(TARGET, UnlockEvent(event.id, event.at, event.kiosk, grace.id, grace.name, event.factors), 100)
    sender = FakeSender([DOWN] * 1000)
    with worker(sender, outbox) as (_, reports):
        until(lambda: len(sender.got) >= 1)
        people.delete(grace.id)
        tried = len(sender.got)
        until(lambda: len(sender.got) > tried + 1)
        sender.answers.clear()
        until(lambda: len(reports) == 1)
    assert sender.got[0] == ("event-1", "Grace Hopper")
    assert sender.got[-1] == ("event-1", "")


def test_a_stop_ends_a_long_wait(outbox: OutboxRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_worker, "_FIRST_WAIT_S", 60.0)
    monkeypatch.setattr(outbox_worker, "_MAX_WAIT_S", 60.0)
    sender = FakeSender([DOWN])
    put(outbox, 1)
    began = time.monotonic()
    with worker(sender, outbox):
        until(lambda: outbox.all()[0].attempts == 1)
    assert time.monotonic() - began < 5.0
    assert sender.closed
    assert len(outbox.all()) == 1


def test_an_abandoned_attempt_leaves_its_event_for_the_next_start(outbox: OutboxRepository) -> None:
    sender = FakeSender()
    sender.hold.clear()
    put(outbox, 1)
    with worker(sender, outbox, timeout_s=0.05) as (made, reports):
        until(lambda: len(sender.got) == 1)
    sender.hold.set()
    assert made.join(5.0)
    assert reports == []
    assert len(outbox.all()) == 1
    with worker(FakeSender(), outbox) as (_, reports):
        until(lambda: len(reports) == 1)


class LockedAtFirst(OutboxRepository):
    """Another program holds the database for the first looks."""

    looks = 0

    def oldest(self, target: str) -> OutboxEvent | None:
        self.looks += 1
        if self.looks < 3:
            raise StoreLocked(path="x")
        return super().oldest(target)


def test_a_locked_database_is_retried(database: Database) -> None:
    outbox = LockedAtFirst(database, SystemClock())
    put(outbox, 1)
    with worker(FakeSender(), outbox) as (_, reports):
        until(lambda: len(reports) == 1)


def test_an_unexpected_exception_is_logged_and_the_worker_continues(
    outbox: OutboxRepository, logged_errors: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_worker, "_IDLE_S", 0.01)
    put(outbox, 1)
    with worker(FakeSender([KeyError("bug")]), outbox) as (_, reports):
        until(lambda: len(reports) == 1)
    assert len(logged_errors) == 1
    logged_errors.clear()


def test_two_workers_report_the_same_delivery_once(outbox: OutboxRepository, database: Database) -> None:
    senders = [FakeSender(), FakeSender()]
    for sender in senders:
        sender.hold.clear()
    put(outbox, 1)
    with worker(senders[0], outbox) as (_, first), worker(senders[1], outbox) as (_, second):
        until(lambda: all(sender.got for sender in senders))
        for sender in senders:
            sender.hold.set()
        until(lambda: len(first) + len(second) == 1)
    assert len(first) + len(second) == 1
    assert AuditLog(database, SystemClock()).count(AuditQuery(kinds=(AuditKind.ACTION_DONE,))) == 1
