"""Sign-in, sign-out, lockouts, and permissions of the roles."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import InvalidPassword, NotAllowed
from app.core.roles import PERMISSIONS, Permission, Role, has_permission
from app.flows.lockout import FAILURE_LIMIT, FIRST_DELAY_NS
from app.services.access.lockouts import AttemptOutcome, LockoutCounter
from app.services.access.permissions import ADMINISTRATOR
from app.services.access.role_service import RoleService, RoleState
from app.services.audit.audit_service import AuditService
from app.store.audit.log import AuditLog
from app.store.credentials.repositories import LockoutRepository, PasswordRepository
from app.store.database.sqlite import Database

SECRET, OTHER = "correct horse", "battery staple"


@dataclass
class HandClock:
    """Clock that advances only when told to."""

    monotonic: int = 10**9
    wall: datetime = field(default=datetime(2026, 1, 1, tzinfo=UTC))

    def monotonic_ns(self) -> int:
        return self.monotonic

    def now(self) -> datetime:
        return self.wall

    def wait(self, seconds: float) -> None:
        self.monotonic += round(seconds * 1e9)
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        yield database


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def log(database: Database, clock: HandClock) -> AuditLog:
    return AuditLog(database, clock)


@pytest.fixture
def roles(database: Database, clock: HandClock, log: AuditLog) -> RoleService:
    lockouts = LockoutCounter(LockoutRepository(database), clock)
    audit = AuditService(ADMINISTRATOR, log, clock, "window")
    return RoleService(PasswordRepository(database, clock, "window"), lockouts, audit, database.ledger.signed_in)


def test_without_an_admin_password_everything_is_allowed(roles: RoleService) -> None:
    state = roles.state()
    assert (state.in_use, state.is_locked) == (False, False)
    assert all(roles.may(permission) for permission in Permission)


def test_setting_the_first_admin_password_signs_in(roles: RoleService) -> None:
    roles.set_password(Role.ADMIN, SECRET)
    state = roles.state()
    assert (state.in_use, state.is_locked, state.role) == (True, False, Role.ADMIN)


def test_sign_in_and_sign_out_are_recorded_with_the_role(roles: RoleService, log: AuditLog) -> None:
    roles.set_password(Role.ADMIN, SECRET)
    roles.set_password(Role.OPERATOR, OTHER)
    roles.sign_out(timed_out=True)
    assert roles.state().is_locked
    assert roles.sign_in(Role.ADMIN, OTHER).outcome is AttemptOutcome.WRONG
    assert roles.sign_in(Role.OPERATOR, OTHER).outcome is AttemptOutcome.RIGHT
    roles.sign_out()
    roles.sign_out()
    kinds = [(event.entry.kind, event.entry.details["role"], event.entry.role) for event in log.events(AuditQuery())]
    assert kinds == [
        (AuditKind.SIGNED_OUT, "operator", ""),
        (AuditKind.SIGNED_IN, "operator", "operator"),
        (AuditKind.SIGN_IN_REFUSED, "admin", ""),
        (AuditKind.SIGNED_OUT, "admin", ""),
        (AuditKind.PASSWORD_CHANGED, "operator", "admin"),
        (AuditKind.PASSWORD_CHANGED, "admin", ""),
    ]
    assert log.verify().broken is None


def test_after_too_many_failures_no_password_is_compared(roles: RoleService, clock: HandClock) -> None:
    roles.set_password(Role.ADMIN, SECRET)
    roles.sign_out()
    answers = [roles.sign_in(Role.ADMIN, "guess") for _ in range(FAILURE_LIMIT)]
    assert [answer.left_ns for answer in answers] == [0] * (FAILURE_LIMIT - 1) + [FIRST_DELAY_NS]
    assert roles.sign_in(Role.ADMIN, SECRET).outcome is AttemptOutcome.LOCKED
    assert roles.sign_in(Role.OPERATOR, "guess").outcome is AttemptOutcome.WRONG  # counted separately
    clock.wait(31)
    assert roles.sign_in(Role.ADMIN, SECRET).outcome is AttemptOutcome.RIGHT


def test_an_operator_has_exactly_four_permissions(roles: RoleService) -> None:
    roles.set_password(Role.ADMIN, SECRET)
    roles.set_password(Role.OPERATOR, OTHER)
    roles.sign_out()
    assert not any(roles.may(permission) for permission in Permission)
    roles.sign_in(Role.OPERATOR, OTHER)
    allowed = {permission for permission in Permission if roles.may(permission)}
    assert allowed == {
        Permission.SEE_PEOPLE,
        Permission.ENROL,
        Permission.MARK_MATCH,
        Permission.RESET_LOCKOUTS,
    }
    with pytest.raises(NotAllowed):
        roles.set_password(Role.ADMIN, "taken over")
    with pytest.raises(NotAllowed):
        roles.remove(Role.ADMIN)


def test_removing_the_admin_password_ends_the_use_of_roles(roles: RoleService) -> None:
    roles.set_password(Role.ADMIN, SECRET)
    roles.set_password(Role.OPERATOR, OTHER)
    roles.remove(Role.OPERATOR)
    assert roles.state().roles == {Role.ADMIN}
    roles.set_password(Role.OPERATOR, OTHER)
    roles.remove(Role.ADMIN)
    assert roles.state() == RoleState()


@pytest.mark.parametrize("password", ["", "short", "a" * 20, "x" * 300])
def test_a_weak_password_is_rejected(roles: RoleService, password: str) -> None:
    with pytest.raises(InvalidPassword):
        roles.set_password(Role.ADMIN, password)
    assert not roles.state().in_use


def test_an_admin_has_all_permissions_and_no_role_has_none() -> None:
    assert PERMISSIONS[Role.ADMIN] == set(Permission)
    assert PERMISSIONS[Role.OPERATOR] < PERMISSIONS[Role.ADMIN]
    assert not any(has_permission(None, permission) for permission in Permission)
