import csv
import io
from pathlib import Path

import pytest

from app.core.errors import StoreLocked
from app.services.enrolment.enrolment_service import Applicant
from app.services.enrolment.lookalikes import AlreadyEnrolledAs
from app.services.people.import_source import ImportCandidate
from app.services.people.people_import import REPORT_COLUMNS, ImportOutcome, ImportReport, ImportResult, PeopleImport
from app.wiring import Application
from tests.fakes.consent import CONSENT, enrol_pictures


def candidate(name: str, *pictures: Path, agreed: bool | None = None, **known: str) -> ImportCandidate:
    return ImportCandidate("2", name, Applicant(name, **known), pictures, agreed)  # type: ignore[arg-type]


def run(
    application: Application, *candidates: ImportCandidate, default_consent: bool = True, add: bool = False
) -> list[ImportResult]:
    importer = PeopleImport(application.enrolment)
    return list(importer.run(candidates, CONSENT, default_consent=default_consent, add=add))


def test_valid_candidates_are_enrolled_and_others_get_a_reason(
    application: Application, hopper: Path, collins: Path, tmp_path: Path
) -> None:
    done = run(
        application,
        candidate("Grace", hopper, badge="7"),
        candidate("", collins),
        candidate("Eileen", tmp_path / "missing.jpg"),
        candidate("grace", collins),
        candidate("Eileen", collins, badge="7"),
        candidate("Twin", hopper),
        candidate("No", collins, agreed=False),
        candidate("Empty"),
        candidate("Eileen", collins),
    )
    assert [imported.reason for imported in done] == [
        "",
        "InvalidName",
        "ImageUnreadable",
        "AlreadyEnrolled",
        "BadgeTaken",
        "AlreadyEnrolledAs",
        "NoConsent",
        "ImageError",
        "",
    ]
    assert [person.name for person in application.people.all()] == ["Eileen", "Grace"]
    assert all(application.people.details(person.id).consents == (CONSENT,) for person in application.people.all())


def test_without_stated_consent_a_candidate_is_refused(application: Application, hopper: Path, collins: Path) -> None:
    done = run(
        application, candidate("Grace", hopper), candidate("Eileen", collins, agreed=True), default_consent=False
    )
    assert [imported.outcome for imported in done] == [ImportOutcome.REFUSED, ImportOutcome.ENROLLED]


def test_pictures_can_be_added_to_an_enrolled_person(application: Application, hopper: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    (done,) = run(application, candidate("Grace", hopper), add=True)
    assert done.outcome is ImportOutcome.ENROLLED
    assert application.people.find("Grace").templates == 2


def test_closing_the_iterator_stops_the_import(application: Application, hopper: Path, collins: Path) -> None:
    importer = PeopleImport(application.enrolment)
    candidates = [candidate("Grace", hopper), candidate("Eileen", collins)]
    next(importer.run(candidates, CONSENT, default_consent=True))
    assert [person.name for person in application.people.all()] == ["Grace"]


def test_a_temporarily_locked_database_does_not_stop_the_import(
    application: Application, hopper: Path, collins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = application.enrolment.save
    answers = iter([StoreLocked(path="people.sqlite3"), None])

    def sometimes(*arguments: object, **options: object) -> object:
        if (problem := next(answers)) is not None:
            raise problem
        return save(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(application.enrolment, "save", sometimes)
    done = run(application, candidate("Grace", hopper), candidate("Eileen", collins))
    assert [imported.reason for imported in done] == ["StoreLocked", ""]


def test_the_report_contains_no_spreadsheet_formulas(application: Application, hopper: Path) -> None:
    file = io.StringIO(newline="")
    report = ImportReport(file)
    for imported in run(application, candidate("=cmd()", hopper), candidate("Twin", hopper)):
        report.add(imported)
        if imported.lookalike is not None:
            assert isinstance(imported.lookalike, AlreadyEnrolledAs)
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert tuple(rows[0]) == REPORT_COLUMNS
    assert [(row["name"], row["outcome"], row["reason"]) for row in rows] == [
        ("'=cmd()", "enrolled", ""),
        ("Twin", "refused", "AlreadyEnrolledAs"),
    ]
    assert rows[1]["looks_like"] == "'=cmd()"
