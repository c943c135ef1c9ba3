"""The people page."""

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.people.people_index import PeopleFilter, PeopleIndex, Standing, TemplateCoverage
from app.ui.people.export_panel import ExportPanel
from app.ui.people.filter_bar import PeopleFilterBar
from app.ui.people.import_panel import ImportPanel
from app.ui.people.people_controller import PeopleReader, PersonController, PersonRecord
from app.ui.people.people_table import EmptyPeoplePane, EmptyReason, PeopleModel, PeopleTable
from app.ui.people.person_card import PersonCard
from app.ui.people.transfer import TransferMenu, TransferPanel
from app.ui.shell.list_page import ListPage
from app.ui.shell.navigation import Place
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import button, label

_LONGEST_SEARCH = 100
_CARD, _NARROW_CARD = 376, 320


class PeoplePage(ListPage):
    """A list of people to search, filter and sort, and the card of the selected person.

    The list is held in memory; the worker thread queries the database.

    Signals:
        enrol_wanted: Enrol a new person.
        people_imported: People were imported.
        reenrolment_wanted: Start the guided re-enrolment.
        enrol_again_wanted: The Person to add templates for, in front of the camera.

    Args:
        session: The pipeline, the services and the settings.
    """

    enrol_wanted = Signal()
    enrol_again_wanted = Signal(object)
    people_imported = Signal()
    reenrolment_wanted = Signal()

    _reader: PeopleReader

    place = Place("people", QT_TRANSLATE_NOOP("Rail", "People"), QT_TRANSLATE_NOOP("Rail", "Who is enrolled"), "users")

    def __init__(self, session: Session) -> None:
        self.card = PersonCard()
        super().__init__(session, self.card, (_CARD, _NARROW_CARD))
        self._chosen: str | None = None
        self._people_index: PeopleIndex | None = None
        self._reader = PeopleReader(session, self)
        self._title, self.count = label("title"), label("muted")
        self.search, self._search_icon, self.enrol = QLineEdit(), QAction(self), button("primary")
        self.transfer_menu = TransferMenu()
        self._views, self._listing = QStackedLayout(self), QWidget()
        self.filters, self.message = PeopleFilterBar(), InlineMessage("caution")
        self.empty = EmptyPeoplePane()
        self._controller = PersonController(session, self.card, self)
        self.model = PeopleModel()
        self.table = PeopleTable(self.model)
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._add_keys()
        self.retranslate()
        self.restyle()

    @cached_property
    def export_panel(self) -> ExportPanel:
        """The export panel, created on first use."""
        panel = ExportPanel(self._session)
        self._add_panel(panel)
        return panel

    @cached_property
    def import_panel(self) -> ImportPanel:
        """The import panel, created on first use."""
        panel = ImportPanel(self._session)
        self._add_panel(panel)
        panel.begun.connect(lambda: self._views.setCurrentWidget(panel))
        panel.people_imported.connect(self.refresh)
        panel.people_imported.connect(self.people_imported)
        panel.enrol_again_wanted.connect(self.reenrolment_wanted)
        return panel

    def refresh(self) -> None:
        """Read the list again."""
        self._reader.read()

    def show_person(self, person_id: str) -> None:
        """Clear the filters and select a person."""
        self._chosen = person_id
        self._clear_filters()
        self.refresh()

    def show_outdated(self) -> None:
        """List the people without a template of the current model."""
        self._clear_filters()
        self.filters.coverage.choose(TemplateCoverage.NONE)

    def close_topmost(self) -> bool:
        """Close the panel or form opened last; return False if none is open."""
        panel = self._views.currentWidget()
        if isinstance(panel, TransferPanel):
            return panel.close_panel() or panel.busy
        if self.card.close_form():
            return True
        if self.search.text():
            self.search.clear()
            return True
        return self.filters.reset()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("People"))
        self.search.setPlaceholderText(self.tr("Name, badge, group or note"))
        self.search.setAccessibleName(self.tr("Search by name, badge, group or note"))
        self.search.setToolTip(self.tr("Search by name, badge, group or note (Ctrl+F)"))
        self.enrol.setText(self.tr("Enrol a person"))
        self.enrol.setToolTip(self.tr("Enrol the person in front of the camera (Ctrl+N)"))
        self.table.setAccessibleName(self.tr("People enrolled"))
        self.model.retranslate()
        self._update_count()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self._search_icon.setIcon(icon("magnifying-glass", "muted"))
        self.enrol.setIcon(icon("user-plus", "on_accent"))
        self.update()

    def show_people_index(self, people_index: PeopleIndex) -> None:
        """Replace the list of people."""
        self._people_index = people_index
        self.retry_notice.show_error(None)
        self.filters.show_groups(people_index.groups)
        self.card.merge_pane.show_entries(people_index.entries)
        self._show_filtered()

    def _show_filtered(self) -> None:
        """Show the people that match the filters."""
        if self._people_index is None:
            return
        entries = self._filter.select(self._people_index.entries)
        self.table.show_entries(entries, self._chosen)
        if not entries:
            self.empty.show_reason(EmptyReason.NOT_FOUND if self._people_index.entries else EmptyReason.NO_PEOPLE)
        self._show(self.table if entries else self.empty)
        if not entries:
            self.card.show_details(None)
        self.filters.setVisible(bool(self._people_index.entries))
        self._update_count()

    @property
    def _filter(self) -> PeopleFilter:
        return self.filters.build_filter(self.search.text())

    def _show(self, part: QWidget) -> None:
        """Show the table or the reason why it is empty, and move the focus along."""
        before, focus = self._stack.currentWidget(), QApplication.focusWidget()
        self._stack.setCurrentWidget(part)
        is_inside = focus is None or (focus is not self.search and self.isAncestorOf(focus))
        if part is not before and is_inside and self.isVisible():
            (self.table if part is self.table else self.empty.step).setFocus()

    def _read_details(self) -> None:
        person = self.table.chosen
        if person is not None:
            self._chosen = person.id
            self._controller.read(person, self._show_details, self._fail_details)

    def _show_details(self, record: PersonRecord) -> None:
        person = record.details.person
        if self.table.chosen is not None and self.table.chosen.id == person.id:
            self.card.show_details(record.details, self._standing_of(person.id), record.thumbnails)

    def _standing_of(self, person_id: str) -> Standing:
        row = self.model.row_of(person_id)
        return Standing.ACTIVE if row is None else self.model.entry_at(row).standing

    def _fail_details(self, error: FacelatchError) -> None:
        """Show an error; ignore that the person was erased by another program, which the list will show."""
        if isinstance(error, UnknownPerson):
            self.refresh()
        else:
            self._fail(error)

    def _fail(self, error: FacelatchError) -> None:
        super()._fail(error)
        if not self.model.rowCount():
            self.empty.show_reason(EmptyReason.FAILED)

    def _try_again(self) -> None:
        if self._session.services is None:
            self._session.retry()
        self.refresh()

    def _clear_filters(self) -> None:
        self.search.clear()
        self.filters.reset()

    def _update_count(self) -> None:
        count = self.model.rowCount()
        words = self.tr("{count} found") if self._filter.is_set else self.tr("{count} enrolled")
        self.count.setText(words.format(count=value_texts.number(count)) if count else "")

    def _begin_export(self) -> None:
        people_index = self._people_index
        if people_index is not None and people_index.entries:
            listed = [self.model.entry_at(row).person for row in range(self.model.rowCount())]
            all_people = [entry.person for entry in people_index.entries]
            self._views.setCurrentWidget(self.export_panel)
            self.export_panel.begin(self.table.selected, listed, all_people)

    def _begin_import(self) -> None:
        self.import_panel.choose_file()

    def _add_panel(self, panel: TransferPanel) -> None:
        self._views.addWidget(panel)
        panel.closed.connect(self._close_panel)

    def _close_panel(self) -> None:
        self._views.setCurrentWidget(self._listing)
        self.transfer_menu.button.setFocus()

    def _reload(self) -> None:
        """Read again what has changed."""
        self.message.show_text()
        self.table.setFocus()
        self.refresh()

    def _report_traces(self) -> None:
        words = self.tr("Erased. Another program is using the database: the last traces are removed when it closes.")
        self.message.show_text(words)

    def _connect(self) -> None:
        self._reader.listed.connect(self.show_people_index)
        self._reader.failed.connect(self._fail)
        self.search.textChanged.connect(lambda _: self._show_filtered())
        self.filters.changed.connect(self._show_filtered)
        self.filters.sort_wanted.connect(self.table.sortByColumn)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self.filters.show_sorting)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._read_details())
        self.enrol.clicked.connect(self.enrol_wanted)
        self.retry_notice.retry_wanted.connect(self._try_again)
        self.empty.enrol_wanted.connect(self.enrol_wanted)
        self.empty.clear_wanted.connect(self._clear_filters)
        self.card.buttons.camera_wanted.connect(lambda: self.enrol_again_wanted.emit(self.card.person))
        self._controller.done.connect(self._reload)
        self._controller.traces_left.connect(self._report_traces)
        self._session.ready.connect(self.refresh)
        self.transfer_menu.export_wanted.connect(self._begin_export)
        self.transfer_menu.import_wanted.connect(self._begin_import)

    def _add_keys(self) -> None:
        for keys, action in (
            ("Ctrl+F", self.search.setFocus),
            ("Ctrl+N", self.enrol.click),
            ("F2", self.card.begin_edit),
        ):
            QShortcut(QKeySequence(keys), self, action)
        # Only in the list: in a text field, Del deletes a character.
        QShortcut(QKeySequence("Del"), self.table, self.card.begin_erase).setContext(Qt.ShortcutContext.WidgetShortcut)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(_LONGEST_SEARCH)
        self.search.setMinimumWidth(104)
        self.search.setMaximumWidth(320)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)
        for part in (self.empty, self.table):
            self._stack.addWidget(part)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.search, 3)
        head.addWidget(self.enrol)
        head.addWidget(self.transfer_menu)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(head)
        left.addWidget(self.filters)
        left.addWidget(self.retry_notice)
        left.addWidget(self.message)
        left.addLayout(self._stack, 1)
        row = QHBoxLayout(self._listing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self.card)
        self._views.addWidget(self._listing)
        self.setContentsMargins(8, 16, 16, 8)  # margins of the page itself, because a stacked layout ignores its own
        self.filters.hide()
        self.card.hide()
