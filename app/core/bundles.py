"""What happens when people come from another installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NameConflictRule(StrEnum):
    """What to do with somebody whose name somebody else has here."""

    SKIP = "skip"
    RENAME = "rename"
    MERGE = "merge"


class BundleOutcome(StrEnum):
    """What became of somebody in a bundle."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    MERGED = "merged"
    NAME_TAKEN = "name-taken"
    ERASED_HERE = "erased-here"


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """What became of one person.

    Attributes:
        name: As the bundle has it.
        outcome: What was done, or would be.
        templates: How many were taken.
        foreign: How many were left, since another model made them.
        badge_taken: Whether the badge number was left, since somebody else has it.
        renewed: How many of the templates taken were made here, from pictures kept beside those of another model.
    """

    name: str
    outcome: BundleOutcome
    templates: int = 0
    foreign: int = 0
    badge_taken: bool = False
    renewed: int = 0


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What became of a bundle.

    Attributes:
        people: One by one, in its order.
        dry_run: Whether it was only tried.
    """

    people: tuple[ImportedPerson, ...]
    dry_run: bool

    @property
    def counts(self) -> Mapping[BundleOutcome, int]:
        """How many had which outcome."""
        return {outcome: sum(one.outcome is outcome for one in self.people) for outcome in BundleOutcome}

    @property
    def needing_enrolment(self) -> int:
        """How many came without any template of the model in use, though they had some of another."""
        return sum(bool(one.foreign) and not one.templates for one in self.people)
