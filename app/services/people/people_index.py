"""Everybody at once: searched, filtered and sorted in memory, where ten thousand take a few milliseconds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core.people import Person
from app.store.people.names import name_key

FEW_TEMPLATES = 3
"""Fewer of the model in use make a person hard to recognise from the side or in other light."""


class Standing(StrEnum):
    """Whether somebody is recognised at a moment, and why not."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_YET = "not-yet"
    EXPIRED = "expired"


class TemplateCoverage(StrEnum):
    """How well somebody is known to the model in use."""

    NONE = "none"
    FEW = "few"


class PeopleOrder(StrEnum):
    """By what a list of people is sorted."""

    NAME = "name"
    BADGE = "badge"
    GROUPS = "groups"
    STANDING = "standing"
    TEMPLATES = "templates"
    ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person as a list shows them.

    Attributes:
        person: Who.
        usable: How many of the templates in use are of the model in use.
        standing: Whether they are recognised now.
        key: Of the name, for sorting.
        words: All that a search looks at, in one letter case.
    """

    person: Person
    usable: int
    standing: Standing
    key: str
    words: str

    @property
    def coverage(self) -> TemplateCoverage | None:
        """What there is to mend about the templates; None where there are enough."""
        if not self.usable:
            return TemplateCoverage.NONE
        return TemplateCoverage.FEW if self.usable < FEW_TEMPLATES else None


@dataclass(frozen=True, slots=True)
class PeopleIndex:
    """Everybody, as of one moment.

    Attributes:
        revision: Of the database then.
        entries: By name.
        groups: The names of all groups, sorted.
        until: When somebody's standing changes by itself; None for never.
    """

    revision: int
    entries: tuple[PersonEntry, ...]
    groups: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom to list. What is left out does not limit.

    Attributes:
        search: Words that all occur in name, badge, groups or note, in whatever letter case.
        group: The name of a group; its letter case makes no difference.
        standing: Only those of this standing.
        coverage: Only those of this coverage; NONE is not among FEW.
    """

    search: str = ""
    group: str = ""
    standing: Standing | None = None
    coverage: TemplateCoverage | None = None

    @property
    def limits(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.search.strip() or self.group or self.standing or self.coverage)

    def chosen(self, entries: Iterable[PersonEntry]) -> list[PersonEntry]:
        """Those meant, in the order given."""
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
    """A person as a list shows them now."""
    words = "\n".join((person.name, person.badge or "", *person.groups, person.note))
    return PersonEntry(person, usable, standing_at(person, now), name_key(person.name), name_key(words))


def standing_at(person: Person, now: datetime) -> Standing:
    """Whether somebody is recognised now, and why not."""
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
    """Everybody as of now.

    Args:
        revision: Of the database, read before the people were.
        people: By name.
        usable: How many templates of the model in use each has, by id.
        now: Decides who is valid.
    """
    entries = tuple(person_entry(person, usable.get(person.id, 0), now) for person in people)
    groups = {name_key(name): name for person in people for name in person.groups}
    until = min((moment for person in people for moment in person.validity_changes if moment > now), default=None)
    return PeopleIndex(revision, entries, tuple(groups[key] for key in sorted(groups)), until)


def sort_entries(entries: Sequence[PersonEntry], order: PeopleOrder, *, descending: bool = False) -> list[PersonEntry]:
    """Sort people; those who are equal stay by name, and those without a badge or group come last either way."""
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
    """Numbers by their value: a shorter one comes first."""
    badge = entry.person.badge or ""
    return (len(badge) if badge.isdigit() else 1000, badge)


_KEYS: Mapping[PeopleOrder, Callable[[PersonEntry], Any]] = {
    PeopleOrder.BADGE: _badge_key,
    PeopleOrder.GROUPS: lambda entry: tuple(map(name_key, entry.person.groups)),
    PeopleOrder.STANDING: lambda entry: list(Standing).index(entry.standing),
    PeopleOrder.TEMPLATES: lambda entry: entry.usable,
    PeopleOrder.ENROLLED: lambda entry: entry.person.created_at,
}
