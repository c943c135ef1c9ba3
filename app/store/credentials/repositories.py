"""PINs, of which only the argon2id hash is kept (RFC 9106)."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import Clock
from app.core.credentials import PinOwner, PinRole, validate_pin
from app.core.lockout import ClockReading, LockoutRecord, LockoutScope
from app.core.roles import Role, validate_password
from app.store.audit.log import append
from app.store.credentials.credential_store import CredentialStore
from app.store.crypto.encrypted_columns import PASSWORD_HASH, PIN_HASH
from app.store.database.sqlite import Database
from app.store.database.tables import LockoutRow, PasswordRow, PinRow
from app.store.people.audited_transactions import advance_revision
from app.store.people.queries import person_row


class PinRepository:
    """PINs in the database; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates what is stored.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._secrets = CredentialStore(database, PinRow, PIN_HASH)

    def set(self, owner: PinOwner, pin: str) -> None:
        """Give somebody a PIN in place of the one they may have.

        Raises:
            InvalidPin: It cannot be set.
            UnknownPerson: Nobody has that id.
        """
        hashed = self._secrets.hash(validate_pin(pin))
        now = self._clock.now()
        with self._database.writing() as session:
            person_id = person_row(session, owner.of).id if owner.role is PinRole.PERSON else None
            row = PinRow(key=owner.key, person_id=person_id, changed_at=now)
            self._secrets.keep(session, row, hashed)
            append(session, now, self._entry(owner, person_id, removed=False))
            _number(session, person_id)

    def remove(self, owner: PinOwner) -> bool:
        """Take the PIN away; False where there is none."""
        with self._database.writing() as session:
            row = self._secrets.take(session, owner.key)
            if row is not None:
                append(session, self._clock.now(), self._entry(owner, row.person_id, removed=True))
                _number(session, row.person_id)
            return row is not None

    def has(self, owner: PinOwner) -> bool:
        """Whether there is one."""
        return self._secrets.has(owner.key)

    def matches(self, owner: PinOwner, pin: str) -> bool:
        """Whether this is the PIN. Takes as long where there is none."""
        return self._secrets.matches(owner.key, pin)

    def _entry(self, owner: PinOwner, person_id: str | None, *, removed: bool) -> AuditEntry:
        return AuditEntry(AuditKind.PIN_CHANGED, person_id or "", self._actor, {"role": owner.role, "removed": removed})


def _number(session: Session, person_id: str | None) -> None:
    """Have those who follow the database notice that a person's PIN is another."""
    if person_id is not None:
        session.flush()
        advance_revision(session, {person_id})


class PasswordRepository:
    """Passwords in the database; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates what is stored.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._secrets = CredentialStore(database, PasswordRow, PASSWORD_HASH)

    def set(self, role: Role, password: str) -> None:
        """Give a role a password in place of the one it may have.

        Raises:
            InvalidPassword: It cannot be set.
        """
        hashed, now = self._secrets.hash(validate_password(password)), self._clock.now()
        with self._database.writing() as session:
            self._secrets.keep(session, PasswordRow(role=role.value, changed_at=now), hashed)
            append(session, now, self._entry(role, removed=False))

    def remove(self, role: Role) -> bool:
        """Take the password away; False where there is none."""
        with self._database.writing() as session:
            row = self._secrets.take(session, role.value)
            if row is not None:
                append(session, self._clock.now(), self._entry(role, removed=True))
            return row is not None

    def roles(self) -> frozenset[Role]:
        """Those that have a password."""
        return frozenset(role for role in Role if self._secrets.has(role.value))

    def matches(self, role: Role, password: str) -> bool:
        """Whether this is the password. Takes as long where there is none."""
        return self._secrets.matches(role.value, password)

    def _entry(self, role: Role, *, removed: bool) -> AuditEntry:
        return AuditEntry(AuditKind.PASSWORD_CHANGED, "", self._actor, {"role": role.value, "removed": removed})


class LockoutRepository:
    """Failed attempts in the database; usable from every thread and process at once. Every method may raise StoreError.

    Args:
        database: Open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, scope: LockoutScope) -> LockoutRecord:
        """What is kept; an empty record where nothing has failed."""
        with self._database.reading() as session:
            return _record(session, scope)

    def change(self, scope: LockoutScope, change: Callable[[LockoutRecord], LockoutRecord]) -> LockoutRecord:
        """Keep something else; nobody else changes it in between. It is on the disk when this returns.

        Args:
            scope: Whose attempts.
            change: Called once, with what was kept; must be quick.
        """
        with self._database.writing() as session:
            record = change(_record(session, scope))
            if record.stamp is not None:
                session.merge(_row(scope, record, record.stamp))
            return record


def _record(session: Session, scope: LockoutScope) -> LockoutRecord:
    row = session.get(LockoutRow, scope.key)
    if row is None:
        return LockoutRecord()
    return LockoutRecord(row.failures, row.left_ns, ClockReading(row.monotonic_ns, row.at))


def _row(scope: LockoutScope, record: LockoutRecord, stamp: ClockReading) -> LockoutRow:
    return LockoutRow(
        key=scope.key,
        person_id=scope.person_id or None,
        failures=record.failures,
        left_ns=record.left_ns,
        monotonic_ns=stamp.monotonic_ns,
        at=stamp.wall,
    )
