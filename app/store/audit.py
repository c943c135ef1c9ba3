"""The audit trail: what happened. It is added to, and what is too old goes; nothing in it is changed."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery
from app.core.clock import Clock
from app.core.errors import StoreCorrupt
from app.store.database import Database
from app.store.tables import AuditRow, PersonRow

_ASKED_AT_ONCE = 500


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

    def newest(self) -> int:
        """The id of the last event; 0 where there is none. Cheap to ask for."""
        with self._database.reading() as session:
            return session.execute(select(func.max(AuditRow.id))).scalar_one() or 0

    def names(self, ids: Collection[str]) -> dict[str, str]:
        """The names, by id, of those of these people who are still enrolled."""
        found: dict[str, str] = {}
        wanted = sorted(ids)
        with self._database.reading() as session:
            for start in range(0, len(wanted), _ASKED_AT_ONCE):
                some = PersonRow.id.in_(wanted[start : start + _ASKED_AT_ONCE])
                found |= {row.id: row.name for row in session.execute(select(PersonRow.id, PersonRow.name).where(some))}
        return found

    def prune(self, before: datetime, actor: str) -> int:
        """Remove what happened before a moment, and write down that this was done.

        Args:
            before: What happened then or later stays.
            actor: Who does it.

        Returns:
            How many events were removed.
        """
        with self._database.writing() as session:
            old = AuditRow.at < before
            count = session.execute(select(func.count(AuditRow.id)).where(old)).scalar_one()
            if count:
                session.execute(delete(AuditRow).where(old))
                append(session, self._clock.now(), AuditEntry(AuditKind.AUDIT_PRUNED, "", actor, {"events": count}))
        return count

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
        named = AuditRow.details.contains(json.dumps(query.subject), autoescape=True)
        conditions.append(or_(AuditRow.subject == query.subject, named))
    if query.actor:
        conditions.append(AuditRow.actor.startswith(query.actor, autoescape=True))
    if query.since is not None:
        conditions.append(AuditRow.at >= query.since)
    if query.until is not None:
        conditions.append(AuditRow.at < query.until)
    if query.before is not None:
        conditions.append(AuditRow.id < query.before)
    if query.after is not None:
        conditions.append(AuditRow.id > query.after)
    return conditions
