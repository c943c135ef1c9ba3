import threading

import pytest

from app.core.audit import AuditEntry, AuditKind
from app.core.errors import CommandFailed, StoreLocked
from app.services.actions.reports import ActionReport, ActionReporter, ActionStatus
from app.store.audit.log import AuditLog
from tests.fakes.actions import unlock_event


class FakeAudit(AuditLog):
    """An audit log in memory, or a locked one."""

    def __init__(self, *, locked: bool = False) -> None:
        self.entries: list[AuditEntry] = []
        self._locked = locked

    def record(self, entry: AuditEntry) -> None:  # type: ignore[override]
        if self._locked:
            raise StoreLocked(path="x")
        self.entries.append(entry)


def report(action: str = "hook", status: ActionStatus = ActionStatus.DONE, number: int = 1) -> ActionReport:
    return ActionReport(action, unlock_event(number), status, 0.25)


FAILED = ActionReport(
    "bell", unlock_event(), ActionStatus.FAILED, 1.0, error=CommandFailed(command="ring", reason="exit code 1")
)


def test_audit_entries_have_no_name() -> None:
    done = report().to_audit_entry("kiosk Front door")
    assert done == AuditEntry(
        AuditKind.ACTION_DONE,
        "person-1",
        "kiosk Front door",
        {"action": "hook", "seconds": 0.25, "event": "event-1", "test": False},
    )
    failed = FAILED.to_audit_entry("kiosk Front door")
    assert failed.kind is AuditKind.ACTION_FAILED
    assert failed.details["error"] == "CommandFailed"
    assert failed.details["problem"] == "The command “ring” failed: exit code 1"
    assert "Grace" not in repr((done, failed))


def test_reports_are_recorded_and_passed_on_in_order(caplog: pytest.LogCaptureFixture) -> None:
    audit, received = FakeAudit(), list[ActionReport]()
    reporter = ActionReporter(audit, "kiosk", received.append)
    reporter.start()
    reporter.expect(unlock_event(1), 3)
    reporter.expect(unlock_event(2), 1)
    reporter.first(report("log"))
    reporter.first(report("hook", ActionStatus.WAITING))
    reporter.first(report("log", number=2))
    reporter.first(FAILED)
    reporter.second(report("hook"))
    reporter.close(5.0)
    assert [(item.action, item.status, item.remaining) for item in received] == [
        ("log", ActionStatus.DONE, 2),
        ("hook", ActionStatus.WAITING, 1),
        ("log", ActionStatus.DONE, 0),
        ("bell", ActionStatus.FAILED, 0),
        ("hook", ActionStatus.DONE, 0),
    ]
    assert [entry.details["action"] for entry in audit.entries] == ["log", "log", "bell"]
    assert "action “bell” failed: The command “ring” failed" in caplog.text


def test_a_locked_database_does_not_block_reports(caplog: pytest.LogCaptureFixture) -> None:
    received = list[ActionReport]()
    reporter = ActionReporter(FakeAudit(locked=True), "kiosk", received.append)
    reporter.start()
    reporter.first(report())
    reporter.close(5.0)
    assert len(received) == 1
    assert "cannot record" in caplog.text


def test_an_exception_in_the_callback_does_not_block_the_next_report(logged_errors: list[object]) -> None:
    received = list[ActionReport]()

    def fail(item: ActionReport) -> None:
        received.append(item)
        raise KeyError

    reporter = ActionReporter(FakeAudit(), "kiosk", fail)
    reporter.start()
    reporter.first(report())
    reporter.first(report())
    reporter.close(5.0)
    assert len(received) == len(logged_errors) == 2
    logged_errors.clear()


def test_close_has_a_time_limit(caplog: pytest.LogCaptureFixture) -> None:
    proceed = threading.Event()
    reporter = ActionReporter(FakeAudit(), "kiosk", lambda _: bool(proceed.wait(10)))  # type: ignore[arg-type]
    reporter.start()
    reporter.first(report())
    reporter.close(0.1)
    assert "still being written" in caplog.text
    proceed.set()
