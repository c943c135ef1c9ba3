"""Bulk enrolment from picture files."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from app.core.errors import FacelatchError, ImageError, NoConsent, StoreError, UsageProblem
from app.core.people import Consent
from app.services.audit.export import spreadsheet_cell
from app.services.enrolment.enrolment_service import EnrolmentReport, EnrolmentService, RefusedPicture
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, Lookalike, LookalikeChoice
from app.services.people.import_source import ImportCandidate

REPORT_COLUMNS = ("where", "name", "outcome", "templates", "reason", "message", "pictures_refused", "looks_like")


class ImportOutcome(StrEnum):
    """Outcome for one candidate."""

    ENROLLED = "enrolled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result for one candidate.

    Attributes:
        candidate: The candidate.
        outcome: Enrolled or refused.
        templates: How many pictures became templates.
        error: Why the candidate was refused; None if enrolled, or if `lookalike` is the reason.
        refused: Pictures that were not used.
        lookalike: An enrolled person of similar appearance: the reason for a refusal, or stored beside the candidate.
    """

    candidate: ImportCandidate
    outcome: ImportOutcome
    templates: int = 0
    error: FacelatchError | None = None
    refused: tuple[RefusedPicture, ...] = ()
    lookalike: Lookalike | None = None

    @property
    def reason(self) -> str:
        """Class name of the reason for a refusal; empty if enrolled."""
        if self.outcome is ImportOutcome.ENROLLED:
            return ""
        return type(self.error or self.lookalike).__name__

    @property
    def message(self) -> str:
        """The error's message; empty without an error."""
        return self.error.message if self.error else ""


class PeopleImport:
    """Enrols candidates one by one, each in its own transaction; a refused candidate does not stop the others.

    Args:
        enrolment: Stores the candidates.
    """

    def __init__(self, enrolment: EnrolmentService) -> None:
        self._enrolment = enrolment

    def run(
        self, candidates: Iterable[ImportCandidate], consent: Consent, *, default_consent: bool, add: bool = False
    ) -> Iterator[ImportResult]:
        """Enrol one candidate for each step of the iterator; closing it stops the import between two people.

        A candidate who is enrolled under another name is refused. A candidate who merely looks like another person is
        stored, and the result names that person.

        Args:
            candidates: The candidates.
            consent: The consent of those who have given it.
            default_consent: Whether candidates without an entry about consent have given it.
            add: Add the pictures to the person of the same name if there is one.

        Yields:
            The result for each candidate.
        """
        for candidate in candidates:
            agreed = default_consent if candidate.agreed is None else candidate.agreed
            try:
                report = self._enrol(candidate, consent if agreed else None, add=add)
            except (UsageProblem, ImageError, StoreError) as error:
                yield ImportResult(candidate, ImportOutcome.REFUSED, error=error)
            else:
                outcome = ImportOutcome.REFUSED if report.person is None else ImportOutcome.ENROLLED
                yield ImportResult(candidate, outcome, report.taken, None, report.refused, report.lookalike)

    def _enrol(self, candidate: ImportCandidate, consent: Consent | None, *, add: bool) -> EnrolmentReport:
        if candidate.applicant is None:
            raise candidate.problem or UsageProblem()
        if consent is None:
            raise NoConsent(name=candidate.name)
        receiver = self._enrolment.resolve(candidate.applicant, add=add)
        return self._enrolment.enrol_from_pictures(receiver, candidate.pictures, consent, decide=_refuse_duplicates)


class ImportReport:
    """CSV report of an import, written row by row.

    Args:
        file: Open for text, with `newline=""`.
    """

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(REPORT_COLUMNS)

    def add(self, imported: ImportResult) -> None:
        """Write the row of one candidate."""
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
        self._writer.writerow([spreadsheet_cell(value) for value in row])


def _refuse_duplicates(lookalike: Lookalike) -> LookalikeChoice:
    return LookalikeChoice.CANCEL if isinstance(lookalike, AlreadyEnrolledAs) else LookalikeChoice.SAVE
