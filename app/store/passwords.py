"""The passwords of roles."""

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import Clock
from app.core.roles import Role, check_password
from app.store.audit import append
from app.store.database import Database
from app.store.hashing import SecretHasher
from app.store.tables import PasswordRow


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
        self._hasher = SecretHasher()

    def set(self, role: Role, password: str) -> None:
        """Give a role a password in place of the one it may have.

        Raises:
            InvalidPassword: It cannot be set.
        """
        hashed, now = self._hasher.hash(check_password(password)), self._clock.now()
        with self._database.writing() as session:
            session.merge(PasswordRow(role=role.value, hash=hashed, changed_at=now))
            append(session, now, self._entry(role, removed=False))

    def remove(self, role: Role) -> bool:
        """Take the password away; False where there is none."""
        with self._database.writing() as session:
            row = session.get(PasswordRow, role.value)
            if row is not None:
                session.delete(row)
                append(session, self._clock.now(), self._entry(role, removed=True))
            return row is not None

    def roles(self) -> frozenset[Role]:
        """Those that have a password."""
        with self._database.reading() as session:
            return frozenset(role for role in Role if session.get(PasswordRow, role.value) is not None)

    def matches(self, role: Role, password: str) -> bool:
        """Whether this is the password. Takes as long where there is none."""
        with self._database.reading() as session:
            row = session.get(PasswordRow, role.value)
            hashed = row.hash if row else None
        return self._hasher.matches(hashed, password)

    def _entry(self, role: Role, *, removed: bool) -> AuditEntry:
        return AuditEntry(AuditKind.PASSWORD_CHANGED, "", self._actor, {"role": role.value, "removed": removed})
