"""The audit trail: what happened, only ever added to."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery
from app.core.clock import Clock
from app.core.errors import StoreCorrupt
from app.store.database import Database
from app.store.tables import AuditRow


class AuditLog:
    """Writes events down and finds them again; usable from every thread at once.

    Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates the events.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def record(self, entry: AuditEntry) -> AuditEvent:
        """Write something down, on the disk when this returns."""
        with self._database.writing() as session:
            return append(session, self._clock.now(), entry)

    def events(self, query: AuditQuery, limit: int = 200) -> list[AuditEvent]:
        """The newest events meant, newest first.

        Raises:
            StoreCorrupt: What is stored is no event.
        """
        chosen = select(AuditRow).where(*_conditions(query)).order_by(AuditRow.id.desc()).limit(limit)
        with self._database.reading() as session:
            return [self._event(row) for row in session.scalars(chosen)]

    def count(self, query: AuditQuery) -> int:
        """How many events are meant."""
        with self._database.reading() as session:
            return session.execute(select(func.count(AuditRow.id)).where(*_conditions(query))).scalar_one()

    def _event(self, row: AuditRow) -> AuditEvent:
        try:
            return AuditEvent(
                row.id, row.at, AuditEntry(AuditKind(row.kind), row.subject, row.actor, json.loads(row.details))
            )
        except ValueError as error:
            raise StoreCorrupt(path=self._database.path) from error


def append(session: Session, at: datetime, entry: AuditEntry) -> AuditEvent:
    """Add an event within a transaction, so that it is kept if and only if what it tells of is.

    Args:
        session: A writing one.
        at: When it happens.
        entry: What happens.
    """
    details = json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = AuditRow(at=at, kind=entry.kind.value, subject=entry.subject, actor=entry.actor, details=details)
    session.add(row)
    session.flush()
    return AuditEvent(row.id, at, entry)


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.kinds:
        conditions.append(AuditRow.kind.in_([kind.value for kind in query.kinds]))
    if query.subject:
        conditions.append(AuditRow.subject == query.subject)
    if query.actor:
        conditions.append(AuditRow.actor.startswith(query.actor, autoescape=True))
    if query.since is not None:
        conditions.append(AuditRow.at >= query.since)
    if query.until is not None:
        conditions.append(AuditRow.at < query.until)
    if query.before is not None:
        conditions.append(AuditRow.id < query.before)
    return conditions
