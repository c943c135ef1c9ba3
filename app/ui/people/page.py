"""Who is enrolled."""

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
)

from app.core.errors import FacelatchError
from app.core.types import Person
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.people.details import PersonCard
from app.ui.people.empty import EmptyPane
from app.ui.people.model import Column, PeopleModel
from app.ui.session import Session
from app.ui.widgets.notice import Notice
from app.ui.widgets.pane import Pane, button, label

_POLL_MS = 1000
_SEARCH_WAIT_MS = 150
_ROW = 40
_CARD_WIDTH = 320


class PeoplePage(Pane):
    """A list to search in, and the person chosen in it. The database is only asked in the worker's thread.

    Signals:
        enrol_wanted: The user wants to enrol somebody.

    Args:
        session: What is behind the window.
    """

    enrol_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._revision: int | None = None
        self._wanted: str | None = None
        self._title, self._count = label("title"), label("muted")
        self.search, self.enrol = QLineEdit(), button("primary")
        self.notice, self.empty, self.card = Notice(), EmptyPane(), PersonCard()
        self.model, self.table = PeopleModel(), QTableView()
        self._stage = QStackedLayout()
        self._poll, self._delay = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def refresh(self) -> None:
        """Read the list again."""
        services = self._session.services
        if services is None:
            return
        search = self.search.text()
        people = services.people
        self._session.worker.submit(
            lambda: (search, people.revision(), people.all(search)), self._show_people, self._fail
        )

    def close_topmost(self) -> bool:
        """Close what was opened last; False when nothing is open."""
        if self.notice.isVisible():
            self.notice.clear()
            return True
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

    def showEvent(self, event: object) -> None:
        """Look at the database while the page is seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._poll.start()
        self.refresh()

    def hideEvent(self, event: object) -> None:
        """And no longer."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self._poll.stop()

    def minimumSizeHint(self) -> QSize:
        """Small enough for 960 × 600 with the rail and the status line beside it."""
        return QSize(640, 480)

    def _look(self) -> None:
        if self._session.services is not None:
            people = self._session.services.people
            self._session.worker.submit(people.revision, self._compare_revision, self._fail)

    def _compare_revision(self, revision: int) -> None:
        if revision != self._revision:
            self.refresh()

    def _show_people(self, read: tuple[str, int, list[Person]]) -> None:
        search, self._revision, people = read
        if search != self.search.text():
            return
        self.notice.hide()
        chosen = self._wanted or (self.card.person.id if self.card.person else None)
        self._wanted = None
        self.model.show_people(people)
        self.empty.show_reason(search)
        self._stage.setCurrentWidget(self.table if people else self.empty)
        self.card.setVisible(bool(people))
        self._tell_count()
        if people:
            self._choose(self.model.row_of(chosen) if chosen else None)

    def _choose(self, row: int | None) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        index = self.model.index(row or 0, 0)
        self.table.selectionModel().setCurrentIndex(index, flags)

    def _read_details(self) -> None:
        index = self.table.selectionModel().currentIndex()
        if self._session.services is None or not index.isValid():
            return
        people, person = self._session.services.people, self.model.person_at(index.row())
        self._session.worker.submit(lambda: people.details(person.id), self._show_details, lambda _: self.refresh())

    def _show_details(self, details: PersonDetails) -> None:
        index = self.table.selectionModel().currentIndex()
        if index.isValid() and self.model.person_at(index.row()).id == details.person.id:
            self.card.show_details(details)

    def _rename(self, person: Person, name: str) -> None:
        if self._session.services is not None:
            people = self._session.services.people
            self._session.worker.submit(lambda: people.rename(person, name), self._renamed, self.card.complain)

    def _renamed(self, person: Person) -> None:
        self._wanted = person.id
        self.card.settle()
        self.refresh()

    def _delete(self, person: Person) -> None:
        if self._session.services is not None:
            people = self._session.services.people
            self._session.worker.submit(lambda: people.delete(person), lambda _: self._deleted(), self.card.complain)

    def _deleted(self) -> None:
        self.card.settle()
        self.refresh()

    def _fail(self, error: FacelatchError) -> None:
        self.notice.show_error(error)

    def _tell_count(self) -> None:
        count = self.model.rowCount()
        self._count.setText(self.tr("{count} enrolled").format(count=texts.number(count)) if count else "")

    def _connect(self) -> None:
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._delay.setInterval(_SEARCH_WAIT_MS)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _: self._delay.start())
        self.enrol.clicked.connect(self.enrol_wanted)
        self.empty.enrol_wanted.connect(self.enrol_wanted)
        self.empty.clear_wanted.connect(self.search.clear)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._read_details())
        self.card.rename_wanted.connect(self._rename)
        self.card.delete_wanted.connect(self._delete)
        self._session.ready.connect(self.refresh)
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
        self.search.setMaximumWidth(320)
        self._prepare_table()
        for part in (self.table, self.empty):
            self._stage.addWidget(part)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.search, 1)
        head.addWidget(self.enrol)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(head)
        left.addWidget(self.notice)
        left.addLayout(self._stage, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 16, 16, 8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        self.card.setFixedWidth(_CARD_WIDTH)
        self.card.hide()
        row.addWidget(self.card)

    def _prepare_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(Column.TEMPLATES, 104)
        table.setColumnWidth(Column.ENROLLED, 128)
