"""The people enrolled, as a table that Qt can show."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.services.roster import Coverage, Order, RosterEntry, ordered
from app.ui import texts
from app.ui.people import words

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """What is shown of a person."""

    NAME = 0
    BADGE = 1
    GROUPS = 2
    STANDING = 3
    TEMPLATES = 4
    ENROLLED = 5

    @property
    def order(self) -> Order:
        """What the column sorts by."""
        return list(Order)[self]


_AT_THE_RIGHT = {Column.TEMPLATES, Column.ENROLLED}


class PeopleModel(QAbstractTableModel):
    """A row for each person, sorted by the column chosen last."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[RosterEntry] = []
        self._column, self._descending = Column.NAME, False

    def show_entries(self, entries: Sequence[RosterEntry]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._entries = self._sorted(entries)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; whoever is chosen stays so."""
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

    def entry_at(self, row: int) -> RosterEntry:
        """The person of a row."""
        return self._entries[row]

    def row_of(self, person_id: str) -> int | None:
        """The row of a person; None when they are not in the table."""
        return next((row for row, entry in enumerate(self._entries) if entry.person.id == person_id), None)

    def retranslate(self) -> None:
        """Say the headings and dates again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.dataChanged.emit(self.index(0, 0), self.index(max(len(self._entries) - 1, 0), len(Column) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many people there are."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index | None = None) -> int:
        """How much is shown of each."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        entry, column = self._entries[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(entry, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words.order(column.order)}: {_spoken(entry, column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return _spoken(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _AT_THE_RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _AT_THE_RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return words.order(Column(section).order) if role == Qt.ItemDataRole.DisplayRole else None

    def _sorted(self, entries: Sequence[RosterEntry]) -> list[RosterEntry]:
        return ordered(entries, self._column.order, descending=self._descending)


def _cell(entry: RosterEntry, column: Column) -> str:
    person = entry.person
    match column:
        case Column.NAME:
            return person.name
        case Column.BADGE:
            return person.badge or ""
        case Column.GROUPS:
            return ", ".join(person.groups)
        case Column.STANDING:
            return words.standing(entry.standing)
        case Column.TEMPLATES:
            return texts.number(entry.usable)
        case Column.ENROLLED:
            return texts.date(person.created_at)


def _spoken(entry: RosterEntry, column: Column) -> str:
    """A cell with what its icon says."""
    said = _cell(entry, column)
    if column is Column.TEMPLATES and entry.coverage is not None:
        return words.coverage(entry.coverage) + ("" if entry.coverage is Coverage.NONE else f": {said}")
    return said
