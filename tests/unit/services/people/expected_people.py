"""Reference model of an installation's people for the state-machine test: a dictionary and the documented rules."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import count

import numpy as np

from app.core.bundles import BundleOutcome, NameConflictRule
from app.core.faces import Vector
from app.store.people.names import name_key

SEEDS = 41


@cache
def unit(seed: int) -> Vector:
    """A random unit vector, float32 (192,)."""
    vector = np.random.default_rng(seed).standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def seed_of(vector: Vector) -> int:
    """The seed of the `unit` vector that a stored vector equals up to rounding."""
    similarities = [float(vector @ unit(seed)) for seed in range(SEEDS)]
    assert max(similarities) > 1 - 1e-6
    return int(np.argmax(similarities))


@dataclass
class ExpectedPerson:
    """What an installation should hold of a person.

    Attributes:
        name: As typed.
        changed: Time of the last change.
        templates: By id: the seed of the vector, and whether the template is active.
        marks: Seeds of the negative templates.
    """

    name: str
    changed: datetime
    templates: dict[str, tuple[int, bool]] = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)
    active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    delete_after: datetime | None = None

    def is_recognised(self, now: datetime) -> bool:
        begun = self.valid_from is None or self.valid_from <= now
        over = any(end is not None and end <= now for end in (self.valid_until, self.delete_after))
        return self.active and begun and not over and any(used for _, used in self.templates.values())


@dataclass
class ExpectedPeople:
    """What an installation should hold of all people.

    Attributes:
        by_id: The people enrolled.
        merged: Entries merged by a user, each with the entry it became part of.
        imported: Entries merged by an import, with the entry they became part of. They can be imported again.
        erased: Ids that must not be imported again.
    """

    by_id: dict[str, ExpectedPerson] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    imported: list[tuple[str, str]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    def holder(self, name: str, exclude: str = "") -> str | None:
        """The id of the person with a name."""
        alike = (id_ for id_, one in self.by_id.items() if id_ != exclude and name_key(one.name) == name_key(name))
        return next(alike, None)

    def merge(self, into: str, other: str, now: datetime) -> None:
        part = self.by_id.pop(other)
        self.by_id[into].templates |= part.templates
        self.by_id[into].marks += part.marks
        self.by_id[into].changed = now
        self.merged[other] = into

    def erase(self, id_: str) -> None:
        """Erase a person with all entries merged into theirs."""
        del self.by_id[id_]
        ids = [id_]
        for entry in ids:
            ids += [other for other, into in (*self.merged.items(), *self.imported) if into == entry]
        self.erased |= set(ids)

    def import_person(self, id_: str, sent: ExpectedPerson, rule: NameConflictRule, now: datetime) -> BundleOutcome:
        """Import a person by the table in `docs/bundles.md`."""
        here, holder = self.by_id.get(id_), self.holder(sent.name, exclude=id_)
        if id_ in self.erased:
            return BundleOutcome.ERASED_HERE
        if id_ in self.merged or (here is not None and here.changed >= sent.changed):
            return BundleOutcome.UNCHANGED
        outcome, name = BundleOutcome.ADDED if here is None else BundleOutcome.UPDATED, sent.name
        if holder is not None:
            if rule is NameConflictRule.SKIP:
                return BundleOutcome.NAME_TAKEN
            if rule is NameConflictRule.MERGE and here is None:
                self.by_id[holder].templates |= self._new(sent)
                self.by_id[holder].changed = now
                self.imported.append((id_, holder))
                return BundleOutcome.MERGED
            outcome, name = BundleOutcome.RENAMED, self._free(sent.name, id_)
        known = here or ExpectedPerson(name, now)
        templates = known.templates | self._new(sent)
        self.by_id[id_] = replace(sent, name=name, templates=templates, marks=known.marks)
        return outcome

    def copy(self) -> "ExpectedPeople":
        return deepcopy(self)

    def _new(self, sent: ExpectedPerson) -> dict[str, tuple[int, bool]]:
        known = {template for one in self.by_id.values() for template in one.templates}
        return {template: value for template, value in sent.templates.items() if template not in known}

    def _free(self, name: str, id_: str) -> str:
        return next(free for n in count(2) if self.holder(free := f"{name} ({n})", exclude=id_) is None)
