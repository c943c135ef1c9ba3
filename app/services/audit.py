"""What happened, with the names of those who are still enrolled."""

from dataclasses import dataclass

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery, Detail
from app.store.audit import AuditLog
from app.store.people import PeopleRepository


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An event as people read it.

    Attributes:
        event: What happened.
        name: Of the person it happened to; empty where it was nobody, or somebody who has been erased.
    """

    event: AuditEvent
    name: str


class AuditService:
    """Writes events down and finds them again.

    Args:
        events: Where they are kept.
        people: Knows the names.
        actor: Who does what is written down here.
    """

    def __init__(self, events: AuditLog, people: PeopleRepository, actor: str) -> None:
        self._events = events
        self._people = people
        self._actor = actor

    def record(self, kind: AuditKind, subject: str = "", **details: Detail) -> AuditEvent:
        """Write something down.

        Args:
            kind: What happened.
            subject: The id of the person it happened to.
            details: Figures and words without personal data.

        Raises:
            StoreError: The database cannot be written.
        """
        return self._events.record(AuditEntry(kind, subject, self._actor, details))

    def lines(self, query: AuditQuery, limit: int = 200) -> list[AuditLine]:
        """The newest events meant, newest first.

        Raises:
            StoreError: The database cannot be read.
        """
        events = self._events.events(query, limit)
        names = {person.id: person.name for person in self._people.all()} if events else {}
        return [AuditLine(event, names.get(event.entry.subject, "")) for event in events]

    def count(self, query: AuditQuery) -> int:
        """How many events are meant."""
        return self._events.count(query)
