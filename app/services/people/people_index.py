"""In-memory index of all people for search, filters and sorting; 10,000 people take a few milliseconds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core.people import Person
from app.store.people.names import name_key

FEW_TEMPLATES = 3
"""With fewer templates of the model in use, recognition from the side or in other light is unreliable."""


class Standing(StrEnum):
    """Whether a person is recognised at a given time, or the reason why not."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_YET = "not-yet"
    EXPIRED = "expired"


class TemplateCoverage(StrEnum):
    """Shortage of templates of the model in use."""

    NONE = "none"
    FEW = "few"


class PeopleOrder(StrEnum):
    """Sort key of a list of people."""

    NAME = "name"
    BADGE = "badge"
    GROUPS = "groups"
    STANDING = "standing"
    TEMPLATES = "templates"
    ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person in the index.

    Attributes:
        person: The person.
        usable: How many active templates of the model in use the person has.
        standing: Whether the person is recognised at the time of the index.
        key: Sort key of the name.
        words: Searchable text, case-folded.
    """

    person: Person
    usable: int
    standing: Standing
    key: str
    words: str

    @property
    def coverage(self) -> TemplateCoverage | None:
        """Shortage of templates; None when there are enough."""
        if not self.usable:
            return TemplateCoverage.NONE
        return TemplateCoverage.FEW if self.usable < FEW_TEMPLATES else None


@dataclass(frozen=True, slots=True)
class PeopleIndex:
    """All people at one time.

    Attributes:
        revision: Revision of the database at that time.
        entries: Sorted by name.
        groups: Names of all groups, sorted.
        until: When a person's validity next begins or ends; None for never.
    """

    revision: int
    entries: tuple[PersonEntry, ...]
    groups: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Conditions on listed people, all of which have to hold. A default value sets no condition.

    Attributes:
        search: Words that all occur in name, badge, groups or note; case-insensitive.
        group: Name of a group; case-insensitive.
        standing: The person's standing.
        coverage: The person's template coverage; FEW does not include NONE.
    """

    search: str = ""
    group: str = ""
    standing: Standing | None = None
    coverage: TemplateCoverage | None = None

    @property
    def is_set(self) -> bool:
        """Whether any condition is set."""
        return bool(self.search.strip() or self.group or self.standing or self.coverage)

    def select(self, entries: Iterable[PersonEntry]) -> list[PersonEntry]:
        """Return the entries that meet the conditions, in their order."""
        words, group = name_key(self.search).split(), name_key(self.group)
        return [
            entry
            for entry in entries
            if all(word in entry.words for word in words)
            and (not group or any(name_key(name) == group for name in entry.person.groups))
            and self.standing in {None, entry.standing}
            and self.coverage in {None, entry.coverage}
        ]


def person_entry(person: Person, usable: int, now: datetime) -> PersonEntry:
    """Return the index entry of a person.

    Args:
        person: The person.
        usable: How many active templates of the model in use they have.
        now: Determines the standing.
    """
    words = "\n".join((person.name, person.badge or "", *person.groups, person.note))
    return PersonEntry(person, usable, standing_at(person, now), name_key(person.name), name_key(words))


def standing_at(person: Person, now: datetime) -> Standing:
    """Return a person's standing at a given time.

    Args:
        person: The person.
        now: The time that their validity and their erasure date are compared with; with a time zone.

    Returns:
        The first that applies of inactive, expired (also if the erasure is due) and not yet valid; otherwise active.
    """
    if not person.active:
        return Standing.INACTIVE
    if person.has_expired_at(now):
        return Standing.EXPIRED
    if person.valid_from is not None and person.valid_from > now:
        return Standing.NOT_YET
    return Standing.ACTIVE


def build_people_index(
    revision: int, people: Sequence[Person], usable: Mapping[str, int], now: datetime
) -> PeopleIndex:
    """Return the index of all people.

    Args:
        revision: Revision of the database, read before the people.
        people: Sorted by name.
        usable: Number of active templates of the model in use, by person id.
        now: Determines each person's standing.
    """
    entries = tuple(person_entry(person, usable.get(person.id, 0), now) for person in people)
    groups = {name_key(name): name for person in people for name in person.groups}
    until = min((moment for person in people for moment in person.validity_changes if moment > now), default=None)
    return PeopleIndex(revision, entries, tuple(groups[key] for key in sorted(groups)), until)


def sort_entries(entries: Sequence[PersonEntry], order: PeopleOrder, *, descending: bool = False) -> list[PersonEntry]:
    """Sort entries.

    Entries with equal keys stay sorted by name; those without a badge or group come last in both directions.

    Args:
        entries: In any order.
        order: The sort key.
        descending: Whether the largest key comes first.
    """
    by_name = sorted(entries, key=lambda entry: entry.key, reverse=descending and order is PeopleOrder.NAME)
    if order is PeopleOrder.NAME:
        return by_name
    present = [entry for entry in by_name if not _lacks(entry, order)]
    present.sort(key=_KEYS[order], reverse=descending)
    return present + [entry for entry in by_name if _lacks(entry, order)]


def _lacks(entry: PersonEntry, order: PeopleOrder) -> bool:
    person = entry.person
    return (order is PeopleOrder.BADGE and person.badge is None) or (order is PeopleOrder.GROUPS and not person.groups)


def _badge_key(entry: PersonEntry) -> tuple[int, str]:
    """Return a key that sorts numbers by value, and other badges after them."""
    badge = entry.person.badge or ""
    return (len(badge) if badge.isdigit() else 1000, badge)


_KEYS: Mapping[PeopleOrder, Callable[[PersonEntry], Any]] = {
    PeopleOrder.BADGE: _badge_key,
    PeopleOrder.GROUPS: lambda entry: tuple(map(name_key, entry.person.groups)),
    PeopleOrder.STANDING: lambda entry: list(Standing).index(entry.standing),
    PeopleOrder.TEMPLATES: lambda entry: entry.usable,
    PeopleOrder.ENROLLED: lambda entry: entry.person.created_at,
}
