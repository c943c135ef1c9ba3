"""The audit trail: what happened. It is added to, and what is too old goes; nothing in it is changed."""

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

_ASKED_AT_ONCE = 500


class AuditLog:
    """Writes events down and finds them again; usable from every thread at once.

    Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates the events.
        backups: The copies that may be restored: what that relies on is not pruned.
    """

    def __init__(self, database: Database, clock: Clock, backups: Backups | None = None) -> None:
        self._database = database
        self._clock = clock
        self._backups = backups

    @property
    def signer(self) -> Signer:
        """Signs what leaves the trail."""
        return Signer(self._database.ledger.keys)

    @property
    def sealed_in(self) -> tuple[SealPlace, ...]:
        """Where the end of the chain is sealed, outside the table."""
        return self._database.ledger.places

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
                found |= names_by_id(session, wanted[start : start + _ASKED_AT_ONCE])
        return found

    def prune(self, before: datetime, actor: str) -> int:
        """Remove what happened before a moment, and write down that this was done.

        Who was erased or merged since the oldest backup stays: restoring a backup relies on it.

        Args:
            before: What happened then or later stays.
            actor: Who does it.

        Returns:
            How many events were removed.

        Raises:
            TrailBroken: An event that an earlier pruning had left is not there any more.
        """
        made = [backup.made_at for backup in self._backups.all()] if self._backups else []
        with self._database.writing() as session:
            count = prune_events(session, before, min(made, default=None))
            if count:
                append(session, self._clock.now(), AuditEntry(AuditKind.AUDIT_PRUNED, "", actor, {"events": count}))
        return count

    def reseal(self, actor: str) -> AuditEvent:
        """See `reseal_chain`."""
        with self._database.writing() as session:
            return reseal_chain(session, self._clock.now(), actor)

    def verify(self) -> ChainReport:
        """Follow the chain from end to end.

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
    """Add an event within a transaction, so that it is kept if and only if what it tells of is.

    Args:
        session: A writing one.
        at: When it happens.
        entry: What happens.
    """
    return ledger_of(session).append(session, at, entry)[0]


def reseal_chain(session: Session, at: datetime, actor: str) -> AuditEvent:
    """Take the trail as it is for the one to go on with, and write down that this was done, and from where on.

    Args:
        session: A writing one.
        at: When this happens.
        actor: Who does it.
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
