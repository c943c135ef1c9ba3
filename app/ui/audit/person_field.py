"""A field for the person whom events concern, with suggestions."""

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit

from app.core.errors import FacelatchError
from app.services.people.people_index import PeopleFilter, PeopleIndex
from app.services.people.people_service import PeopleService, PersonDetails
from app.ui.shell.session import Session
from app.ui.widgets.buttons import set_style_property

_WAIT_MS = 150
_SUGGESTED = 20
_LONGEST = 100


class PersonField(QLineEdit):
    """Completes the names of enrolled people; erased people can be set from an event only.

    Signals:
        selection_changed: `person_id` has changed.

    Args:
        session: The pipeline, the services and the settings.
    """

    selection_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.person_id = ""
        self._people_index: PeopleIndex | None = None
        self._names = QStringListModel(self)
        self._completer = completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self.setClearButtonEnabled(True)
        self.setMaxLength(_LONGEST)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_WAIT_MS)
        self._delay.timeout.connect(self._suggest)
        self.textEdited.connect(lambda _: self._edit())
        self.textChanged.connect(self._clear)
        self.returnPressed.connect(self._look_up)
        completer.activated.connect(lambda _: self._look_up())

    def choose(self, person_id: str, words: str) -> None:
        """Set the person.

        Args:
            person_id: Id of the person, who may be erased.
            words: The displayed name.
        """
        self.setText(words)
        self._take(person_id)

    def _edit(self) -> None:
        set_style_property(self, "wrong", "false")
        self._delay.start()

    def _clear(self, text: str) -> None:
        if not text.strip() and self.person_id:
            self._take("")

    def _suggest(self) -> None:
        services, text, known = self._session.services, self.text(), self._people_index
        if services is not None and text.strip():
            people = services.people
            self._session.worker.submit(lambda: _matching_names(people, known, text), self._show, self._show_failure)

    def _show(self, found: tuple[PeopleIndex, list[str]]) -> None:
        self._people_index, names = found
        self._names.setStringList(names)
        if self.hasFocus() and self.text().strip():
            self._completer.complete()

    def _look_up(self) -> None:
        services, text = self._session.services, self.text().strip()
        if services is not None and text:
            self._session.worker.submit(lambda: services.people.details(text), self._found, self._show_failure)

    def _found(self, details: PersonDetails) -> None:
        if details.person.name.casefold() != self.text().strip().casefold():
            return
        self._names.setStringList([])
        self.choose(details.person.id, details.person.name)

    def _show_failure(self, _error: FacelatchError) -> None:
        """Show that the text matches no person, or that the list cannot be read: the field does not filter."""
        set_style_property(self, "wrong", "true")

    def _take(self, person_id: str) -> None:
        set_style_property(self, "wrong", "false")
        if person_id != self.person_id:
            self.person_id = person_id
            self.selection_changed.emit()


def _matching_names(people: PeopleService, known: PeopleIndex | None, text: str) -> tuple[PeopleIndex, list[str]]:
    """Return the current index of people and the names that match. Callable from any thread.

    Args:
        people: The people service.
        known: The index read before; None on the first call.
        text: The typed text.
    """
    people_index = known if known is not None and people.is_current(known) else people.people_index()
    chosen = PeopleFilter(text).select(people_index.entries)
    return people_index, [entry.person.name for entry in chosen[:_SUGGESTED]]
