"""The table of people and the placeholder for an empty one."""

from collections.abc import Sequence
from enum import IntEnum, StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from app.core.people import Person
from app.services.people.people_index import PeopleOrder, PersonEntry, TemplateCoverage, sort_entries
from app.ui import theme
from app.ui.texts import people_texts, value_texts
from app.ui.texts.people_texts import STANDING_ICONS
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Placeholder
from app.ui.widgets.row_table import Index, RowTable

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns."""

    NAME = 0
    BADGE = 1
    GROUPS = 2
    STANDING = 3
    TEMPLATES = 4
    ENROLLED = 5

    @property
    def order(self) -> PeopleOrder:
        """The sort order of the column."""
        return list(PeopleOrder)[self]


_AT_THE_RIGHT = {Column.TEMPLATES, Column.ENROLLED}


class PeopleModel(QAbstractTableModel):
    """The people as a Qt table model, sorted by the last chosen column."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[PersonEntry] = []
        self._column, self._descending = Column.NAME, False

    def show_entries(self, entries: Sequence[PersonEntry]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._entries = self._sorted(entries)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column and keep the selection."""
        self._column, self._descending = Column(column), order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._entries[index.row()].person.id for index in before]
        self._entries = self._sorted(self._entries)
        rows = {entry.person.id: row for row, entry in enumerate(self._entries)} if ids else {}
        self.changePersistentIndexList(
            before, [self.index(rows[id_], index.column()) for id_, index in zip(ids, before, strict=True)]
        )
        self.layoutChanged.emit()

    def entry_at(self, row: int) -> PersonEntry:
        """Return the person of a row."""
        return self._entries[row]

    def row_of(self, person_id: str) -> int | None:
        """Return the row of a person; None if the table does not contain them."""
        return next((row for row, entry in enumerate(self._entries) if entry.person.id == person_id), None)

    def retranslate(self) -> None:
        """Update headings and dates for a new language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.dataChanged.emit(self.index(0, 0), self.index(max(len(self._entries) - 1, 0), len(Column) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of people."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the content of a cell."""
        entry, column = self._entries[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(entry, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{people_texts.order_text(column.order)}: {_accessible_text(entry, column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return _accessible_text(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _AT_THE_RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the heading of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _AT_THE_RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return people_texts.order_text(Column(section).order) if role == Qt.ItemDataRole.DisplayRole else None

    def _sorted(self, entries: Sequence[PersonEntry]) -> list[PersonEntry]:
        return sort_entries(entries, self._column.order, descending=self._descending)


def _cell_text(entry: PersonEntry, column: Column) -> str:
    person = entry.person
    match column:
        case Column.NAME:
            return person.name
        case Column.BADGE:
            return person.badge or ""
        case Column.GROUPS:
            return ", ".join(person.groups)
        case Column.STANDING:
            return people_texts.standing_text(entry.standing)
        case Column.TEMPLATES:
            return value_texts.number(entry.usable)
        case Column.ENROLLED:
            return value_texts.date(person.created_at)


def _accessible_text(entry: PersonEntry, column: Column) -> str:
    """Return a cell's text with the meaning of its icon."""
    text = _cell_text(entry, column)
    if column is Column.TEMPLATES and entry.coverage is not None:
        return people_texts.coverage_text(entry.coverage) + (
            "" if entry.coverage is TemplateCoverage.NONE else f": {text}"
        )
    return text


_ICON = 16
_WIDTHS = {Column.BADGE: 88, Column.GROUPS: 128, Column.STANDING: 136, Column.TEMPLATES: 96, Column.ENROLLED: 112}
_NAME = 176
"""Minimum width of the name in pixels: columns that would leave less are hidden."""

_FIRST_TO_GO = (Column.GROUPS, Column.ENROLLED, Column.BADGE, Column.TEMPLATES)


class PeopleTable(RowTable):
    """One row per person; several rows can be selected for an export, and a click on a heading sorts."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__(_paint_cell)
        self._people = model
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._set_up_headings()

    @property
    def chosen(self) -> Person | None:
        """The person of the current row."""
        index = self.currentIndex()
        return self._people.entry_at(index.row()).person if index.isValid() else None

    @property
    def selected(self) -> list[Person]:
        """The people of all selected rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._people.entry_at(row).person for row in rows]

    def show_entries(self, entries: Sequence[PersonEntry], chosen: str | None) -> None:
        """Replace all rows. Keep the current person, or else the current row, and the scroll position.

        Args:
            entries: The people to list.
            chosen: Id of the current person.
        """
        row, scrolled = max(self.currentIndex().row(), 0), self.verticalScrollBar().value()
        self._people.show_entries(entries)
        if not entries:
            return
        found = self._people.row_of(chosen) if chosen else 0
        self.verticalScrollBar().setValue(scrolled)
        self.choose_row(min(row, len(entries) - 1) if found is None else found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the columns that leave too little width for the name."""
        super().resizeEvent(event)
        room = self.viewport().width() - _NAME - sum(_WIDTHS.values())
        for column in _FIRST_TO_GO:
            self.setColumnHidden(column, room < 0)
            room += _WIDTHS[column] if room < 0 else 0

    def _set_up_headings(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)


def _paint_cell(painter: QPainter, room: QRect, index: Index) -> None:
    """Paint the text, with an icon where the column has one."""
    column, words = Column(index.column()), str(index.data(Qt.ItemDataRole.DisplayRole))
    at_right = column in {Column.TEMPLATES, Column.ENROLLED}
    sign = _icon_of(index, column)
    if sign is not None:
        _paint_icon(painter, room, sign, words, at_right=at_right)
        room.setLeft(room.left() + (0 if at_right else _ICON + 8))
    painter.setPen(theme.colour("text" if column is Column.NAME else "muted"))
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)


def _icon_of(index: Index, column: Column) -> tuple[str, str] | None:
    model = index.model()
    assert isinstance(model, PeopleModel)
    entry = model.entry_at(index.row())
    if column is Column.STANDING:
        return STANDING_ICONS[entry.standing]
    return ("warning", "caution") if column is Column.TEMPLATES and entry.coverage else None


def _paint_icon(painter: QPainter, room: QRect, sign: tuple[str, str], words: str, *, at_right: bool) -> None:
    left = room.right() - painter.fontMetrics().horizontalAdvance(words) - _ICON - 8 if at_right else room.left()
    icon(*sign).paint(painter, QRect(left, room.center().y() - _ICON // 2 + 1, _ICON, _ICON))


class EmptyReason(StrEnum):
    """Why the list is empty."""

    READING = "reading"
    NO_PEOPLE = "no-people"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyPeoplePane(Placeholder):
    """Says reason the list is empty and offers the next step.

    Signals:
        enrol_wanted: Enrol the first person.
        clear_wanted: Clear the filters.
    """

    enrol_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("users-three")
        self._reason = EmptyReason.READING
        self.step.clicked.connect(self._do_next_step)
        self.retranslate()

    def show_reason(self, reason: EmptyReason) -> None:
        """Show a reason."""
        self._reason = reason
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.tell(*self._words(), icon="magnifying-glass" if self._reason is EmptyReason.NOT_FOUND else "users-three")

    def _words(self) -> tuple[str, str, str]:
        match self._reason:
            case EmptyReason.READING:
                return self.tr("Reading the list of people"), "", ""
            case EmptyReason.FAILED:
                return self.tr("The list of people cannot be read"), "", ""
            case EmptyReason.NO_PEOPLE:
                lead = self.tr("Enrol the first person in front of the camera.")
                return self.tr("No people enrolled yet"), lead, self.tr("Enrol a person")
            case EmptyReason.NOT_FOUND:
                lead = self.tr("Shorten the search, or remove a filter.")
                return self.tr("No people match"), lead, self.tr("Show all")

    def _do_next_step(self) -> None:
        (self.clear_wanted if self._reason is EmptyReason.NOT_FOUND else self.enrol_wanted).emit()
