"""The queue of one action: its time limit, its length, and its end."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.actions.port import ActionOutcome
from app.core.clock import Clock, SystemClock
from app.core.errors import (
    ActionBroken,
    ActionBusy,
    ActionCancelled,
    ActionTimedOut,
    ActionTooLate,
    RelayUnavailable,
)
from app.core.unlock import Deadline, UnlockEvent
from app.services.actions import action_queue
from app.services.actions.action_queue import ActionQueue
from app.services.actions.reports import ActionReport, ActionStatus
from tests.fakes.actions import unlock_event
from tests.fakes.notifying import NotifyingList, ShiftedClock

DONE, FAILED = ActionStatus.DONE, ActionStatus.FAILED


@dataclass
class FakeAction:
    """Succeeds, fails or hangs as configured.

    Attributes:
        entered: Ids of the events whose call began.
        ran: Ids of the events whose call passed `hold`.
        fails: Exception of every call.
        start_fails: Exception of the start.
        hold: While cleared, calls hang and ignore their deadline.
        ends_when_closed: Whether `close` ends a hanging call.
    """

    name: str = "it"
    entered: NotifyingList[str] = field(default_factory=NotifyingList)
    ran: NotifyingList[str] = field(default_factory=NotifyingList)
    fails: Exception | None = None
    start_fails: Exception | None = None
    hold: threading.Event = field(default_factory=threading.Event)
    ends_when_closed: bool = True

    def __post_init__(self) -> None:
        self.hold.set()

    def start(self, deadline: Deadline) -> None:
        if self.start_fails is not None:
            raise self.start_fails

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        self.entered.append(event.id)
        assert self.hold.wait(20)
        self.ran.append(event.id)
        if self.fails is not None:
            raise self.fails
        return ActionOutcome(f"did {event.id}")

    def close(self) -> None:
        if self.ends_when_closed:
            self.hold.set()


@dataclass
class Chain:
    """Queues that succeed each other, and their reports."""

    queues: list[ActionQueue]
    reports: NotifyingList[ActionReport]

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.queues[0].put(replace(unlock_event(number), at=datetime.now(UTC)))


@contextmanager
def chain(
    *actions: FakeAction,
    limit_s: float = 5.0,
    latest_s: float = 60.0,
    join_s: float = 3.0,
    clock: Clock | None = None,
) -> Iterator[Chain]:
    reports: NotifyingList[ActionReport] = NotifyingList()
    queues: list[ActionQueue] = []
    successor: ActionQueue | None = None
    for action in reversed(actions):
        successor = ActionQueue(action, limit_s, latest_s, clock or SystemClock(), reports.append, successor)
        queues.insert(0, successor)
    for each in queues:
        each.start()
    yield Chain(queues, reports)
    queues[0].end()
    if not all(each.join(join_s / len(queues)) for each in queues):
        for each in queues:
            each.cancel()
        assert all(each.join(2.0) for each in queues)
    for action in actions:
        action.hold.set()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_queue, "_GRACE_S", 0.1)


def outcomes(reports: list[ActionReport]) -> list[tuple[str, str, ActionStatus]]:
    return [(report.action, report.event.id if report.event else "", report.status) for report in reports]


def test_events_run_in_order_and_each_is_reported() -> None:
    action = FakeAction()
    with chain(action) as single:
        single.put(1, 2, 3)
        reports = single.reports.until_length(3)
    assert action.ran == ["event-1", "event-2", "event-3"]
    assert outcomes(reports) == [("it", f"event-{number}", DONE) for number in (1, 2, 3)]
    assert reports[0].note == "did event-1"


@pytest.mark.parametrize("error", [RelayUnavailable(port="p", reason="gone"), KeyError("bug")])
def test_a_failure_is_reported_and_the_next_event_runs(error: Exception, logged_errors: list[object]) -> None:
    action = FakeAction(fails=error)
    with chain(action) as single:
        single.put(1, 2)
        reports = single.reports.until_length(2)
    assert action.ran == ["event-1", "event-2"]
    assert all(report.status is FAILED for report in reports)
    expected = RelayUnavailable if isinstance(error, RelayUnavailable) else ActionBroken
    assert all(isinstance(report.error, expected) for report in reports)
    assert bool(logged_errors) == (expected is ActionBroken)
    logged_errors.clear()


def test_a_failed_start_is_reported_and_events_follow() -> None:
    action = FakeAction(start_fails=RelayUnavailable(port="p", reason="gone"))
    with chain(action) as single:
        single.put(1)
        reports = single.reports.until_length(2)
    assert outcomes(reports) == [("it", "", FAILED), ("it", "event-1", DONE)]


def test_an_action_that_hangs_is_abandoned_until_it_returns() -> None:
    action = FakeAction()
    with chain(action, limit_s=0.2) as single:
        action.hold.clear()
        began = time.monotonic()
        single.put(1, 2)
        first, second = single.reports.until_length(2)
        assert time.monotonic() - began < 2.0
        assert isinstance(first.error, ActionTimedOut)
        assert first.seconds >= 0.2
        assert isinstance(second.error, ActionBusy)
        (abandoned,) = (thread for thread in threading.enumerate() if thread.name == "action it run")
        action.hold.set()
        abandoned.join(5)
        single.put(3)
        assert single.reports.until_length(3)[2].status is DONE
    assert action.ran == ["event-1", "event-3"]


def test_an_event_passes_through_the_queues_in_order() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with chain(first, second) as both:
        second.hold.clear()
        both.put(1, 2)
        both.reports.until_length(2)
        assert first.ran == ["event-1", "event-2"]
        assert second.ran == []
        second.hold.set()
        reports = both.reports.until_length(4)
    assert second.ran == ["event-1", "event-2"]
    assert [report.action for report in reports[:2]] == ["first", "first"]


def test_a_failing_or_hanging_action_does_not_block_the_next() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with chain(first, second, limit_s=0.2) as both:
        first.hold.clear()
        both.put(1)
        reports = both.reports.until_length(2)
        assert outcomes(reports) == [("first", "event-1", FAILED), ("second", "event-1", DONE)]
        first.hold.set()


@pytest.mark.parametrize(("waited_s", "ran"), [(0.4, ["event-1"]), (0.6, [])])
def test_an_event_is_started_up_to_its_latest_time(waited_s: float, ran: list[str]) -> None:
    first, second, clock = FakeAction("first"), FakeAction("second"), ShiftedClock()
    with chain(first, second, limit_s=20.0, latest_s=100.0, clock=clock) as both:
        first.hold.clear()
        both.put(1)
        first.entered.until_length(1)
        clock.advance(waited_s * 200)
        first.hold.set()
        reports = both.reports.until_length(2)
    assert (first.ran, second.ran) == (["event-1"], ran)
    if not ran:
        assert isinstance(reports[1].error, ActionTooLate)
        assert reports[1].error.message == "The action “second” was skipped: it would have started 120 s late."


def test_a_suspend_counts_as_late_and_a_clock_set_back_does_not() -> None:
    action = FakeAction()
    with chain(action) as single:
        for hours in (1, -1):
            single.queues[0].put(replace(unlock_event(2 + hours), at=datetime.now(UTC) - timedelta(hours=hours)))
        late, early = single.reports.until_length(2)
    assert isinstance(late.error, ActionTooLate)
    assert early.status is DONE


def test_a_full_queue_rejects_events_that_still_reach_the_next() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with chain(first, second, limit_s=20.0) as both:
        first.hold.clear()
        both.put(0)
        first.entered.until_length(1)
        count = action_queue._MAX_QUEUED + 5
        began = time.monotonic()
        both.put(*range(1, count))
        assert time.monotonic() - began < 1.0
        rejected = [report for report in both.reports.until_length(4) if report.action == "first"]
        assert len(rejected) == 4
        assert all(isinstance(report.error, ActionBusy) for report in rejected)
        first.hold.set()
        reports = both.reports.until_length(2 * count)
    assert len([report for report in reports if report.action == "second"]) == count


def test_running_calls_finish_at_the_end() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with chain(first, second) as both:
        both.put(1, 2, 3)
    assert second.ran == ["event-1", "event-2", "event-3"]


def test_cancel_aborts_the_running_call_and_reports_the_rest() -> None:
    action = FakeAction(ends_when_closed=False)
    began = time.monotonic()
    with chain(action, limit_s=20.0, join_s=0.2) as single:
        action.hold.clear()
        single.put(1, 2)
    assert time.monotonic() - began < 3.0
    assert outcomes(single.reports) == [("it", "event-1", FAILED), ("it", "event-2", FAILED)]
    assert all(isinstance(report.error, ActionCancelled) for report in single.reports)


def test_a_full_queue_can_be_ended() -> None:
    action = FakeAction()
    with chain(action, limit_s=20.0, join_s=0.2) as single:
        action.hold.clear()
        single.put(*range(action_queue._MAX_QUEUED + 1))
    assert len(single.reports) >= action_queue._MAX_QUEUED
