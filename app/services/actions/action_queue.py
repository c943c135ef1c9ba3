"""The thread that gives one action its events, one after the other, and waits for none longer than it may take."""

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
"""Beyond its time limit, for an action to clean up: to end a command, to close a connection."""

_CANCEL_S = 0.4
"""For the one under way to come back once it has been closed."""

_QUEUED = 32
"""Events that may wait for one action. At a door, one is already much."""

Attempt = Callable[[Deadline], ActionOutcome | None]


@dataclass(frozen=True, slots=True)
class _Turn:
    """An event on its way through the lanes.

    Attributes:
        event: What happened.
        since_ns: When it was handed over, on the monotonic clock.
    """

    event: UnlockEvent
    since_ns: int

    def late_s(self, clock: Clock) -> float:
        """Seconds since then. The monotonic clock leaves out the time asleep, the other one may be set: the larger."""
        since_event_s = (clock.now() - self.event.at).total_seconds()
        return max((clock.monotonic_ns() - self.since_ns) / 1e9, since_event_s)


class ActionQueue:
    """Runs one action.

    Each attempt has a thread of its own, which is left behind when the time is over; until it has come back, the action
    gets nothing more to do. So a hanging action costs one thread and holds up nobody for longer than its limit.

    Args:
        action: To be run; nobody else calls it but for `close`.
        limit_s: Seconds it may take.
        latest_s: Seconds after the unlock when it is no longer begun.
        clock: Measures them.
        report: Called with each outcome, in the lane's thread or in the one that calls `put`; returns at once.
        after: The lane that gets each event when this one is through with it.
    """

    def __init__(
        self,
        action: Action,
        limit_s: float,
        latest_s: float,
        clock: Clock,
        report: Callable[[ActionReport], None],
        after: "ActionQueue | None" = None,
    ) -> None:
        self._action = action
        self._limit_s = limit_s
        self._latest_s = latest_s
        self._clock = clock
        self._report = report
        self._after = after
        self._events: queue.Queue[_Turn | None] = queue.Queue(_QUEUED)
        self._stuck: threading.Thread | None = None
        self._giving_up = threading.Event()
        self._attended = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"action {action.name}", daemon=True)

    def start(self) -> None:
        """Get the action ready, and begin to take events."""
        self._thread.start()

    def put(self, event: UnlockEvent) -> None:
        """Hand an event over; never waits. Where too many are waiting, this one is reported as failed."""
        self._take(_Turn(event, self._clock.monotonic_ns()))

    def end(self) -> None:
        """Take no more events, and end after those there are; the next lane then does the same."""
        while True:
            try:
                self._events.put_nowait(None)
            except queue.Full:
                self._drop_one()
            else:
                return

    def give_up(self) -> None:
        """Report the events that are left as failed, and stop waiting for the one under way."""
        self._giving_up.set()
        self._action.close()
        self._attended.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False where it has not come."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _drop_one(self) -> None:
        try:
            turn = self._events.get_nowait()
        except queue.Empty:
            return
        if turn is not None:
            self._refuse(turn)

    def _take(self, turn: "_Turn") -> None:
        try:
            self._events.put_nowait(turn)
        except queue.Full:
            self._refuse(turn)

    def _refuse(self, turn: "_Turn") -> None:
        self._tell(turn.event, 0.0, ActionBusy(action=self._action.name))
        self._pass_on(turn)

    def _work(self) -> None:
        _, outcome = self._attempt(self._action.start)
        if isinstance(outcome, FacelatchError):
            self._tell(None, 0.0, outcome)
        while (turn := self._events.get()) is not None:
            late_s = turn.late_s(self._clock)
            if late_s > self._latest_s:
                seconds, outcome = 0.0, ActionTooLate(action=self._action.name, seconds=round(late_s))
            else:
                seconds, outcome = self._attempt(partial(self._action.run, turn.event))
            self._tell(turn.event, seconds, outcome)
            self._pass_on(turn)
        if self._after is not None:
            self._after.end()

    def _pass_on(self, turn: "_Turn") -> None:
        if self._after is not None:
            self._after._take(turn)  # noqa: SLF001 - another lane's

    def _attempt(self, call: Attempt) -> tuple[float, ActionOutcome | FacelatchError]:
        self._attended = attended = threading.Event()
        if self._giving_up.is_set():
            return 0.0, ActionCancelled(action=self._action.name)
        if self._stuck is not None and self._stuck.is_alive():
            return 0.0, ActionBusy(action=self._action.name)
        outcomes: list[ActionOutcome | FacelatchError] = []
        deadline = Deadline.after(self._clock, self._limit_s)

        def run() -> None:
            outcomes.append(self._outcome(call, deadline))
            attended.set()

        began = self._clock.monotonic_ns()
        thread = threading.Thread(target=run, name=f"{self._thread.name} run", daemon=True)
        thread.start()
        attended.wait(self._limit_s + _GRACE_S)
        if self._giving_up.is_set():
            thread.join(_CANCEL_S)
        seconds = (self._clock.monotonic_ns() - began) / 1e9
        return seconds, outcomes[0] if outcomes else self._left_behind(thread)

    def _left_behind(self, thread: threading.Thread) -> FacelatchError:
        self._stuck = thread
        if self._giving_up.is_set():
            return ActionCancelled(action=self._action.name)
        return ActionTimedOut(action=self._action.name, limit=self._limit_s)

    def _outcome(self, call: Attempt, deadline: Deadline) -> ActionOutcome | FacelatchError:
        try:
            return call(deadline) or ActionOutcome()
        except FacelatchError as error:
            return error
        except Exception as problem:  # the outermost of this thread, and the action may be anybody's
            log.exception("the action “%s” made a mistake", self._action.name)
            return ActionBroken(action=self._action.name, problem=repr(problem))

    def _tell(self, event: UnlockEvent | None, seconds: float, outcome: ActionOutcome | FacelatchError) -> None:
        name = self._action.name
        if isinstance(outcome, FacelatchError):
            self._report(ActionReport(name, event, ActionStatus.FAILED, seconds, error=outcome))
        else:
            status = ActionStatus.WAITING if outcome.waiting else ActionStatus.DONE
            self._report(ActionReport(name, event, status, seconds, outcome.note))
