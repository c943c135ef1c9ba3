"""Enrolling many people at once, from pictures that are there already."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from app.core.errors import FacelatchError, ImageError, NoConsent, StoreError, UsageProblem
from app.core.people import Consent
from app.services.enrolment.enrolment_service import EnrolmentReport, EnrolmentService, RefusedPicture
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, Lookalike, LookalikeChoice
from app.services.people.import_source import Candidate
from app.services.spreadsheet import cell

REPORT_COLUMNS = ("where", "name", "outcome", "templates", "reason", "message", "pictures_refused", "looks_like")


class ImportOutcome(StrEnum):
    """What became of somebody."""

    ENROLLED = "enrolled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one candidate.

    Attributes:
        candidate: Who.
        outcome: Enrolled or refused.
        templates: How many pictures became templates.
        error: Why they were refused; None where they were not, or where `lookalike` is the reason.
        refused: Pictures that were not taken.
        lookalike: Who stood in the way, or was stored beside.
    """

    candidate: Candidate
    outcome: ImportOutcome
    templates: int = 0
    error: FacelatchError | None = None
    refused: tuple[RefusedPicture, ...] = ()
    lookalike: Lookalike | None = None

    @property
    def reason(self) -> str:
        """The kind of what was in the way; empty where nothing was."""
        if self.outcome is ImportOutcome.ENROLLED:
            return ""
        return type(self.error or self.lookalike).__name__

    @property
    def message(self) -> str:
        """What was in the way, in words; empty where nothing was, or where `lookalike` says it."""
        return self.error.message if self.error else ""


class PeopleImport:
    """Enrols candidates one by one, each in a transaction of its own: who cannot be enrolled does not stop the rest.

    Args:
        enrolment: Stores them.
    """

    def __init__(self, enrolment: EnrolmentService) -> None:
        self._enrolment = enrolment

    def run(
        self, candidates: Iterable[Candidate], consent: Consent, *, default_consent: bool, add: bool = False
    ) -> Iterator[Imported]:
        """Enrol everybody, as fast as what is given is taken: who stops taking, stops the import between two people.

        Somebody who is enrolled already under another name is refused; somebody who only looks like another is stored,
        and the report says so.

        Args:
            candidates: Whom.
            consent: What those have agreed to who have agreed.
            default_consent: Whether all those have of whom the table says nothing.
            add: Give pictures to the person of that name, if there is one.
        """
        for candidate in candidates:
            agreed = default_consent if candidate.agreed is None else candidate.agreed
            try:
                report = self._enrol(candidate, consent if agreed else None, add=add)
            except (UsageProblem, ImageError, StoreError) as error:
                yield Imported(candidate, ImportOutcome.REFUSED, error=error)
            else:
                outcome = ImportOutcome.REFUSED if report.person is None else ImportOutcome.ENROLLED
                yield Imported(candidate, outcome, report.taken, None, report.refused, report.lookalike)

    def _enrol(self, candidate: Candidate, consent: Consent | None, *, add: bool) -> EnrolmentReport:
        if candidate.applicant is None:
            raise candidate.problem or UsageProblem()
        if consent is None:
            raise NoConsent(name=candidate.name)
        who = self._enrolment.whom(candidate.applicant, add=add)
        return self._enrolment.from_pictures(who, candidate.pictures, consent, decide=_refuse_doubles)


class ImportReport:
    """A table of what became of everybody, written while it goes on.

    Args:
        file: Open for text, with `newline=""`.
    """

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(REPORT_COLUMNS)

    def add(self, imported: Imported) -> None:
        """One more line."""
        looks_like = imported.lookalike.person.name if imported.lookalike else ""
        row = (
            imported.candidate.where,
            imported.candidate.name,
            imported.outcome.value,
            imported.templates,
            imported.reason,
            imported.message,
            "; ".join(refused.error.message for refused in imported.refused),
            looks_like,
        )
        self._writer.writerow([cell(value) for value in row])


def _refuse_doubles(lookalike: Lookalike) -> LookalikeChoice:
    return LookalikeChoice.CANCEL if isinstance(lookalike, AlreadyEnrolledAs) else LookalikeChoice.SAVE
