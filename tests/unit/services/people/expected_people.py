"""What an installation should have kept of its people, said without a database: a dictionary and a few rules."""

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
    vector = np.random.default_rng(seed).standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def seed_of(vector: Vector) -> int:
    """Of which `unit` a stored vector is, whatever its last digits are."""
    similarities = [float(vector @ unit(seed)) for seed in range(SEEDS)]
    assert max(similarities) > 1 - 1e-6
    return int(np.argmax(similarities))


@dataclass
class Kept:
    """What should be kept of somebody.

    Attributes:
        name: As it was typed.
        changed: When something of it was changed last.
        templates: By id, the seed of the vector, and whether it is compared.
        marks: The seeds of those they are not.
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
class KeptPeople:
    """Everybody, and who is gone.

    Attributes:
        by_id: Who is enrolled.
        merged: The entries that were merged, each with the one it is a part of.
        erased: Who must not come back.
    """

    by_id: dict[str, Kept] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def holder(self, name: str, but: str = "") -> str | None:
        """The id of whoever has a name."""
        alike = (id_ for id_, kept in self.by_id.items() if id_ != but and name_key(kept.name) == name_key(name))
        return next(alike, None)

    def merge(self, kept: str, other: str, now: datetime) -> None:
        gone = self.by_id.pop(other)
        self.by_id[kept].templates |= gone.templates
        self.by_id[kept].marks += gone.marks
        self.by_id[kept].changed = now
        self.merged[other] = kept

    def erase(self, id_: str) -> None:
        """With all that was merged into them."""
        del self.by_id[id_]
        gone = [id_]
        for entry in gone:
            gone += [other for other, kept in self.merged.items() if kept == entry]
        self.erased |= set(gone)

    def import_people(self, id_: str, sent: Kept, rule: NameConflictRule, now: datetime) -> BundleOutcome:
        """What the table in `docs/bundles.md` says."""
        here, holder = self.by_id.get(id_), self.holder(sent.name, but=id_)
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
                return BundleOutcome.MERGED
            outcome, name = BundleOutcome.RENAMED, self._free(sent.name, id_)
        known = here or Kept(name, now)
        templates = known.templates | self._new(sent)
        self.by_id[id_] = replace(sent, name=name, templates=templates, marks=known.marks)
        return outcome

    def copy(self) -> "KeptPeople":
        return deepcopy(self)

    def _new(self, sent: Kept) -> dict[str, tuple[int, bool]]:
        known = {template for kept in self.by_id.values() for template in kept.templates}
        return {template: value for template, value in sent.templates.items() if template not in known}

    def _free(self, name: str, id_: str) -> str:
        return next(free for n in count(2) if self.holder(free := f"{name} ({n})", but=id_) is None)
