"""Outcomes of importing a bundle of people from another installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NameConflictRule(StrEnum):
    """What the import does with a person whose name another person has here."""

    SKIP = "skip"
    RENAME = "rename"
    MERGE = "merge"


class BundleOutcome(StrEnum):
    """What the import did with one person."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    MERGED = "merged"
    NAME_TAKEN = "name-taken"
    ERASED_HERE = "erased-here"


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """The outcome for one person of a bundle.

    Attributes:
        name: Name in the bundle.
        outcome: What was done; in a dry run, what would be done.
        templates: Number of templates imported.
        foreign: Number of templates skipped, because another model computed them.
        badge_taken: Whether the badge number was dropped, because another person has it.
        renewed: How many of `templates` were computed during the import, from thumbnails kept beside templates of
            another model.
    """

    name: str
    outcome: BundleOutcome
    templates: int = 0
    foreign: int = 0
    badge_taken: bool = False
    renewed: int = 0


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The outcome of an import.

    Attributes:
        people: One entry per person, in the order of the bundle.
        dry_run: Whether nothing was written.
    """

    people: tuple[ImportedPerson, ...]
    dry_run: bool

    @property
    def counts(self) -> Mapping[BundleOutcome, int]:
        """Number of people by outcome, zeros included."""
        return {outcome: sum(one.outcome is outcome for one in self.people) for outcome in BundleOutcome}

    @property
    def needing_enrolment(self) -> int:
        """Number of people whose templates all belong to another model."""
        return sum(bool(one.foreign) and not one.templates for one in self.people)
