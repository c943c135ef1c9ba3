"""The people enrolled, as a table that Qt can show."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.core.people import Person
from app.ui import texts

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """What is shown of a person."""

    NAME = 0
    TEMPLATES = 1
    ENROLLED = 2


class PeopleModel(QAbstractTableModel):
    """A row for each person, in the order in which they are given."""

    def __init__(self) -> None:
        super().__init__()
        self._people: list[Person] = []

    def show_people(self, people: Sequence[Person]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._people = list(people)
        self.endResetModel()

    def person_at(self, row: int) -> Person:
        """The person of a row."""
        return self._people[row]

    def row_of(self, person_id: str) -> int | None:
        """The row of a person; None when they are not in the table."""
        return next((row for row, person in enumerate(self._people) if person.id == person_id), None)

    def retranslate(self) -> None:
        """Say the headings and dates again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.dataChanged.emit(self.index(0, 0), self.index(max(len(self._people) - 1, 0), len(Column) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many people there are."""
        return 0 if parent is not None and parent.isValid() else len(self._people)

    def columnCount(self, parent: _Index | None = None) -> int:
        """How much is shown of each."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        person = self._people[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._cell(person, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.NAME:
            return person.name
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != Column.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == Column.NAME else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Name"), self.tr("Templates"), self.tr("Enrolled"))[section]

    @staticmethod
    def _cell(person: Person, column: Column) -> str:
        match column:
            case Column.NAME:
                return person.name
            case Column.TEMPLATES:
                return texts.number(person.templates)
            case Column.ENROLLED:
                return texts.date(person.created_at)
