"""Repositories of PINs, passwords and lockouts."""

from collections.abc import Callable

from sqlalchemy import select
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
    """PINs in the database. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._credentials = CredentialStore(database, PinRow, PIN_HASH)

    def set(self, owner: PinOwner, pin: str) -> None:
        """Set a PIN, replacing any previous one.

        Args:
            owner: Whose PIN.
            pin: The PIN.

        Raises:
            InvalidPin: The PIN is not acceptable.
            UnknownPerson: No person has the owner's id.
        """
        hashed = self._credentials.hash(validate_pin(pin, owner.shortest_pin))
        now = self._clock.now()
        with self._database.writing() as session:
            person_id = person_row(session, owner.of).id if owner.role is PinRole.PERSON else None
            row = PinRow(key=owner.key, person_id=person_id, changed_at=now)
            self._credentials.replace(session, row, hashed)
            append(session, now, self._entry(owner, person_id, removed=False))
            _advance_revision(session, person_id)

    def remove(self, owner: PinOwner) -> bool:
        """Remove a PIN; return False if there is none."""
        with self._database.writing() as session:
            row = self._credentials.delete(session, owner.key)
            if row is not None:
                append(session, self._clock.now(), self._entry(owner, row.person_id, removed=True))
                _advance_revision(session, row.person_id)
            return row is not None

    def has(self, owner: PinOwner) -> bool:
        """Return whether a PIN is set."""
        return self._credentials.has(owner.key)

    def matches(self, owner: PinOwner, pin: str) -> bool:
        """Return whether a PIN matches, in constant time whether or not one is set.

        Args:
            owner: Whose PIN.
            pin: The candidate.
        """
        return self._credentials.matches(owner.key, pin)

    def _entry(self, owner: PinOwner, person_id: str | None, *, removed: bool) -> AuditEntry:
        return AuditEntry(AuditKind.PIN_CHANGED, person_id or "", self._actor, {"role": owner.role, "removed": removed})


def _advance_revision(session: Session, person_id: str | None) -> None:
    """Let replicas notice the change of a person's PIN."""
    if person_id is not None:
        session.flush()
        advance_revision(session, {person_id})


class PasswordRepository:
    """Passwords of roles in the database. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._credentials = CredentialStore(database, PasswordRow, PASSWORD_HASH)

    def set(self, role: Role, password: str) -> None:
        """Set the password of a role, replacing any previous one.

        Args:
            role: The role.
            password: The password.

        Raises:
            InvalidPassword: The password is not acceptable.
        """
        hashed, now = self._credentials.hash(validate_password(password)), self._clock.now()
        with self._database.writing() as session:
            self._credentials.replace(session, PasswordRow(role=role.value, changed_at=now), hashed)
            append(session, now, self._entry(role, removed=False))

    def remove(self, role: Role) -> bool:
        """Remove the password of a role; return False if there is none."""
        with self._database.writing() as session:
            row = self._credentials.delete(session, role.value)
            if row is not None:
                append(session, self._clock.now(), self._entry(role, removed=True))
            return row is not None

    def roles(self) -> frozenset[Role]:
        """Return the roles that have a password."""
        return frozenset(role for role in Role if self._credentials.has(role.value))

    def matches(self, role: Role, password: str) -> bool:
        """Return whether a password matches, in constant time whether or not one is set.

        Args:
            role: The role.
            password: The candidate.
        """
        return self._credentials.matches(role.value, password)

    def _entry(self, role: Role, *, removed: bool) -> AuditEntry:
        return AuditEntry(AuditKind.PASSWORD_CHANGED, "", self._actor, {"role": role.value, "removed": removed})


class LockoutRepository:
    """Failed attempts in the database. Thread-safe and safe across processes. Every method may raise StoreError.

    Args:
        database: Open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, scope: LockoutScope) -> LockoutRecord:
        """Return the record of a scope; an empty one if no attempt has failed."""
        with self._database.reading() as session:
            return _record_of(session.get(LockoutRow, scope.key))

    def change(self, scope: LockoutScope, change: Callable[[LockoutRecord], LockoutRecord]) -> LockoutRecord:
        """Replace the record of a scope atomically. It is on the disk when this returns.

        Args:
            scope: Whose attempts.
            change: Called once with the current record; must be quick.

        Returns:
            The new record.
        """
        with self._database.writing() as session:
            record = change(_record_of(session.get(LockoutRow, scope.key)))
            if record.stamp is not None:
                session.merge(_row(scope, record, record.stamp))
            return record

    def failed(self) -> dict[LockoutScope, LockoutRecord]:
        """Return the records of all scopes with failed attempts, in the order of their keys."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(LockoutRow).where(LockoutRow.failures > 0, LockoutRow.key.like("%/%/%")).order_by(LockoutRow.key)
            )
            return {LockoutScope.of_key(row.key): _record_of(row) for row in rows}


def _record_of(row: LockoutRow | None) -> LockoutRecord:
    if row is None:
        return LockoutRecord()
    return LockoutRecord(row.failures, row.left_ns, ClockReading(row.monotonic_ns, row.at), row.resets)


def _row(scope: LockoutScope, record: LockoutRecord, stamp: ClockReading) -> LockoutRow:
    return LockoutRow(
        key=scope.key,
        person_id=scope.person_id or None,
        failures=record.failures,
        left_ns=record.left_ns,
        resets=record.resets,
        monotonic_ns=stamp.monotonic_ns,
        at=stamp.wall,
    )
