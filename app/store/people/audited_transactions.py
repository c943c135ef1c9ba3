"""The one way in which people and what belongs to them are changed."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditKind, Detail
from app.core.clock import Clock
from app.store.audit import ledger
from app.store.database.sqlite import Database
from app.store.database.tables import GalleryRevisionRow, PersonRow, TombstoneRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditedChange:
    """A change under way.

    Attributes:
        session: A writing one.
        now: When it happens.
        actor: Who makes it.
        people: The ids of those who are changed by it.
    """

    session: Session
    now: datetime
    actor: str
    people: set[str] = field(default_factory=set)

    def note(self, kind: AuditKind, subject: str, **details: Detail) -> None:
        """Write down what is done to a person, in the same transaction."""
        self.record_all(kind, [(subject, details)])

    def record_all(self, kind: AuditKind, done: Sequence[tuple[str, Mapping[str, Detail]]]) -> None:
        """Write down the same of several people, whose ids stand before the details of each."""
        self.people.update(subject for subject, _ in done)
        entries = (AuditEntry(kind, subject, self.actor, details) for subject, details in done)
        ledger.of(self.session).append(self.session, self.now, *entries)


class AuditedTransactions:
    """Opens transactions that raise the gallery's revision and write down what was done.

    Args:
        database: Open.
        clock: Dates the changes.
        actor: Who makes them, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self.database = database
        self._clock = clock
        self._actor = actor

    @contextmanager
    def changing(self) -> Iterator[AuditedChange]:
        """A transaction: its changes, its notes and the new revision are kept together, or not at all."""
        with self.database.writing() as session:
            change = AuditedChange(session, self._clock.now(), self._actor)
            yield change
            session.flush()
            advance_revision(session, change.people)


def advance_revision(session: Session, people: Set[str]) -> int:
    """Raise the revision, and write it down with everybody who has changed, come or gone.

    Args:
        session: A writing one, in which all of it has happened.
        people: Their ids.

    Returns:
        The new revision.
    """
    raised = update(GalleryRevisionRow).values(revision=GalleryRevisionRow.revision + 1)
    revision = session.execute(raised.returning(GalleryRevisionRow.revision)).scalar_one()
    for some in batched(sorted(people)):
        dated = update(PersonRow).where(PersonRow.id.in_(some)).values(revision=revision).returning(PersonRow.id)
        there = set(session.execute(dated, execution_options={"synchronize_session": False}).scalars())
        session.execute(delete(TombstoneRow).where(TombstoneRow.person_id.in_(some)))
        session.add_all(TombstoneRow(person_id=one, revision=revision) for one in some if one not in there)
        session.flush()
    return revision


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at once as a statement may name."""
    return (ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE))
