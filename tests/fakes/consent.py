"""Enrolment with consent."""

from datetime import UTC, datetime
from pathlib import Path

from app.core.people import Consent, Person
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport
from app.services.enrolment.lookalikes import LookalikeChoice
from app.wiring import Application

CONSENT = Consent("You may say no.", "7", "en", datetime(2026, 1, 2, tzinfo=UTC))


def enrol_pictures(application: Application, name: str, *paths: Path, add: bool = False) -> EnrolmentReport:
    """Enrol a person from pictures, regardless of lookalikes."""
    who = application.enrolment.resolve(Applicant(name), add=add)
    return application.enrolment.enrol_from_pictures(who, paths, CONSENT, decide=lambda _: LookalikeChoice.SAVE)


def enrol_person(application: Application, name: str, *paths: Path) -> Person:
    """Enrol a person from pictures and return the record."""
    person = enrol_pictures(application, name, *paths).person
    assert person is not None
    return person
