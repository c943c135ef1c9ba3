"""The street_queue of one action: its time limit, its queue, and its end."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.actions.port import ActionOutcome
from app.core.clock import SystemClock
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


@dataclass
class FakeAction:
    """Does as it is told.

    Attributes:
        ran: The events it got.
        fails: What goes wrong.
        hold: Cleared, it hangs and heeds no deadline.
    """

    name: str = "it"
    ran: list[str] = field(default_factory=list)
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
        assert self.hold.wait(20)
        self.ran.append(event.id)
        if self.fails is not None:
            raise self.fails
        return ActionOutcome(f"did {event.id}")

    def close(self) -> None:
        if self.ends_when_closed:
            self.hold.set()


@dataclass
class Street:
    """Lanes that hand over to each other, and what they report."""

    queues: list[ActionQueue]
    reports: list[ActionReport]

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.queues[0].put(replace(unlock_event(number), at=datetime.now(UTC)))

    def wait_for(self, count: int) -> list[ActionReport]:
        deadline = time.monotonic() + 5
        while len(self.reports) < count:
            assert time.monotonic() < deadline, f"{len(self.reports)} of {count} reports"
            time.sleep(0.005)
        return self.reports


@contextmanager
def street(
    *actions: FakeAction, limit_s: float = 5.0, latest_s: float = 60.0, patience_s: float = 3.0
) -> Iterator[Street]:
    reports: list[ActionReport] = []
    queues: list[ActionQueue] = []
    after: ActionQueue | None = None
    for action in reversed(actions):
        after = ActionQueue(action, limit_s, latest_s, SystemClock(), reports.append, after)
        queues.insert(0, after)
    for street_queue in queues:
        street_queue.start()
    yield Street(queues, reports)
    queues[0].end()
    if not all(street_queue.join(patience_s / len(queues)) for street_queue in queues):
        for street_queue in queues:
            street_queue.cancel()
        assert all(street_queue.join(2.0) for street_queue in queues)
    for action in actions:
        action.hold.set()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_queue, "_GRACE_S", 0.1)


def outcomes(reports: list[ActionReport]) -> list[tuple[str, str, ActionStatus]]:
    return [(report.action, report.event.id if report.event else "", report.status) for report in reports]


DONE, FAILED = ActionStatus.DONE, ActionStatus.FAILED


def test_events_run_in_order_and_each_is_reported() -> None:
    action = FakeAction()
    with street(action) as street_queue:
        street_queue.put(1, 2, 3)
        reports = street_queue.wait_for(3)
    assert action.ran == ["event-1", "event-2", "event-3"]
    assert outcomes(reports) == [("it", f"event-{number}", DONE) for number in (1, 2, 3)]
    assert reports[0].note == "did event-1"


@pytest.mark.parametrize("error", [RelayUnavailable(port="p", reason="gone"), KeyError("bug")])
def test_a_failure_is_reported_and_the_next_event_runs(error: Exception, logged_errors: list[object]) -> None:
    action = FakeAction(fails=error)
    with street(action) as street_queue:
        street_queue.put(1, 2)
        reports = street_queue.wait_for(2)
    assert action.ran == ["event-1", "event-2"]
    assert all(report.status is FAILED for report in reports)
    expected = RelayUnavailable if isinstance(error, RelayUnavailable) else ActionBroken
    assert all(isinstance(report.error, expected) for report in reports)
    assert bool(logged_errors) == (expected is ActionBroken)
    logged_errors.clear()


def test_a_failed_start_is_reported_and_events_follow() -> None:
    action = FakeAction(start_fails=RelayUnavailable(port="p", reason="gone"))
    with street(action) as street_queue:
        street_queue.put(1)
        reports = street_queue.wait_for(2)
    assert outcomes(reports) == [("it", "", FAILED), ("it", "event-1", DONE)]


def test_an_action_that_hangs_is_abandoned_until_it_returns() -> None:
    action = FakeAction()
    with street(action, limit_s=0.2) as street_queue:
        action.hold.clear()
        began = time.monotonic()
        street_queue.put(1, 2)
        first, second = street_queue.wait_for(2)
        assert time.monotonic() - began < 2.0
        assert isinstance(first.error, ActionTimedOut)
        assert first.seconds >= 0.2
        assert isinstance(second.error, ActionBusy)
        action.hold.set()
        while "event-1" not in action.ran:
            time.sleep(0.005)
        time.sleep(0.05)
        street_queue.put(3)
        assert street_queue.wait_for(3)[2].status is DONE
    assert action.ran == ["event-1", "event-3"]


def test_an_event_passes_through_the_queues_in_order() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with street(first, second) as both:
        second.hold.clear()
        both.put(1, 2)
        both.wait_for(2)
        assert first.ran == ["event-1", "event-2"]
        assert second.ran == []
        second.hold.set()
        reports = both.wait_for(4)
    assert second.ran == ["event-1", "event-2"]
    assert [report.action for report in reports[:2]] == ["first", "first"]


def test_a_failing_or_hanging_action_does_not_block_the_next() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with street(first, second, limit_s=0.2) as both:
        first.hold.clear()
        both.put(1)
        reports = both.wait_for(2)
        assert outcomes(reports) == [("first", "event-1", FAILED), ("second", "event-1", DONE)]
        first.hold.set()


def test_a_late_event_is_not_started() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with street(first, second, latest_s=0.5) as both:
        first.hold.clear()
        both.put(1)
        time.sleep(0.7)
        first.hold.set()
        both.put(2)
        reports = both.wait_for(4)
    assert (first.ran, second.ran) == (["event-1", "event-2"], ["event-2"])
    (late,) = [report for report in reports if isinstance(report.error, ActionTooLate)]
    assert (late.action, late.event and late.event.id) == ("second", "event-1")
    assert late.error is not None
    assert late.error.message == "The action “second” was not begun: its turn came 1 s late."


def test_a_suspend_counts_as_late_and_a_clock_set_back_does_not() -> None:
    action = FakeAction()
    with street(action) as street_queue:
        for hours in (1, -1):
            street_queue.queues[0].put(replace(unlock_event(2 + hours), at=datetime.now(UTC) - timedelta(hours=hours)))
        slept, early = street_queue.wait_for(2)
    assert isinstance(slept.error, ActionTooLate)
    assert early.status is DONE


def test_a_full_queue_rejects_events_that_still_reach_the_next() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with street(first, second, limit_s=20.0) as both:
        first.hold.clear()
        count = action_queue._MAX_QUEUED + 5
        began = time.monotonic()
        both.put(*range(count))
        assert time.monotonic() - began < 1.0
        refused = [report for report in both.wait_for(4) if report.action == "first"]
        assert len(refused) in {4, 5}
        assert all(isinstance(report.error, ActionBusy) for report in refused)
        first.hold.set()
        reports = both.wait_for(2 * count)
    assert len([report for report in reports if report.action == "second"]) == count


def test_running_calls_finish_at_the_end() -> None:
    first, second = FakeAction("first"), FakeAction("second")
    with street(first, second) as both:
        both.put(1, 2, 3)
    assert second.ran == ["event-1", "event-2", "event-3"]


def test_cancel_aborts_the_running_call_and_reports_the_rest() -> None:
    action = FakeAction(ends_when_closed=False)
    began = time.monotonic()
    with street(action, limit_s=20.0, patience_s=0.2) as street_queue:
        action.hold.clear()
        street_queue.put(1, 2)
    assert time.monotonic() - began < 3.0
    assert outcomes(street_queue.reports) == [("it", "event-1", FAILED), ("it", "event-2", FAILED)]
    assert all(isinstance(report.error, ActionCancelled) for report in street_queue.reports)


def test_a_full_queue_can_be_ended() -> None:
    action = FakeAction()
    with street(action, limit_s=20.0, patience_s=0.2) as street_queue:
        action.hold.clear()
        street_queue.put(*range(action_queue._MAX_QUEUED + 1))
    assert len(street_queue.reports) >= action_queue._MAX_QUEUED
