"""The passwords of roles."""

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import Clock
from app.core.roles import Role, check_password
from app.store.audit import append
from app.store.database import Database
from app.store.sealed_columns import PASSWORD_HASH
from app.store.tables import PasswordRow
from app.store.typed_secrets import TypedSecrets


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
        self._secrets = TypedSecrets(database, PasswordRow, PASSWORD_HASH)

    def set(self, role: Role, password: str) -> None:
        """Give a role a password in place of the one it may have.

        Raises:
            InvalidPassword: It cannot be set.
        """
        hashed, now = self._secrets.hash(check_password(password)), self._clock.now()
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
