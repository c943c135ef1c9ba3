"""Record, query, verify and prune the audit log."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery, Detail
from app.core.clock import Clock
from app.core.roles import Permission
from app.matching.promise import Promise
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.store.audit.log import AuditLog
from app.store.audit.seals import SealPlace
from app.store.audit.signature import Signer
from app.store.audit.verification import ChainReport

_PAGE = 500
_ID = re.compile("[0-9a-f]{32}")
_ID_DETAILS = ("nearest", "merged", "ruled_out")
"""Details that hold the id of a person."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An event with the names of the people it mentions.

    Attributes:
        event: The event.
        name: Name of the event's subject; empty without a subject, or when the person has been erased.
        others: Names of the people mentioned in the details, by id; erased people are missing.
    """

    event: AuditEvent
    name: str
    others: Mapping[str, str] = field(default_factory=dict)


_LEAST_MOVE = 0.001
"""Least change of the threshold that is recorded."""


class ThresholdLog:
    """Records the threshold of the search among all people at the start, and whenever it moves as people come and go.

    Args:
        record: Records an event: its kind and its details. Raises StoreError.
        promise: Returns the promise in force.
    """

    def __init__(self, record: Callable[..., object], promise: Callable[[], Promise]) -> None:
        self._record = record
        self._promise = promise
        self._last = -math.inf

    def update(self) -> None:
        """Record the threshold if it has moved.

        Raises:
            StoreError: The database cannot be read or written.
        """
        promise = self._promise()
        if abs(promise.threshold - self._last) >= _LEAST_MOVE:
            self._record(
                AuditKind.THRESHOLD_MOVED,
                threshold=round(promise.threshold, 4),
                one_in=promise.one_in or 0,
                held=round(promise.held),
                people=promise.people,
                attempts=promise.attempts,
            )
            self._last = promise.threshold


class AuditService(Service):
    """Records events and reads them. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        events: Repository of the events.
        clock: Determines the age of events.
        actor: Author of the events recorded here: "window", "command" or a kiosk's name.
    """

    def __init__(self, access: Access, events: AuditLog, clock: Clock, actor: str) -> None:
        super().__init__(access)
        self._events = events
        self._clock = clock
        self._actor = actor

    @open_to_all
    def record(self, kind: AuditKind, subject: str = "", **details: Detail) -> AuditEvent:
        """Append an event. Open to all: refusals and sign-ins are recorded, too.

        Args:
            kind: What happened.
            subject: Id of the person concerned; empty for no person.
            details: Figures and words without personal data.

        Raises:
            StoreError: The database cannot be written.
        """
        return self._events.record(AuditEntry(kind, subject, self._actor, details))

    @requires(Permission.SEE_AUDIT)
    def lines(self, query: AuditQuery, limit: int = 200) -> list[AuditLine]:
        """Return the newest events that match a query, newest first.

        Args:
            query: Which events.
            limit: At most so many.

        Raises:
            StoreError: The database cannot be read.
        """
        return self._lines(query, limit)

    @requires(Permission.SEE_AUDIT)
    def pages(self, query: AuditQuery) -> Iterator[list[AuditLine]]:
        """Iterate over all events that match a query, newest first, one page in memory at a time."""
        while page := self._lines(query, _PAGE):
            yield page
            query = replace(query, before=page[-1].event.id)

    @requires(Permission.SEE_AUDIT)
    def count(self, query: AuditQuery) -> int:
        """Return how many events match a query."""
        return self._events.count(query)

    @requires(Permission.SEE_AUDIT)
    def newest(self) -> int:
        """Return the id of the newest event; 0 in an empty log. One row is read."""
        return self._events.newest()

    @requires(Permission.SEE_AUDIT)
    def verify(self) -> ChainReport:
        """Verify the hash chain over all events, and report where it breaks."""
        return self._events.verify()

    @property
    @requires(Permission.SEE_AUDIT)
    def sealed_in(self) -> tuple[SealPlace, ...]:
        """Where the head of the chain is kept outside the table."""
        return self._events.sealed_in

    @requires(Permission.MANAGE_STORE)
    def reseal(self) -> AuditEvent:
        """Accept the log as it is, and record that this was done."""
        return self._events.reseal(self._actor)

    @property
    @requires(Permission.SEE_AUDIT)
    def signer(self) -> Signer:
        """Signs exported files."""
        return self._events.signer

    @requires(Permission.MANAGE_STORE)
    def prune(self, days: int) -> int:
        """Remove events older than a number of days; 0 keeps everything.

        Returns:
            How many events were removed.
        """
        if not days:
            return 0
        return self._events.prune(self._clock.now() - timedelta(days=days), self._actor)

    def _lines(self, query: AuditQuery, limit: int) -> list[AuditLine]:
        events = self._events.events(query, limit)
        mentioned = [_mentioned(event.entry) for event in events]
        subjects = {event.entry.subject for event in events}
        names = self._events.names(subjects.union(*mentioned) - {""}) if events else {}
        return [
            AuditLine(event, names.get(event.entry.subject, ""), {id_: names[id_] for id_ in ids if id_ in names})
            for event, ids in zip(events, mentioned, strict=True)
        ]


def pseudonym(person_id: str) -> str:
    """Return what is shown in place of an erased person's name: the beginning of the id."""
    return person_id[:4]


def is_person_id(text: str) -> bool:
    """Whether a text has the form of a person's id."""
    return _ID.fullmatch(text) is not None


def _mentioned(entry: AuditEntry) -> set[str]:
    """Return the ids of people in an entry's details."""
    return {str(entry.details[name]) for name in _ID_DETAILS if entry.details.get(name)}
