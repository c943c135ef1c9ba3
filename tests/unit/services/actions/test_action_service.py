"""The actions of a kiosk together: order, outcomes, the audit log, closing."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.actions.config import ActionConfig, ActionConfigs
from app.core.audit import AuditKind, AuditQuery
from app.core.clock import SystemClock
from app.core.errors import ActionTimedOut, OutboxFull, RelayUnavailable
from app.core.unlock import UnlockEvent
from app.services.actions.action_service import ActionService
from app.services.actions.reports import ActionReport, ActionStatus
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.fakes.actions import HANG, SECRET, unlock_event, webhook_server
from tests.fakes.broker import free_port
from tests.fakes.notifying import NotifyingList
from tests.fakes.relays import SerialRelay


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        yield database


def configs(*tables: dict[str, Any]) -> tuple[ActionConfig, ...]:
    return TypeAdapter[tuple[ActionConfig, ...]](ActionConfigs).validate_python(tables)


def writes(folder: Path, name: str, seconds: float = 0.0, timeout_s: float = 5.0) -> dict[str, Any]:
    """Return a command action that appends its name to a file."""
    script = f"sleep {seconds}; echo {name} $FACELATCH_EVENT_ID >> {folder / 'written'}"
    return {"kind": "command", "name": name, "command": ["sh", "-c", script], "timeout_s": timeout_s}


def webhook(port: int, **more: Any) -> dict[str, Any]:
    return {"kind": "webhook", "url": f"http://127.0.0.1:{port}/", "secret": {"env": "HOOK_SECRET"}} | more


@contextmanager
def running(
    database: Database, *tables: dict[str, Any], deliver: bool = True
) -> Iterator[tuple[ActionService, NotifyingList[ActionReport]]]:
    reports: NotifyingList[ActionReport] = NotifyingList()
    clock = SystemClock()
    outbox, audit = OutboxRepository(database, clock), AuditLog(database, clock)
    with ActionService(configs(*tables), "Front door", outbox, audit, clock, reports.append) as service:
        service.start(deliver=deliver)
        yield service, reports


def now(number: int = 1) -> UnlockEvent:
    """Return an unlock of this moment."""
    return replace(unlock_event(number), at=datetime.now(UTC))


def test_actions_run_in_the_order_of_the_policy(database: Database, tmp_path: Path) -> None:
    tables = writes(tmp_path, "first", 0.2), writes(tmp_path, "second", 0.1), writes(tmp_path, "third")
    with running(database, *tables) as (service, reports):
        assert service.names == ("first", "second", "third")
        service.dispatch(now(1))
        reports.until_length(3)
    assert (tmp_path / "written").read_text() == "first event-1\nsecond event-1\nthird event-1\n"
    assert [(report.action, report.status, report.remaining) for report in reports] == [
        ("first", ActionStatus.DONE, 2),
        ("second", ActionStatus.DONE, 1),
        ("third", ActionStatus.DONE, 0),
    ]
    assert reports[0].seconds >= 0.2


def test_outcomes_are_recorded_in_the_audit_log(database: Database, tmp_path: Path) -> None:
    broken = {"kind": "command", "name": "broken", "command": ["sh", "-c", "exit 7"]}
    with running(database, writes(tmp_path, "good"), broken) as (service, reports):
        service.dispatch(now(1))
        reports.until_length(2)
    log = AuditLog(database, SystemClock())
    (done,) = log.events(AuditQuery(kinds=(AuditKind.ACTION_DONE,)))
    (failed,) = log.events(AuditQuery(kinds=(AuditKind.ACTION_FAILED,)))
    assert (done.entry.actor, done.entry.subject) == ("kiosk Front door", "person-1")
    assert done.entry.details["action"] == "good"
    assert failed.entry.details["problem"] == "The command “sh” failed: exit code 7"


def test_dispatch_does_not_wait_for_a_hanging_action(database: Database, tmp_path: Path) -> None:
    hanging = writes(tmp_path, "hanging", seconds=60.0, timeout_s=0.3)
    with running(database, hanging, writes(tmp_path, "after")) as (service, reports):
        began = time.monotonic()
        service.dispatch(now(1))
        service.dispatch(now(2))
        assert time.monotonic() - began < 1.0
        reports.until_length(4)
        assert time.monotonic() - began < 5.0
    assert (tmp_path / "written").read_text() == "after event-1\nafter event-2\n"
    assert sum(isinstance(report.error, ActionTimedOut) for report in reports) == 2


def test_a_webhook_is_queued_while_other_actions_run_and_delivered(database: Database, tmp_path: Path) -> None:
    with (
        webhook_server() as server,
        running(database, writes(tmp_path, "slow", seconds=1.0), webhook(server.port)) as (service, reports),
    ):
        service.dispatch(now(1))
        reports.until_length(1)
        assert (reports[0].action, reports[0].status) == ("webhook", ActionStatus.WAITING)
        reports.until_length(3)
        assert server.taken == ["event-1"]
    assert {(report.action, report.status) for report in reports[1:]} == {
        ("slow", ActionStatus.DONE),
        ("webhook", ActionStatus.DONE),
    }
    # Queued once and delivered once; only the delivery is an outcome.
    assert AuditLog(database, SystemClock()).count(AuditQuery(kinds=(AuditKind.ACTION_DONE,))) == 2


def test_a_full_outbox_is_reported(database: Database) -> None:
    with running(database, webhook(free_port(), max_waiting=2)) as (service, reports):
        for number in range(3):
            service.dispatch(now(number))
        reports.until_length(3)
    assert [report.status for report in reports] == [ActionStatus.WAITING] * 2 + [ActionStatus.FAILED]
    assert isinstance(reports[2].error, OutboxFull)
    assert len(OutboxRepository(database, SystemClock()).all()) == 2


def test_stored_events_stay_without_delivery(database: Database) -> None:
    with webhook_server() as server:
        OutboxRepository(database, SystemClock()).put("Front door/webhook", unlock_event(1), 10)
        with running(database, webhook(server.port), deliver=False) as (service, reports):
            service.dispatch(service.test_event())
            reports.until_length(1)
        assert [posted.message["event_type"] for posted in server.posted] == ["test"]
        assert len(OutboxRepository(database, SystemClock()).all()) == 1


def test_a_failed_start_is_reported_without_an_event(database: Database, tmp_path: Path) -> None:
    table = {"kind": "serial", "port": str(tmp_path / "none")}
    with running(database, table) as (_, reports):
        reports.until_length(1)
    assert reports[0].event is None
    assert reports[0].status is ActionStatus.FAILED


def test_a_relay_unplugged_while_on_is_reported_and_recorded(database: Database) -> None:
    relay = SerialRelay()
    table = {"kind": "serial", "name": "door", "port": relay.port, "pulse_s": 0.3}
    with running(database, table, {"kind": "log"}) as (service, reports):
        service.dispatch(now(1))
        reports.until_length(2)
        assert all(report.status is ActionStatus.DONE for report in reports)
        relay.unplug()
        reports.until_length(3)
        service.dispatch(now(2))
        reports.until_length(5)
    trouble, again = reports[2], reports[3]
    assert (trouble.action, trouble.event) == ("door", None)
    assert isinstance(trouble.error, RelayUnavailable)
    assert (again.action, type(again.error)) == ("door", RelayUnavailable)
    failed = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_FAILED,)))
    assert [event.entry.subject for event in failed] == ["person-1", ""]


def test_close_takes_two_seconds_at_most(database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with webhook_server(answers=(HANG,)) as server:
        tables = writes(tmp_path, "hanging", seconds=60.0, timeout_s=30.0), webhook(server.port, timeout_s=3.0)
        with running(database, *tables) as (service, reports):
            service.dispatch(now(1))
            server.posted.until_length(1)
            began = time.monotonic()
            service.close()
            assert time.monotonic() - began < 2.5
        service.close()
        assert "1 actions of “Front door” hang and are abandoned" in caplog.text
    assert {report.action: report.status for report in reports} == {
        "hanging": ActionStatus.FAILED,
        "webhook": ActionStatus.WAITING,
    }
    # The worker is abandoned with its attempt; its event is left for the next start.
    for thread in threading.enumerate():
        if thread.name.startswith("outbox"):
            thread.join(5)
    assert len(OutboxRepository(database, SystemClock()).all()) == 1


def test_a_kiosk_without_actions(database: Database) -> None:
    with running(database) as (service, reports):
        service.dispatch(now())
        assert service.names == ()
    assert reports == []


def test_dispatch_raises_before_the_start_and_after_the_end(database: Database) -> None:
    clock = SystemClock()
    outbox, audit = OutboxRepository(database, clock), AuditLog(database, clock)
    service = ActionService(configs({"kind": "log"}), "Door", outbox, audit, clock, lambda _: None)
    with pytest.raises(RuntimeError, match="not running"):
        service.dispatch(unlock_event())
    service.start()
    service.close()
    with pytest.raises(RuntimeError, match="not running"):
        service.dispatch(unlock_event())


def test_it_can_be_closed_without_a_start(database: Database) -> None:
    clock = SystemClock()
    outbox, audit = OutboxRepository(database, clock), AuditLog(database, clock)
    ActionService(configs({"kind": "log"}), "Door", outbox, audit, clock, lambda _: None).close()


def test_no_secret_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.DEBUG, "app"), webhook_server(answers=(500, 401)) as server:
        with running(database, webhook(server.port)) as (service, reports):
            service.dispatch(now(1))
            reports.until_length(2)
        monkeypatch.setenv("HOOK_SECRET", SECRET[:10])
        with running(database, webhook(server.port)) as (service, reports):
            reports.until_length(1)
    assert "cannot deliver to" in caplog.text
    assert SECRET[:10] not in caplog.text
    assert "Grace" not in caplog.text
