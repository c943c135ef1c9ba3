"""What is kept of failed attempts."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.lockout import Instant, LockoutRecord, LockoutScope
from app.store.database import Database
from app.store.tables import LockoutRow


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
    return LockoutRecord(row.failures, row.left_ns, Instant(row.monotonic_ns, row.at))


def _row(scope: LockoutScope, record: LockoutRecord, stamp: Instant) -> LockoutRow:
    return LockoutRow(
        key=scope.key,
        person_id=scope.person_id or None,
        failures=record.failures,
        left_ns=record.left_ns,
        monotonic_ns=stamp.monotonic_ns,
        at=stamp.wall,
    )
