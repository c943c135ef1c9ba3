"""Reads the list of people and carries out the person card's requests, in the worker thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import FacelatchError, UnknownPerson
from app.core.people import Consent, NegativeTemplate, Person, PersonChanges, Template
from app.services.enrolment.enrolment_service import EnrolmentReport, EnrolmentService
from app.services.people.people_index import PeopleIndex
from app.services.people.people_service import PeopleService, PersonDetails
from app.ui.people.person_card import PersonCard
from app.ui.shell.session import Session
from app.ui.texts import value_texts

_PICTURES = "*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff"


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything stored about a person.

    Attributes:
        details: The person with templates, consents and marks.
        thumbnails: JPEG files by template id.
    """

    details: PersonDetails
    thumbnails: Mapping[str, bytes]


class PersonController(QObject):
    """Carries out the requests of the person card.

    Signals:
        done: The stored data has changed.
        traces_left: A person was erased while another program was reading the database, so traces remain until
            that program closes it.

    Args:
        session: The pipeline, the services and the settings.
        card: Sends the requests and shows failures.
        parent: The owning QObject.
    """

    done = Signal()
    traces_left = Signal()

    def __init__(self, session: Session, card: PersonCard, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._card = card
        card.edit_pane.save_wanted.connect(self._save)
        card.erase_pane.erase_wanted.connect(self._erase)
        card.merge_pane.merge_wanted.connect(self._merge)
        card.templates.retire_wanted.connect(self._retire)
        card.marks.remove_wanted.connect(self._unmark)
        card.buttons.pictures_wanted.connect(self._choose_pictures)

    def read(
        self, person: Person, then: Callable[[PersonRecord], None], failed: Callable[[FacelatchError], None]
    ) -> None:
        """Read everything stored about a person.

        Args:
            person: The person.
            then: Called with the record.
            failed: Called with the error.
        """
        services = self._session.services
        if services is not None:
            people = services.people
            self._session.worker.submit(lambda: _read(people, person), then, failed)

    def add_pictures(self, person: Person, paths: list[Path]) -> None:
        """Add templates from picture files.

        Args:
            person: The person to add them to.
            paths: The picture files.
        """
        services = self._session.services
        if services is None or not paths:
            return
        self._card.status_message.show_text(self.tr("Processing %n picture(s)", "", len(paths)))
        enrolment, people = services.enrolment, services.people
        self._session.worker.submit(
            lambda: _add_from_pictures(enrolment, people, person, paths), self._report_added, self._fail
        )

    def _choose_pictures(self) -> None:
        person = self._card.person
        if person is not None:
            kinds = self.tr("Pictures ({kinds})").format(kinds=_PICTURES)
            chosen, _ = QFileDialog.getOpenFileNames(self._card, self.tr("Pictures of this person"), "", kinds)
            self.add_pictures(person, [Path(path) for path in chosen])

    def _save(self, person: Person, name: str | None, changes: PersonChanges) -> None:
        self._run(lambda people: people.change(person, name=name, **changes))

    def _erase(self, person: Person) -> None:
        self._run(lambda people: people.erase(person), self._report_erased)

    def _merge(self, kept: Person, other: Person) -> None:
        self._run(lambda people: people.merge(kept, other))

    def _retire(self, template: Template, retired: bool) -> None:  # noqa: FBT001 - as the signal gives it
        self._run(lambda people: people.retire(template, retired=retired))

    def _unmark(self, negative_template: NegativeTemplate) -> None:
        self._run(lambda people: people.remove_negative_template(negative_template))

    def _run(self, work: Callable[[PeopleService], object], then: Callable[[object], None] = lambda _: None) -> None:
        services = self._session.services
        if services is not None:
            people = services.people
            self._session.worker.submit(lambda: work(people), lambda outcome: self._finish(outcome, then), self._fail)

    def _finish(self, outcome: object, then: Callable[[object], None]) -> None:
        self._card.close_form()
        self.done.emit()
        then(outcome)

    def _fail(self, error: FacelatchError) -> None:
        """Show an error; reload if the person no longer exists."""
        self._card.status_message.show_text()
        if isinstance(error, UnknownPerson):
            self._card.close_form()
            self.done.emit()
        else:
            self._card.show_failure(error)

    def _report_erased(self, whole: object) -> None:
        if not whole:
            self.traces_left.emit()

    def _report_added(self, report: EnrolmentReport) -> None:
        sentences = [self.tr("%n template(s) added.", "", report.taken)]
        if report.person is None and report.lookalike is not None:
            other = report.lookalike.person.name
            sentences.append(self.tr("Not added: the pictures resemble {name}").format(name=other))
        sentences += [
            self.tr("Not added: {reason}").format(reason=value_texts.error_message(refused.error))
            for refused in report.refused
        ]
        self._card.status_message.show_text(*sentences)
        self.done.emit()


def _latest_consent(people: PeopleService, person: Person) -> Consent | None:
    """Return the person's latest consent, which covers additional pictures of them."""
    return next(iter(people.details(person.id).consents), None)


def _add_from_pictures(
    enrolment: EnrolmentService, people: PeopleService, person: Person, paths: list[Path]
) -> EnrolmentReport:
    try:
        return enrolment.enrol_from_pictures(person, paths, _latest_consent(people, person))
    finally:
        enrolment.release_pictures()


def _read(people: PeopleService, person: Person) -> PersonRecord:
    details = people.details(person.id)
    kept = ((template.id, people.thumbnail(template)) for template in details.templates if template.thumbnail)
    return PersonRecord(details, {id_: jpeg for id_, jpeg in kept if jpeg is not None})


class PeopleReader(QObject):
    """Reads the list in the worker thread, one request at a time: a locked database does not pile up requests.

    Signals:
        listed: A new list of people (a PeopleIndex).
        failed: A FacelatchError; the shown list stays.

    Args:
        session: The pipeline, the services and the settings.
        parent: The owning QObject.
    """

    listed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._people_index: PeopleIndex | None = None
        self._busy = self._again = False

    def read(self) -> None:
        """Read the list now, or after the pending request."""
        self._again = self._busy
        if self._busy or self._session.services is None:
            return
        self._busy = True
        self._session.worker.submit(
            self._session.services.people.people_index, self._show_people_index, self._receive_error
        )

    def poll(self) -> None:
        """Read the list again if it has changed or if the last read failed."""
        people_index, services = self._people_index, self._session.services
        if self._busy or services is None:
            return
        if people_index is None:
            self.read()
            return
        self._busy = True
        self._session.worker.submit(
            lambda: services.people.is_current(people_index), self._compare, self._receive_error
        )

    def _show_people_index(self, people_index: PeopleIndex) -> None:
        self._busy = False
        if self._again:
            self.read()
            return
        self._people_index = people_index
        self.listed.emit(people_index)

    def _compare(self, current: bool) -> None:  # noqa: FBT001 - as the worker gives it
        self._busy = False
        if self._again or not current:
            self.read()

    def _receive_error(self, error: FacelatchError) -> None:
        self._busy = self._again = False
        self._people_index = None
        self.failed.emit(error)
