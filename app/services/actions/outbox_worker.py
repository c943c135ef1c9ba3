"""Delivers what waits in the outbox, oldest first, as often as it takes."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
    wait_random,
)

from app.core.clock import Clock
from app.core.errors import EventRejected, FacelatchError
from app.core.unlock import OutboxEvent, UnlockEvent
from app.services.actions.reports import ActionReport, ActionStatus
from app.store.outbox import OutboxRepository

log = logging.getLogger(__name__)

_IDLE_S = 60.0
_LEAST_PATIENCE = timedelta(hours=1)
_FIRST_WAIT_S, _LONGEST_WAIT_S, _JITTER_S = 1.0, 60.0, 1.0
"""Between two tries: 1 s, then twice as long each time, up to a minute; a little more by chance, so that many kiosks do
not come back at once."""


class Sender(Protocol):
    """Sends one event, once."""

    def post(self, event: UnlockEvent, timeout_s: float) -> int:
        """The status of the answer.

        Raises:
            EventRejected: It will never be taken.
            ActionError: It was not taken this time.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class OutboxWorker:
    """The thread that delivers one action's events.

    Their order is kept: one that fails is tried until it is delivered, refused for good, or too old; those behind it
    wait. The receiver may get an event twice, when the answer or the machine is lost in between, and tells by its id.

    Args:
        action: Its name, for reports.
        target: Whose events.
        sender: Used by this thread only, and closed with it.
        outbox: Where they wait.
        clock: Says how old they are.
        timeout_s: Seconds for one try.
        give_up_after: How old an event may become. A clock that is set, as on a machine that starts without knowing the
            time, makes none too old before the receiver has been tried in vain for an hour.
        actor: Which kiosk, for the audit trail.
        report: Called with how each one ended, in this thread; returns at once.
    """

    def __init__(
        self,
        action: str,
        target: str,
        sender: Sender,
        outbox: OutboxRepository,
        clock: Clock,
        timeout_s: float,
        give_up_after: timedelta,
        actor: str,
        report: Callable[[ActionReport], None],
    ) -> None:
        self._action = action
        self._target = target
        self._sender = sender
        self._outbox = outbox
        self._clock = clock
        self._timeout_s = timeout_s
        self._give_up_after = give_up_after
        self._actor = actor
        self._report = report
        self._patience_ns = min(give_up_after, _LEAST_PATIENCE) // timedelta(microseconds=1) * 1000
        self._failing_since_ns: int | None = None
        self._stop = threading.Event()
        self._news = threading.Event()
        self._left_behind = threading.Event()
        # A daemon: a receiver that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._work, name=f"courier {action}", daemon=True)

    def start(self) -> None:
        """Begin with what waits from earlier."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something new."""
        self._news.set()

    def request_stop(self) -> None:
        """End after the try under way."""
        self._stop.set()
        self._news.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; where it does not come, whatever the try under way brings is left for the next start."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._thread.is_alive():
            self._left_behind.set()
            return False
        return True

    def _work(self) -> None:
        retrying = Retrying(
            sleep=sleep_using_event(self._stop),
            stop=stop_when_event_set(self._stop),
            wait=wait_exponential(_FIRST_WAIT_S, _LONGEST_WAIT_S) + wait_random(0, _JITTER_S),
            retry=retry_if_exception_type(FacelatchError),
            before_sleep=self._say,
            reraise=True,
        )
        while not self._stop.is_set():
            self._news.clear()
            try:
                delivered = retrying(self._deliver_oldest)
            except FacelatchError:
                break  # only when it is to stop; what failed stays in the outbox
            except Exception:  # the outermost of this thread
                log.exception("the courier of “%s” failed", self._action)
                delivered = False
            if not delivered:
                self._news.wait(_IDLE_S)
        self._sender.close()

    def _deliver_oldest(self) -> bool:
        """Try what has waited longest; read anew for each try, for a person's name may have changed or gone.

        Returns:
            Whether something waited.
        """
        # A wait that was cut short is followed by one more try, which nobody wants then.
        waiting = None if self._stop.is_set() else self._outbox.oldest(self._target)
        if waiting is None:
            return False
        try:
            status = self._sender.post(waiting.event, self._timeout_s)
        except EventRejected as error:
            self._failing_since_ns = None
            self._settle(waiting, error)
        except FacelatchError as error:
            self._failed(waiting, error)
        else:
            self._failing_since_ns = None
            self._settle(waiting, note=f"status {status}")
        return True

    def _failed(self, waiting: OutboxEvent, error: FacelatchError) -> None:
        if self._is_hopeless(waiting):
            self._settle(waiting, error)
            return
        if not self._left_behind.is_set():
            self._outbox.tried(waiting.id, error.message)
        raise error

    def _is_hopeless(self, waiting: OutboxEvent) -> bool:
        now_ns = self._clock.monotonic_ns()
        if self._failing_since_ns is None:
            self._failing_since_ns = now_ns
        is_old = self._clock.now() - waiting.queued_at > self._give_up_after
        return is_old and now_ns - self._failing_since_ns >= self._patience_ns

    def _settle(self, waiting: OutboxEvent, error: FacelatchError | None = None, note: str = "") -> None:
        if self._left_behind.is_set():
            return
        status = ActionStatus.DONE if error is None else ActionStatus.FAILED
        seconds = max((self._clock.now() - waiting.queued_at).total_seconds(), 0.0)
        report = ActionReport(self._action, waiting.event, status, seconds, note, error)
        if self._outbox.settle(waiting.id, report.to_audit_entry(self._actor)):
            self._report(report)

    def _say(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait_s = state.next_action.sleep if state.next_action else 0.0
        log.info("“%s” could not be delivered, again in %.0f s: %s", self._target, wait_s, error)
