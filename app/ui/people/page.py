"""Who is enrolled."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.page import Page, Place
from app.ui.people.details import PersonCard
from app.ui.people.empty import EmptyPane, Why
from app.ui.people.model import PeopleModel
from app.ui.people.reader import PeopleReader
from app.ui.people.table import PeopleTable
from app.ui.people.trouble import Trouble
from app.ui.session import Session
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import button, label

_POLL_MS = 1000
_SEARCH_WAIT_MS = 150
_LONGEST_SEARCH = 100


class PeoplePage(Page):
    """A list to search in, and the person chosen in it. The database is only asked in the worker's thread.

    Signals:
        enrol_wanted: The user wants to enrol somebody.

    Args:
        session: What is behind the window.
    """

    enrol_wanted = Signal()

    place = Place("people", QT_TRANSLATE_NOOP("Rail", "People"), QT_TRANSLATE_NOOP("Rail", "Who is enrolled"), "users")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chosen: str | None = None
        self._listed = ""
        self._reader = PeopleReader(session, self)
        self._title, self.count = label("title"), label("muted")
        self.search, self._lens, self.enrol = QLineEdit(), QAction(self), button("primary")
        self.trouble, self.empty, self.card = Trouble(), EmptyPane(), PersonCard()
        self.model = PeopleModel()
        self.table = PeopleTable(self.model)
        self._stage = QStackedLayout()
        self._poll, self._delay = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        self._add_keys()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Read the list again."""
        self._reader.read(self.search.text())

    def show_person(self, person_id: str) -> None:
        """Choose somebody in the list of everybody."""
        self._chosen = person_id
        self.search.clear()
        self.refresh()

    def close_topmost(self) -> bool:
        """Close what was opened last; False when nothing is open."""
        if self.card.settle():
            return True
        if self.search.text():
            self.search.clear()
            return True
        return False

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("People"))
        self.search.setPlaceholderText(self.tr("Search by name"))
        self.search.setAccessibleName(self.tr("Search by name"))
        self.search.setToolTip(self.tr("Search by name (Ctrl+F)"))
        self.enrol.setText(self.tr("Enrol a person"))
        self.enrol.setToolTip(self.tr("Enrol whoever is in front of the camera (Ctrl+N)"))
        self.table.setAccessibleName(self.tr("People enrolled"))
        self.model.retranslate()
        self._tell_count()

    def restyle(self) -> None:
        """Take the colours."""
        self._lens.setIcon(icon("magnifying-glass", "muted"))
        self.enrol.setIcon(icon("user-plus", "on_accent"))
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the database while the page is seen."""
        super().showEvent(event)
        self._poll.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """And no longer."""
        super().hideEvent(event)
        self._poll.stop()

    def minimumSizeHint(self) -> QSize:
        """Small enough for 960 × 600 with the rail and the status line beside it."""
        return QSize(640, 480)

    def _look(self) -> None:
        refusal = self._session.state.refusal
        if self._session.services is None and refusal is not None:
            self._fail(refusal)
        self._reader.look()

    def _show_people(self, search: str, people: list[Person]) -> None:
        if search != self.search.text():
            return
        self._listed = search
        self.trouble.show_error(None)
        self.table.show_people(people, self._chosen)
        if not people:
            self.empty.show_reason(Why.NOT_FOUND if search.strip() else Why.NOBODY, search)
        self._show(self.table if people else self.empty)
        if not people:
            self.card.show_details(None)
        self._tell_count()

    def _show(self, part: QWidget) -> None:
        """Show the table, or why there is none; the focus goes along, not to a chance neighbour."""
        before, focus = self._stage.currentWidget(), QApplication.focusWidget()
        self._stage.setCurrentWidget(part)
        ours = focus is None or (focus is not self.search and self.isAncestorOf(focus))
        if part is not before and ours and self.isVisible():
            (self.table if part is self.table else self.empty.step).setFocus()

    def _read_details(self) -> None:
        person = self.table.chosen
        if person is None or self._session.services is None:
            return
        self._chosen = person.id
        people = self._session.services.people
        self._session.worker.submit(lambda: people.details(person.id), self._show_details, self._no_details)

    def _show_details(self, details: PersonDetails) -> None:
        if self.table.chosen is not None and self.table.chosen.id == details.person.id:
            self.card.show_details(details)

    def _no_details(self, error: FacelatchError) -> None:
        """Somebody else has just deleted the person; the list will say so. Anything else is trouble."""
        if isinstance(error, UnknownPerson):
            self.refresh()
        else:
            self._fail(error)

    def _rename(self, person: Person, name: str) -> None:
        if self._session.services is not None:
            people = self._session.services.people
            self._session.worker.submit(lambda: people.rename(person, name), lambda _: self._done(), self.card.complain)

    def _delete(self, person: Person) -> None:
        if self._session.services is not None:
            people = self._session.services.people
            self._session.worker.submit(lambda: people.delete(person), lambda _: self._done(), self._not_deleted)

    def _not_deleted(self, error: FacelatchError) -> None:
        """Somebody else was quicker, or it failed."""
        if isinstance(error, UnknownPerson):
            self._done()
        else:
            self.card.complain(error)

    def _done(self) -> None:
        self.card.settle()
        self.table.setFocus()
        self.refresh()

    def _fail(self, error: FacelatchError) -> None:
        self.trouble.show_error(error)
        if not self.model.rowCount():
            self.empty.show_reason(Why.FAILED)

    def _try_again(self) -> None:
        if self._session.services is None:
            self._session.retry()
        self.refresh()

    def _tell_count(self) -> None:
        count = self.model.rowCount()
        words = self.tr("{count} found") if self._listed.strip() else self.tr("{count} enrolled")
        self.count.setText(words.format(count=texts.number(count)) if count else "")

    def _connect(self) -> None:
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._delay.setInterval(_SEARCH_WAIT_MS)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self.refresh)
        self._reader.listed.connect(self._show_people)
        self._reader.failed.connect(self._fail)
        self.search.textChanged.connect(lambda _: self._delay.start())
        self.enrol.clicked.connect(self.enrol_wanted)
        self.trouble.retry_wanted.connect(self._try_again)
        self.empty.enrol_wanted.connect(self.enrol_wanted)
        self.empty.clear_wanted.connect(self.search.clear)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._read_details())
        self.card.rename_wanted.connect(self._rename)
        self.card.delete_wanted.connect(self._delete)
        self._session.ready.connect(self.refresh)

    def _add_keys(self) -> None:
        for keys, action in (
            ("Ctrl+F", self.search.setFocus),
            ("Ctrl+N", self.enrol.click),
            ("F2", self.card.begin_rename),
            ("Del", self.card.begin_delete),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, action)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(_LONGEST_SEARCH)
        self.search.setMinimumWidth(136)
        self.search.setMaximumWidth(320)
        self.search.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        for part in (self.empty, self.table):
            self._stage.addWidget(part)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.search, 3)
        head.addWidget(self.enrol)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(head)
        left.addWidget(self.trouble)
        left.addLayout(self._stage, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 16, 16, 8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self.card)
        self.card.hide()
