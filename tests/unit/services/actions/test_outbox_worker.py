"""Delivery from the outbox: order, retries, rejections, age, and names that change meanwhile."""

import threading
import time
from collections.abc import Iterator
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
from tests.fakes.notifying import NotifyingList

DOWN = ReceiverUnreachable(address="a", reason="no route")
TARGET = "Front door/hook"


@dataclass
class FakeSender:
    """Answers with the given errors, and then with success.

    Attributes:
        answers: Errors in order; None for a success.
        got: Events that it was asked to send, as (id, name).
        hold: While cleared, it hangs.
        closed: Whether it was closed.
    """

    answers: list[Exception | None] = field(default_factory=list)
    got: NotifyingList[tuple[str, str]] = field(default_factory=NotifyingList)
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
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
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
    sender: FakeSender,
    outbox: OutboxRepository,
    hours: float = 1.0,
    timeout_s: float = 5.0,
    changed: threading.Condition | None = None,
) -> Iterator[tuple[OutboxWorker, NotifyingList[ActionReport]]]:
    reports: NotifyingList[ActionReport] = NotifyingList(condition=changed)
    made = OutboxWorker(
        "hook", TARGET, sender, outbox, SystemClock(), 1.0, timedelta(hours=hours), "kiosk Front door", reports.append
    )
    made.start()
    yield made, reports
    made.request_stop()
    made.join(timeout_s)


def put(outbox: OutboxRepository, *numbers: int) -> None:
    for number in numbers:
        outbox.put(TARGET, unlock_event(number), 100)


def test_stored_and_new_events_are_delivered(outbox: OutboxRepository, database: Database) -> None:
    sender = FakeSender()
    put(outbox, 1, 2)
    outbox.put("Front door/other", unlock_event(9), 100)
    with worker(sender, outbox) as (made, reports):
        reports.until_length(2)
        put(outbox, 3)
        made.wake()
        reports.until_length(3)
    assert sender.ids == ["event-1", "event-2", "event-3"]
    assert sender.closed
    assert [(report.status, report.note) for report in reports] == [(ActionStatus.DONE, "status 204")] * 3
    assert [stored.target for stored in outbox.all()] == ["Front door/other"]
    done = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_DONE,)))
    assert [event.entry.details["event"] for event in done] == ["event-3", "event-2", "event-1"]
    assert {event.entry.actor for event in done} == {"kiosk Front door"}


def test_a_failed_delivery_is_retried_and_the_order_is_kept(outbox: OutboxRepository) -> None:
    temporary = ReceiverRefused(address="a", reason="status 500")
    sender = FakeSender([DOWN, temporary, DOWN, None, DOWN, None])
    put(outbox, 1, 2)
    with worker(sender, outbox) as (_, reports):
        reports.until_length(2)
    assert sender.ids == ["event-1"] * 4 + ["event-2"] * 2
    assert [report.status for report in reports] == [ActionStatus.DONE] * 2
    assert outbox.all() == []


def test_failed_attempts_are_recorded(outbox: OutboxRepository) -> None:
    put(outbox, 1)
    sender = FakeSender([DOWN] * 1000)
    with worker(sender, outbox) as (_, reports):
        sender.got.until_length(4)
        assert outbox.all()[0].attempts >= 3
    (stored,) = outbox.all()
    assert stored.problem == "a cannot be reached: no route"
    assert reports == []


def test_a_rejected_event_is_given_up_immediately(outbox: OutboxRepository, database: Database) -> None:
    sender = FakeSender([EventRejected(address="a", reason="status 422")])
    put(outbox, 1, 2)
    with worker(sender, outbox) as (_, reports):
        reports.until_length(2)
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
        reports.until_length(2)
    assert sender.ids == ["event-1", "event-2"]
    assert [report.status for report in reports] == [ActionStatus.FAILED, ActionStatus.DONE]


class SetClock:
    """The clock of a machine that starts without the right time, which is set later."""

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
    reports: NotifyingList[ActionReport] = NotifyingList()
    sender = FakeSender([DOWN] * 100_000)
    made = OutboxWorker("hook", TARGET, sender, outbox, clock, 1.0, timedelta(hours=72), "kiosk", reports.append)
    made.start()
    sender.got.until_length(4)
    clock.up_s = 3599.0
    sender.got.until_length(len(sender.got) + 2)
    assert (reports, len(outbox.all())) == ([], 2)
    clock.up_s = 3600.0
    reports.until_length(2)
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
        sender.got.until_length(1)
        people.delete(grace.id)
        sender.got.until_length(len(sender.got) + 2)
        sender.answers.clear()
        reports.until_length(1)
    assert sender.got[0] == ("event-1", "Grace Hopper")
    assert sender.got[-1] == ("event-1", "")


def test_a_stop_ends_a_long_wait(outbox: OutboxRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_worker, "_FIRST_WAIT_S", 60.0)
    monkeypatch.setattr(outbox_worker, "_MAX_WAIT_S", 60.0)
    sender = FakeSender([DOWN])
    put(outbox, 1)
    began = time.monotonic()
    with worker(sender, outbox):
        sender.got.until_length(1)
    assert time.monotonic() - began < 5.0
    assert sender.closed
    assert [stored.attempts for stored in outbox.all()] == [1]


def test_an_abandoned_attempt_leaves_its_event_for_the_next_start(outbox: OutboxRepository) -> None:
    sender = FakeSender()
    sender.hold.clear()
    put(outbox, 1)
    with worker(sender, outbox, timeout_s=0.05) as (made, reports):
        sender.got.until_length(1)
    sender.hold.set()
    assert made.join(5.0)
    assert reports == []
    assert len(outbox.all()) == 1
    with worker(FakeSender(), outbox) as (_, reports):
        reports.until_length(1)


class LockedAtFirst(OutboxRepository):
    """An outbox whose database is locked for the first two reads."""

    reads = 0

    def oldest(self, target: str) -> OutboxEvent | None:
        self.reads += 1
        if self.reads < 3:
            raise StoreLocked(path="x")
        return super().oldest(target)


def test_a_locked_database_is_retried(database: Database) -> None:
    outbox = LockedAtFirst(database, SystemClock())
    put(outbox, 1)
    with worker(FakeSender(), outbox) as (_, reports):
        reports.until_length(1)


def test_an_unexpected_exception_is_logged_and_the_worker_continues(
    outbox: OutboxRepository, logged_errors: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_worker, "_IDLE_S", 0.01)
    put(outbox, 1)
    with worker(FakeSender([KeyError("bug")]), outbox) as (_, reports):
        reports.until_length(1)
    assert len(logged_errors) == 1
    logged_errors.clear()


def test_two_workers_report_the_same_delivery_once(outbox: OutboxRepository, database: Database) -> None:
    senders = [FakeSender(), FakeSender()]
    changed = threading.Condition()
    for sender in senders:
        sender.hold.clear()
    put(outbox, 1)
    with (
        worker(senders[0], outbox, changed=changed) as (_, first),
        worker(senders[1], outbox, changed=changed) as (_, second),
    ):
        for sender in senders:
            sender.got.until_length(1)
        for sender in senders:
            sender.hold.set()
        first.until(lambda: len(first) + len(second) == 1)
    assert len(first) + len(second) == 1
    assert AuditLog(database, SystemClock()).count(AuditQuery(kinds=(AuditKind.ACTION_DONE,))) == 1
