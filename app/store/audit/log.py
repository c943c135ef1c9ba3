"""The audit log: append events, query them, prune old ones, verify the hash chain. Events are never changed."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery
from app.core.clock import Clock
from app.core.errors import StoreCorrupt
from app.store.audit.ledger import ledger_of
from app.store.audit.pruning import prune_events
from app.store.audit.seals import SealPlace
from app.store.audit.signature import Signer
from app.store.audit.verification import ChainReport, verify_chain
from app.store.backup.backups import Backups
from app.store.database.sqlite import Database
from app.store.database.tables import AuditRow
from app.store.people.queries import names_by_id

_MAX_IDS = 500


class AuditLog:
    """The audit log of a database. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of events.
        backups: The backups that may be restored; events that a restore needs are not pruned.
    """

    def __init__(self, database: Database, clock: Clock, backups: Backups | None = None) -> None:
        self._database = database
        self._clock = clock
        self._backups = backups

    @property
    def signer(self) -> Signer:
        """The signer of exports."""
        return Signer(self._database.ledger.keys)

    @property
    def sealed_in(self) -> tuple[SealPlace, ...]:
        """Where the head of the chain is sealed, outside the table."""
        return self._database.ledger.places

    def record(self, entry: AuditEntry) -> AuditEvent:
        """Append an event. It is on the disk when this returns."""
        with self._database.writing() as session:
            return append(session, self._clock.now(), entry)

    def events(self, query: AuditQuery, limit: int = 200) -> list[AuditEvent]:
        """Return the newest events that match a query, the newest first.

        Args:
            query: The filter.
            limit: How many at most.

        Returns:
            The events.

        Raises:
            StoreCorrupt: A stored event is invalid.
        """
        chosen = select(AuditRow).where(*_conditions(query)).order_by(AuditRow.id.desc()).limit(limit)
        with self._database.reading() as session:
            return [self._event(row) for row in session.scalars(chosen)]

    def count(self, query: AuditQuery) -> int:
        """Return how many events match a query."""
        with self._database.reading() as session:
            return session.execute(select(func.count(AuditRow.id)).where(*_conditions(query))).scalar_one()

    def newest(self) -> int:
        """Return the id of the last event; 0 if there is none. Cheap enough to poll."""
        with self._database.reading() as session:
            return session.execute(select(func.max(AuditRow.id))).scalar_one() or 0

    def names(self, ids: Collection[str]) -> dict[str, str]:
        """Return the names, by id, of those of some people who are still enrolled."""
        found: dict[str, str] = {}
        wanted = sorted(ids)
        with self._database.reading() as session:
            for start in range(0, len(wanted), _MAX_IDS):
                found |= names_by_id(session, wanted[start : start + _MAX_IDS])
        return found

    def prune(self, before: datetime, actor: str) -> int:
        """Remove events before a time, and record that.

        Events of erasures and merges since the oldest backup are retained, because restoring a backup needs them.

        Args:
            before: Events at or after this time are retained.
            actor: Who prunes, for the audit log.

        Returns:
            How many events were removed.

        Raises:
            TrailBroken: An event that an earlier pruning retained is missing.
        """
        made = [backup.made_at for backup in self._backups.all()] if self._backups else []
        with self._database.writing() as session:
            count = prune_events(session, before, min(made, default=None))
            if count:
                append(session, self._clock.now(), AuditEntry(AuditKind.AUDIT_PRUNED, "", actor, {"events": count}))
        return count

    def reseal(self, actor: str) -> AuditEvent:
        """Accept the log as it is; see `reseal_chain`."""
        with self._database.writing() as session:
            return reseal_chain(session, self._clock.now(), actor)

    def verify(self) -> ChainReport:
        """Verify the whole chain.

        Raises:
            StoreError: The database or the key cannot be read.
        """
        return verify_chain(self._database, self._database.ledger)

    def _event(self, row: AuditRow) -> AuditEvent:
        try:
            details = json.loads(row.details)
            return AuditEvent(
                row.id, row.at, AuditEntry(AuditKind(row.kind), row.subject, row.actor, details, row.role)
            )
        except ValueError as error:
            raise StoreCorrupt(path=self._database.path) from error


def append(session: Session, at: datetime, entry: AuditEntry) -> AuditEvent:
    """Append an event within the transaction that it describes.

    Args:
        session: A writing one.
        at: The time of the event.
        entry: The event.

    Returns:
        The stored event.
    """
    return ledger_of(session).append(session, at, entry)[0]


def reseal_chain(session: Session, at: datetime, actor: str) -> AuditEvent:
    """Seal the log as it is, whatever was sealed before, and record that with the last sealed event.

    Args:
        session: A writing one.
        at: The time of the event.
        actor: Who accepts the log.

    Returns:
        The recorded event.
    """
    chain = ledger_of(session)
    entry = AuditEntry(AuditKind.AUDIT_RESEALED, "", actor, {"sealed": chain.sealed()})
    event = append(session, at, entry)
    chain.force_seal(session)
    return event


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
