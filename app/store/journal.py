"""The one way in which people and what belongs to them are changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditKind, Detail
from app.core.clock import Clock
from app.store.audit import append
from app.store.database import Database
from app.store.tables import GalleryRevisionRow


@dataclass(frozen=True, slots=True)
class Change:
    """A change under way.

    Attributes:
        session: A writing one.
        now: When it happens.
        actor: Who makes it.
    """

    session: Session
    now: datetime
    actor: str

    def note(self, kind: AuditKind, subject: str, **details: Detail) -> None:
        """Write down what is done, in the same transaction."""
        append(self.session, self.now, AuditEntry(kind, subject, self.actor, details))


class Journal:
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
    def changing(self) -> Iterator[Change]:
        """A transaction: its changes, its notes and the new revision are kept together, or not at all."""
        with self.database.writing() as session:
            yield Change(session, self._clock.now(), self._actor)
            session.execute(update(GalleryRevisionRow).values(revision=GalleryRevisionRow.revision + 1))
