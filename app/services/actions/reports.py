"""Reports on actions: recorded in the audit log, and passed on to the kiosk."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.audit import AuditEntry, AuditKind, Detail
from app.core.errors import FacelatchError, StoreError
from app.core.unlock import UnlockEvent
from app.store.audit.log import AuditLog

log = logging.getLogger(__name__)


class ActionStatus(StrEnum):
    """Status of an action for one event."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ActionReport:
    """Outcome of one action for one event.

    Attributes:
        action: Name of the action in the policy.
        event: The event; None for a problem of the action itself, such as a relay that cannot be switched off.
        status: WAITING if the event is queued for delivery; a second report follows.
        seconds: Duration of the action; for a second report, time since the event.
        note: A note of the action if it succeeded.
        error: Why it failed; None unless FAILED.
        remaining: Number of actions whose first report on this event is still missing.
    """

    action: str
    event: UnlockEvent | None
    status: ActionStatus
    seconds: float = 0.0
    note: str = ""
    error: FacelatchError | None = None
    remaining: int = 0

    def to_audit_entry(self, actor: str) -> AuditEntry:
        """Return the audit entry, with the class and the message of the error, and without the person's name.

        Args:
            actor: The kiosk.
        """
        details: dict[str, Detail] = {"action": self.action, "seconds": round(self.seconds, 3)}
        if self.event is not None:
            details |= {"event": self.event.id, "test": self.event.test}
        if self.error is not None:
            details |= {"error": type(self.error).__name__, "problem": self.error.message}
        kind = AuditKind.ACTION_FAILED if self.status is ActionStatus.FAILED else AuditKind.ACTION_DONE
        return AuditEntry(kind, self.event.person_id if self.event else "", actor, details)


OnReport = Callable[[ActionReport], None]


class ActionReporter:
    """A thread that records reports and passes them on, so that a locked database delays no action.

    Args:
        audit: The audit log.
        actor: The kiosk, for the audit log.
        on_report: Called in this thread with one report after the other.
    """

    def __init__(self, audit: AuditLog, actor: str, on_report: OnReport) -> None:
        self._audit = audit
        self._actor = actor
        self._on_report = on_report
        self._lock = threading.Lock()
        self._remaining: dict[str, int] = {}
        self._reports: queue.SimpleQueue[tuple[ActionReport, bool] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="action reports", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def expect(self, event: UnlockEvent, reports: int) -> None:
        """Announce the first reports on an event.

        Args:
            event: The event.
            reports: Number of actions that will report.
        """
        if reports:
            with self._lock:
                self._remaining[event.id] = reports

    def first(self, report: ActionReport) -> None:
        """Process an action's first report on an event, or a report without an event."""
        with self._lock:
            remaining = self._count_down(report.event)
        self._reports.put((replace(report, remaining=remaining), report.status is not ActionStatus.WAITING))

    def second(self, report: ActionReport) -> None:
        """Process the report on a delivery that was waiting; its audit entry was written with the delivery."""
        self._reports.put((report, False))

    def close(self, timeout_s: float) -> None:
        """Process the pending reports and end the thread, within a time limit in seconds."""
        self._reports.put(None)
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            log.warning("reports on actions are still being written")

    def _count_down(self, event: UnlockEvent | None) -> int:
        if event is None or event.id not in self._remaining:
            return 0
        self._remaining[event.id] -= 1
        remaining = self._remaining[event.id]
        if remaining == 0:
            del self._remaining[event.id]
        return remaining

    def _work(self) -> None:
        while (item := self._reports.get()) is not None:
            report, to_record = item
            try:
                if to_record:
                    self._record(report)
                self._on_report(report)
            except Exception:  # the outermost frame of this thread: the next report must still be processed
                log.exception("a report on the action “%s” failed", report.action)

    def _record(self, report: ActionReport) -> None:
        if report.error is not None:
            log.warning("action “%s” failed: %s", report.action, report.error.message)
        try:
            self._audit.record(report.to_audit_entry(self._actor))
        except StoreError as error:
            log.warning("cannot record the outcome of the action “%s”: %s", report.action, error)
