"""Delivery of events from the outbox to their receivers, with retries."""

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

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import Clock
from app.core.errors import EventRejected, FacelatchError
from app.core.roles import Permission
from app.core.unlock import OutboxEvent, UnlockEvent
from app.services.access.permissions import Access, Service, requires
from app.services.actions.reports import ActionReport, ActionStatus
from app.store.outbox import OutboxRepository

log = logging.getLogger(__name__)

_IDLE_S = 60.0
_MIN_RETRY_TIME = timedelta(hours=1)
_FIRST_WAIT_S, _MAX_WAIT_S, _JITTER_S = 1.0, 60.0, 1.0
"""Time between two attempts: 1 s, then twice as long each time up to a minute, with random jitter so that many kiosks
do not retry simultaneously."""


class Sender(Protocol):
    """Sends an event to its receiver."""

    def post(self, event: UnlockEvent, timeout_s: float) -> int:
        """Send an event once, and return the status code of the answer.

        Args:
            event: The event.
            timeout_s: Time limit in seconds.

        Raises:
            EventRejected: The receiver will never accept the event.
            ActionError: The receiver did not accept the event this time.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class OutboxWorker:
    """The thread that delivers the events of one action, in order.

    An event is retried until it is delivered, permanently rejected, or too old, and later events wait for it. A
    receiver may get an event twice, if the answer is lost or the machine fails, and recognises it by its id.

    Args:
        action: Name of the action, for reports.
        target: Receiver of the events in the outbox.
        sender: Sends events; used and closed by this thread only.
        outbox: Stores the events.
        clock: Tells the age of events.
        timeout_s: Time limit of one attempt in seconds.
        give_up_after: Age at which an event is given up, but not before the receiver failed for an hour: the wall clock
            may have been set, as on a machine that starts without the right time.
        actor: The kiosk, for the audit log.
        report: Receives the outcome of each event, in this thread; must return quickly.
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
        self._min_retry_ns = min(give_up_after, _MIN_RETRY_TIME) // timedelta(microseconds=1) * 1000
        self._failing_since_ns: int | None = None
        self._stop = threading.Event()
        self._wake_event = threading.Event()
        self._abandoned = threading.Event()
        # A daemon thread: a receiver that hangs must not block the end of the process.
        self._thread = threading.Thread(target=self._work, name=f"outbox {action}", daemon=True)

    def start(self) -> None:
        """Start with the events that are stored already."""
        self._thread.start()

    def wake(self) -> None:
        """Announce a new event."""
        self._wake_event.set()

    def request_stop(self) -> None:
        """End after the running attempt."""
        self._stop.set()
        self._wake_event.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end and return whether the thread has ended; if not, the outcome of its attempt is discarded."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._thread.is_alive():
            self._abandoned.set()
            return False
        return True

    def _work(self) -> None:
        retrying = Retrying(
            sleep=sleep_using_event(self._stop),
            stop=stop_when_event_set(self._stop),
            wait=wait_exponential(_FIRST_WAIT_S, _MAX_WAIT_S) + wait_random(0, _JITTER_S),
            retry=retry_if_exception_type(FacelatchError),
            before_sleep=self._log_retry,
            reraise=True,
        )
        while not self._stop.is_set():
            self._wake_event.clear()
            try:
                delivered = retrying(self._deliver_oldest)
            except FacelatchError:
                break  # only when asked to stop; the event stays in the outbox
            except Exception:  # the outermost frame of this thread
                log.exception("the outbox worker of “%s” failed", self._action)
                delivered = False
            if not delivered:
                self._wake_event.wait(_IDLE_S)
        self._sender.close()

    def _deliver_oldest(self) -> bool:
        """Attempt to deliver the oldest event; it is read each time, since its person may have been renamed or erased.

        Returns:
            Whether there was an event.
        """
        # An interrupted wait is followed by one more call, which must not attempt a delivery.
        queued = None if self._stop.is_set() else self._outbox.oldest(self._target)
        if queued is None:
            return False
        try:
            status = self._sender.post(queued.event, self._timeout_s)
        except EventRejected as error:
            self._failing_since_ns = None
            self._settle(queued, error)
        except FacelatchError as error:
            self._handle_failure(queued, error)
        else:
            self._failing_since_ns = None
            self._settle(queued, note=f"status {status}")
        return True

    def _handle_failure(self, queued: OutboxEvent, error: FacelatchError) -> None:
        if self._is_too_old(queued):
            self._settle(queued, error)
            return
        if not self._abandoned.is_set():
            self._outbox.tried(queued.id, error.message)
        raise error

    def _is_too_old(self, queued: OutboxEvent) -> bool:
        now_ns = self._clock.monotonic_ns()
        if self._failing_since_ns is None:
            self._failing_since_ns = now_ns
        is_old = self._clock.now() - queued.queued_at > self._give_up_after
        return is_old and now_ns - self._failing_since_ns >= self._min_retry_ns

    def _settle(self, queued: OutboxEvent, error: FacelatchError | None = None, note: str = "") -> None:
        if self._abandoned.is_set():
            return
        status = ActionStatus.DONE if error is None else ActionStatus.FAILED
        seconds = max((self._clock.now() - queued.queued_at).total_seconds(), 0.0)
        report = ActionReport(self._action, queued.event, status, seconds, note, error)
        if self._outbox.settle(queued.id, report.to_audit_entry(self._actor)):
            self._report(report)

    def _log_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait_s = state.next_action.sleep if state.next_action else 0.0
        log.info("cannot deliver to “%s”, next attempt in %.0f s: %s", self._target, wait_s, error)


class OutboxService(Service):
    """Maintains the outbox. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        outbox: Repository of undelivered events.
        actor: Author of changes, for the audit log.
    """

    def __init__(self, access: Access, outbox: OutboxRepository, actor: str) -> None:
        super().__init__(access)
        self._outbox = outbox
        self._actor = actor

    @requires(Permission.MANAGE_STORE)
    def queued(self) -> list[OutboxEvent]:
        """Return all undelivered events, oldest first."""
        return self._outbox.all()

    @requires(Permission.MANAGE_STORE)
    def drop(self, target: str) -> int:
        """Remove the undelivered events of a receiver, and record each as a failed action.

        Args:
            target: The receiver, as in `OutboxEvent.target`: "kiosk/action".

        Returns:
            How many events were removed.
        """
        dropped = 0
        for queued in self._outbox.all():
            if queued.target == target:
                details = {"action": target.rpartition("/")[2], "event": queued.event.id, "problem": "dropped by hand"}
                entry = AuditEntry(AuditKind.ACTION_FAILED, queued.event.person_id, self._actor, details)
                dropped += self._outbox.settle(queued.id, entry)
        return dropped
