"""What became of actions: written into the audit trail, and told to whoever shows it."""

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
    """How far an action came."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ActionReport:
    """What became of one action for one event.

    Attributes:
        action: Its name in the policy.
        event: That it was for; None for what is about none: getting ready, a relay that cannot be switched off.
        status: WAITING means kept until the receiver can be reached; a second report says how that ended.
        seconds: How long it took; for a second report, since the event.
        note: What it has to say, where it was done.
        error: Why it was not; None unless FAILED.
        remaining: How many actions have still to give their first report on this event.
    """

    action: str
    event: UnlockEvent | None
    status: ActionStatus
    seconds: float = 0.0
    note: str = ""
    error: FacelatchError | None = None
    remaining: int = 0

    def to_audit_entry(self, actor: str) -> AuditEntry:
        """As it is written down: with the error's kind and words, and without a name.

        Args:
            actor: Which kiosk.
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
    """A thread that writes reports down and passes them on, so that a locked database holds up no action.

    Args:
        audit: Where they are written down.
        actor: Which kiosk, for the audit trail.
        on_report: Called in this thread, one report after the other.
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
        """Begin."""
        self._thread.start()

    def expect(self, event: UnlockEvent, reports: int) -> None:
        """Announce how many actions will give their first report on an event."""
        if reports:
            with self._lock:
                self._remaining[event.id] = reports

    def first(self, report: ActionReport) -> None:
        """An action's first report on an event, or one about none."""
        with self._lock:
            remaining = self._count_down(report.event)
        self._reports.put((replace(report, remaining=remaining), report.status is not ActionStatus.WAITING))

    def second(self, report: ActionReport) -> None:
        """How something that was waiting ended. It is in the audit trail already."""
        self._reports.put((report, False))

    def close(self, timeout_s: float) -> None:
        """Pass on what there is, and end."""
        self._reports.put(None)
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            log.warning("reports on actions are still being written down")

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
            report, to_write = item
            try:
                if to_write:
                    self._write(report)
                self._on_report(report)
            except Exception:  # the outermost of this thread: the next report must not suffer from this one
                log.exception("a report on the action “%s” failed", report.action)

    def _write(self, report: ActionReport) -> None:
        if report.error is not None:
            log.warning("action “%s” failed: %s", report.action, report.error.message)
        try:
            self._audit.record(report.to_audit_entry(self._actor))
        except StoreError as error:
            log.warning("what became of the action “%s” could not be written down: %s", report.action, error)
