"""PINs, of which only the argon2id hash is kept (RFC 9106)."""

from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import Clock
from app.core.pins import PinOwner, PinRole, check_pin
from app.store.audit import append
from app.store.database import Database
from app.store.journal import number_changes
from app.store.lookup import row_of
from app.store.sealed_columns import PIN_HASH
from app.store.tables import PinRow
from app.store.typed_secrets import TypedSecrets


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
        self._secrets = TypedSecrets(database, PinRow, PIN_HASH)

    def set(self, owner: PinOwner, pin: str) -> None:
        """Give somebody a PIN in place of the one they may have.

        Raises:
            InvalidPin: It cannot be set.
            UnknownPerson: Nobody has that id.
        """
        hashed = self._secrets.hash(check_pin(pin))
        now = self._clock.now()
        with self._database.writing() as session:
            person_id = row_of(session, owner.of).id if owner.role is PinRole.PERSON else None
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
        number_changes(session, {person_id})
