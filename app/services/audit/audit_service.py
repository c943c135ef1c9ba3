"""What happened, with the names of those who are still enrolled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery, Detail
from app.core.clock import Clock
from app.store.audit.log import AuditLog
from app.store.audit.seals import SealPlace
from app.store.audit.signature import Signer
from app.store.audit.verification import ChainReport

_PAGE = 500
_ID = re.compile("[0-9a-f]{32}")
_NAMING = ("nearest", "merged", "ruled_out")
"""Details that hold the id of a person."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An event as people read it.

    Attributes:
        event: What happened.
        name: Of the person it happened to; empty where it was nobody, or somebody who has been erased.
        others: The names, by id, of those who are named among the details and are still enrolled.
    """

    event: AuditEvent
    name: str
    others: Mapping[str, str] = field(default_factory=dict)


class AuditService:
    """Writes events down and finds them again. Every method may raise StoreError.

    Args:
        events: Where they are kept.
        clock: Says what is too old.
        actor: Who does what is written down here.
    """

    def __init__(self, events: AuditLog, clock: Clock, actor: str) -> None:
        self._events = events
        self._clock = clock
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
        mentioned = [_mentioned(event.entry) for event in events]
        subjects = {event.entry.subject for event in events}
        names = self._events.names(subjects.union(*mentioned) - {""}) if events else {}
        return [
            AuditLine(event, names.get(event.entry.subject, ""), {id_: names[id_] for id_ in ids if id_ in names})
            for event, ids in zip(events, mentioned, strict=True)
        ]

    def pages(self, query: AuditQuery) -> Iterator[list[AuditLine]]:
        """All events meant, newest first, a page at a time: however many there are, few are in memory."""
        while page := self.lines(query, _PAGE):
            yield page
            query = replace(query, before=page[-1].event.id)

    def count(self, query: AuditQuery) -> int:
        """How many events are meant."""
        return self._events.count(query)

    def newest(self) -> int:
        """The id of the last event; 0 where there is none. Cheap to ask for."""
        return self._events.newest()

    def verify(self) -> ChainReport:
        """Follow the chain of all events from end to end, and say where it breaks, if it does."""
        return self._events.verify()

    @property
    def sealed_in(self) -> tuple[SealPlace, ...]:
        """Where the end of the chain is sealed, outside the table."""
        return self._events.sealed_in

    def reseal(self) -> AuditEvent:
        """Take the trail as it is for the one to go on with, and write down that this was done."""
        return self._events.reseal(self._actor)

    @property
    def signer(self) -> Signer:
        """Signs what is exported."""
        return self._events.signer

    def prune(self, days: int) -> int:
        """Remove what is older than so many days; 0 keeps everything.

        Returns:
            How many events were removed.
        """
        if not days:
            return 0
        return self._events.prune(self._clock.now() - timedelta(days=days), self._actor)


def pseudonym(person_id: str) -> str:
    """What is shown in place of the name of somebody who has been erased: the beginning of the id."""
    return person_id[:4]


def is_person_id(text: str) -> bool:
    """Whether a text has the form of a person's id."""
    return _ID.fullmatch(text) is not None


def _mentioned(entry: AuditEntry) -> set[str]:
    """The ids of people among an entry's details."""
    return {str(entry.details[name]) for name in _NAMING if entry.details.get(name)}
