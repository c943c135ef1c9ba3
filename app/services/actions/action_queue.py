"""The thread that runs one action for one event after the other, each within its time limit."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.actions.port import Action, ActionOutcome
from app.core.clock import Clock
from app.core.errors import ActionBroken, ActionBusy, ActionCancelled, ActionTimedOut, ActionTooLate, FacelatchError
from app.core.unlock import Deadline, UnlockEvent
from app.services.actions.reports import ActionReport, ActionStatus

log = logging.getLogger(__name__)

_GRACE_S = 1.0
"""Time beyond the limit for an action to clean up: to end a command, or to close a connection."""

_CANCEL_S = 0.4
"""Time for a running call to return after the action was closed."""

_MAX_QUEUED = 32
"""Events queued for one action."""

_Call = Callable[[Deadline], ActionOutcome | None]


@dataclass(frozen=True, slots=True)
class _QueuedEvent:
    """An event and the time at which it was dispatched.

    Attributes:
        event: The event.
        since_ns: Monotonic time of the dispatch.
    """

    event: UnlockEvent
    since_ns: int

    def age_s(self, clock: Clock) -> float:
        """Return the seconds since the unlock.

        The monotonic clock stops during a suspend and the wall clock can be set, so this is the larger of both.
        """
        since_event_s = (clock.now() - self.event.at).total_seconds()
        return max((clock.monotonic_ns() - self.since_ns) / 1e9, since_event_s)


class ActionQueue:
    """Runs one action.

    Each call has a thread of its own, which is abandoned at the time limit; until it returns, the action gets no
    further call. So a hanging action costs one thread, and delays the next action by its time limit at most.

    Args:
        action: The action. It is called from no other place, except for `close`.
        limit_s: Time limit of one call in seconds.
        latest_s: Seconds after the unlock from which the action is not started any more.
        clock: Monotonic and wall clock.
        report: Receives each outcome, in this queue's thread or in the thread that calls `put`; must return quickly.
        successor: The queue that gets each event afterwards; None for the last one.
    """

    def __init__(
        self,
        action: Action,
        limit_s: float,
        latest_s: float,
        clock: Clock,
        report: Callable[[ActionReport], None],
        successor: "ActionQueue | None" = None,
    ) -> None:
        self._action = action
        self._limit_s = limit_s
        self._latest_s = latest_s
        self._clock = clock
        self._report = report
        self._successor = successor
        self._events: queue.Queue[_QueuedEvent | None] = queue.Queue(_MAX_QUEUED)
        self._stuck: threading.Thread | None = None
        self._cancelling = threading.Event()
        self._returned = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"action {action.name}", daemon=True)

    def start(self) -> None:
        """Start the action and the processing of events."""
        self._thread.start()

    def put(self, event: UnlockEvent) -> None:
        """Queue an event without waiting. If the queue is full, the event is reported as failed."""
        self._enqueue(_QueuedEvent(event, self._clock.monotonic_ns()))

    def end(self) -> None:
        """End after the queued events; the successor then does the same."""
        while True:
            try:
                self._events.put_nowait(None)
            except queue.Full:
                self._drop_oldest()
            else:
                return

    def cancel(self) -> None:
        """Report the queued events as failed, and stop waiting for the running call."""
        self._cancelling.set()
        self._action.close()
        self._returned.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end, and return whether the thread has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _drop_oldest(self) -> None:
        try:
            queued = self._events.get_nowait()
        except queue.Empty:
            return
        if queued is not None:
            self._reject(queued)

    def _enqueue(self, queued: "_QueuedEvent") -> None:
        try:
            self._events.put_nowait(queued)
        except queue.Full:
            self._reject(queued)

    def _reject(self, queued: "_QueuedEvent") -> None:
        self._report_outcome(queued.event, 0.0, ActionBusy(action=self._action.name))
        self._pass_on(queued)

    def _work(self) -> None:
        _, outcome = self._call(self._action.start)
        if isinstance(outcome, FacelatchError):
            self._report_outcome(None, 0.0, outcome)
        while (queued := self._events.get()) is not None:
            age_s = queued.age_s(self._clock)
            if age_s > self._latest_s:
                seconds, outcome = 0.0, ActionTooLate(action=self._action.name, seconds=round(age_s))
            else:
                seconds, outcome = self._call(partial(self._action.run, queued.event))
            self._report_outcome(queued.event, seconds, outcome)
            self._pass_on(queued)
        if self._successor is not None:
            self._successor.end()

    def _pass_on(self, queued: "_QueuedEvent") -> None:
        if self._successor is not None:
            self._successor._enqueue(queued)  # noqa: SLF001 - of the same class

    def _call(self, call: _Call) -> tuple[float, ActionOutcome | FacelatchError]:
        """Make a call in a thread of its own, and return its duration in seconds and its outcome."""
        self._returned = returned = threading.Event()
        if self._cancelling.is_set():
            return 0.0, ActionCancelled(action=self._action.name)
        if self._stuck is not None and self._stuck.is_alive():
            return 0.0, ActionBusy(action=self._action.name)
        outcomes: list[ActionOutcome | FacelatchError] = []
        deadline = Deadline.after(self._clock, self._limit_s)

        def run() -> None:
            outcomes.append(self._outcome(call, deadline))
            returned.set()

        began = self._clock.monotonic_ns()
        thread = threading.Thread(target=run, name=f"{self._thread.name} run", daemon=True)
        thread.start()
        returned.wait(self._limit_s + _GRACE_S)
        if self._cancelling.is_set():
            thread.join(_CANCEL_S)
        seconds = (self._clock.monotonic_ns() - began) / 1e9
        return seconds, outcomes[0] if outcomes else self._abandon(thread)

    def _abandon(self, thread: threading.Thread) -> FacelatchError:
        self._stuck = thread
        if self._cancelling.is_set():
            return ActionCancelled(action=self._action.name)
        return ActionTimedOut(action=self._action.name, limit=self._limit_s)

    def _outcome(self, call: _Call, deadline: Deadline) -> ActionOutcome | FacelatchError:
        try:
            return call(deadline) or ActionOutcome()
        except FacelatchError as error:
            return error
        except Exception as problem:  # the outermost frame of this thread; third-party actions raise any exception
            log.exception("the action “%s” raised an unexpected exception", self._action.name)
            return ActionBroken(action=self._action.name, problem=repr(problem))

    def _report_outcome(
        self, event: UnlockEvent | None, seconds: float, outcome: ActionOutcome | FacelatchError
    ) -> None:
        name = self._action.name
        if isinstance(outcome, FacelatchError):
            self._report(ActionReport(name, event, ActionStatus.FAILED, seconds, error=outcome))
        else:
            status = ActionStatus.WAITING if outcome.waiting else ActionStatus.DONE
            self._report(ActionReport(name, event, status, seconds, outcome.note))
