"""Operators list lockouts and reset them, which the audit log records and running kiosks notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import StoreError
from app.core.lockout import AttemptChannel, LockoutScope, lasts_until_reset
from app.services.access.lockout_service import LockoutService
from app.services.access.lockouts import LockoutCounter
from app.services.access.permissions import ADMINISTRATOR
from app.services.audit.audit_service import AuditService
from app.store.audit.log import AuditLog
from app.store.credentials.repositories import LockoutRepository
from app.store.database.sqlite import Database
from tests.fakes.camera import ManualClock

DOOR = LockoutScope(AttemptChannel.FACE, kiosk="door")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1000 * 1_000_000_000)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        yield database


@pytest.fixture
def log(database: Database, clock: ManualClock) -> AuditLog:
    return AuditLog(database, clock)


@pytest.fixture
def service(database: Database, log: AuditLog, clock: ManualClock) -> LockoutService:
    audit = AuditService(ADMINISTRATOR, log, clock, "window")
    return LockoutService(ADMINISTRATOR, LockoutRepository(database), audit, clock)


def test_a_reset_is_recorded_and_ends_the_lockout_of_a_running_kiosk(
    service: LockoutService, database: Database, log: AuditLog, clock: ManualClock
) -> None:
    kiosk = LockoutCounter(LockoutRepository(database), clock)
    for _ in range(50):
        kiosk.failed(DOOR)
    assert lasts_until_reset(kiosk.left_ns(DOOR))
    (listed,) = service.failed_attempts()
    assert (listed.scope, listed.failures) == (DOOR, 50)
    service.reset(DOOR)
    assert kiosk.left_ns(DOOR) == 0
    assert service.failed_attempts() == []
    entry = next(event.entry for event in log.events(AuditQuery()) if event.entry.kind is AuditKind.LOCKOUT_RESET)
    assert entry.details == {"channel": "face", "kiosk": "door", "failures": 50}


def test_without_a_record_in_the_audit_log_nothing_is_reset(
    service: LockoutService, database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    LockoutCounter(LockoutRepository(database), clock).failed(DOOR)

    def refuse(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.", "")

    monkeypatch.setattr(AuditService, "record", refuse)
    with pytest.raises(StoreError):
        service.reset(DOOR)
    assert [one.failures for one in service.failed_attempts()] == [1]
