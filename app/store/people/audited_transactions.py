"""Audited transactions: the only way to change people and their data."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditKind, Detail
from app.core.clock import Clock
from app.store.audit.ledger import ledger_of
from app.store.database.sqlite import Database
from app.store.database.tables import GalleryRevisionRow, PersonRow, TombstoneRow

_MAX_IDS = 500
"""How many ids one statement may list."""


@dataclass(frozen=True, slots=True)
class AuditedChange:
    """A change in progress.

    Attributes:
        session: A writing one.
        now: The time of the change.
        actor: Who makes it.
        people: The ids of the people it concerns.
    """

    session: Session
    now: datetime
    actor: str
    people: set[str] = field(default_factory=set)

    def record(self, kind: AuditKind, subject: str, **details: Detail) -> None:
        """Add an audit event to the transaction.

        Args:
            kind: What is done.
            subject: The person's id.
            details: Of the event.
        """
        self.record_all(kind, [(subject, details)])

    def record_all(self, kind: AuditKind, done: Sequence[tuple[str, Mapping[str, Detail]]]) -> None:
        """Add audit events of one kind for several people.

        Args:
            kind: What is done.
            done: The id of each person, and the details of the event.
        """
        self.people.update(subject for subject, _ in done)
        entries = (AuditEntry(kind, subject, self.actor, details) for subject, details in done)
        ledger_of(self.session).append(self.session, self.now, *entries)


class AuditedTransactions:
    """Opens transactions that advance the gallery revision and record audit events.

    Args:
        database: Open.
        clock: The time of the changes.
        actor: Who makes them, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self.database = database
        self._clock = clock
        self._actor = actor

    @contextmanager
    def begin(self) -> Iterator[AuditedChange]:
        """Yield a change. It is committed together with its audit events and the new revision, or rolled back."""
        with self.database.writing() as session:
            change = AuditedChange(session, self._clock.now(), self._actor)
            yield change
            session.flush()
            advance_revision(session, change.people)


def advance_revision(session: Session, people: Set[str]) -> int:
    """Advance the gallery revision, and store it with everyone who was added, changed or removed.

    Args:
        session: A writing one, after all changes.
        people: The ids of the people concerned.

    Returns:
        The new revision.
    """
    advanced = update(GalleryRevisionRow).values(revision=GalleryRevisionRow.revision + 1)
    revision = session.execute(advanced.returning(GalleryRevisionRow.revision)).scalar_one()
    for ids in batched(sorted(people)):
        dated = update(PersonRow).where(PersonRow.id.in_(ids)).values(revision=revision).returning(PersonRow.id)
        existing = set(session.execute(dated, execution_options={"synchronize_session": False}).scalars())
        session.execute(delete(TombstoneRow).where(TombstoneRow.person_id.in_(ids)))
        session.add_all(TombstoneRow(person_id=id_, revision=revision) for id_ in ids if id_ not in existing)
        session.flush()
    return revision


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ids in batches that one statement may list."""
    return (ids[first : first + _MAX_IDS] for first in range(0, len(ids), _MAX_IDS))
