"""Carries out what the card asks for, in the worker's thread, and says there how it went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import FacelatchError, UnknownPerson
from app.core.people import Anchor, Consent, Person, PersonChanges, Template
from app.services.enrolment import EnrolmentReport
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.people.details import PersonCard
from app.ui.ports import EnrolmentPort, PeoplePort
from app.ui.session import Session

_PICTURES = "*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff"


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a person.

    Attributes:
        details: Who, templates, consents, marks.
        thumbnails: JPEG files, by the template's id.
    """

    details: PersonDetails
    thumbnails: Mapping[str, bytes]


class Doer(QObject):
    """Does what the card's parts want.

    Signals:
        done: Something has changed.
        left_behind: Somebody is erased, but another program reads the database, and traces stay until it lets go.

    Args:
        session: What is behind the window.
        card: Where it is asked for, and where failures are said.
        parent: Owns it.
    """

    done = Signal()
    left_behind = Signal()

    def __init__(self, session: Session, card: PersonCard, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._card = card
        card.editing.save_wanted.connect(self._save)
        card.erasing.erase_wanted.connect(self._erase)
        card.merging.merge_wanted.connect(self._merge)
        card.templates.retire_wanted.connect(self._retire)
        card.marks.removal_wanted.connect(self._unmark)
        card.buttons.pictures_wanted.connect(self._choose_pictures)

    def read(self, person: Person, then: Callable[[Kept], None], failed: Callable[[FacelatchError], None]) -> None:
        """Read all that is kept of somebody."""
        services = self._session.services
        if services is not None:
            people = services.people
            self._session.worker.submit(lambda: _read(people, person), then, failed)

    def add_pictures(self, person: Person, paths: list[Path]) -> None:
        """Take templates from picture files."""
        services = self._session.services
        if services is None or not paths:
            return
        self._card.news.say(self.tr("Looking at %n picture(s)", "", len(paths)))
        enrolment, people = services.enrolment, services.people
        self._session.worker.submit(lambda: _take(enrolment, people, person, paths), self._tell_report, self._fail)

    def _choose_pictures(self) -> None:
        person = self._card.person
        if person is not None:
            kinds = self.tr("Pictures ({kinds})").format(kinds=_PICTURES)
            chosen, _ = QFileDialog.getOpenFileNames(self._card, self.tr("Pictures of this person"), "", kinds)
            self.add_pictures(person, [Path(path) for path in chosen])

    def _save(self, person: Person, name: str | None, changes: PersonChanges) -> None:
        self._do(lambda people: people.change(person, name=name, **changes))

    def _erase(self, person: Person) -> None:
        self._do(lambda people: people.erase(person), self._tell_erased)

    def _merge(self, kept: Person, other: Person) -> None:
        self._do(lambda people: people.merge(kept, other))

    def _retire(self, template: Template, retired: bool) -> None:  # noqa: FBT001 - as the signal gives it
        self._do(lambda people: people.retire(template, retired=retired))

    def _unmark(self, anchor: Anchor) -> None:
        self._do(lambda people: people.unmark(anchor))

    def _do(self, work: Callable[[PeoplePort], object], then: Callable[[object], None] = lambda _: None) -> None:
        services = self._session.services
        if services is not None:
            people = services.people
            self._session.worker.submit(lambda: work(people), lambda outcome: self._finish(outcome, then), self._fail)

    def _finish(self, outcome: object, then: Callable[[object], None]) -> None:
        self._card.settle()
        self.done.emit()
        then(outcome)

    def _fail(self, error: FacelatchError) -> None:
        """Somebody else was quicker, or it failed."""
        self._card.news.say()
        if isinstance(error, UnknownPerson):
            self._card.settle()
            self.done.emit()
        else:
            self._card.complain(error)

    def _tell_erased(self, whole: object) -> None:
        if not whole:
            self.left_behind.emit()

    def _tell_report(self, report: EnrolmentReport) -> None:
        said = [self.tr("%n template(s) added.", "", report.taken)]
        if report.person is None and report.lookalike is not None:
            other = report.lookalike.person.name
            said.append(self.tr("Not taken: the pictures look like {name}").format(name=other))
        said += [
            self.tr("Not taken: {reason}").format(reason=texts.error_message(refused.error))
            for refused in report.refused
        ]
        self._card.news.say(*said)
        self.done.emit()


def _agreed(people: PeoplePort, person: Person) -> Consent | None:
    """What the person agreed to last, which holds for more pictures of them too."""
    return next(iter(people.details(person.id).consents), None)


def _take(enrolment: EnrolmentPort, people: PeoplePort, person: Person, paths: list[Path]) -> EnrolmentReport:
    try:
        return enrolment.from_pictures(person, paths, _agreed(people, person))
    finally:
        enrolment.let_pictures_go()


def _read(people: PeoplePort, person: Person) -> Kept:
    details = people.details(person.id)
    kept = ((template.id, people.thumbnail(template)) for template in details.templates if template.thumbnail)
    return Kept(details, {id_: jpeg for id_, jpeg in kept if jpeg is not None})
