"""Events as a table that Qt can show, a page at a time."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.services.audit import AuditLine
from app.ui import texts
from app.ui.audit import words

_Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole


class Column(IntEnum):
    """What is shown of an event."""

    WHEN = 0
    WHAT = 1
    WHO = 2
    WHY = 3
    BY = 4


class AuditModel(QAbstractTableModel):
    """The newest first. Rows are put into words when they are looked at, once.

    Signals:
        more_wanted: The end of what is known comes into view.
    """

    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[AuditLine] = []
        self._shown: dict[int, tuple[str, ...]] = {}
        self.is_over = True

    def replace(self, lines: Sequence[AuditLine]) -> None:
        """Show these and no others."""
        self.beginResetModel()
        self._lines = list(lines)
        self._shown.clear()
        self.endResetModel()

    def append(self, lines: Sequence[AuditLine]) -> None:
        """Add older ones at the foot."""
        self._insert(len(self._lines), lines)

    def prepend(self, lines: Sequence[AuditLine]) -> None:
        """Add newer ones on top."""
        self._insert(0, lines)

    def line_at(self, row: int) -> AuditLine:
        """The event of a row."""
        return self._lines[row]

    def row_of(self, event_id: int) -> int | None:
        """The row of an event; None when it is not in the table."""
        return next((row for row, line in enumerate(self._lines) if line.event.id == event_id), None)

    def retranslate(self) -> None:
        """Say everything again."""
        self._shown.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, len(Column) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many events are known."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index | None = None) -> int:
        """How much is shown of each."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def canFetchMore(self, parent: _Index) -> bool:
        """Whether there are older ones."""
        return not parent.isValid() and not self.is_over

    def fetchMore(self, parent: _Index) -> None:
        """Ask for older ones; they come later."""
        if not parent.isValid():
            self.more_wanted.emit()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        line = self._lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._words(line)[index.column()]
        return line if role == LINE_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("When"), self.tr("What"), self.tr("Who"), self.tr("Details"), self.tr("By"))[section]

    def _insert(self, row: int, lines: Sequence[AuditLine]) -> None:
        if lines:
            self.beginInsertRows(QModelIndex(), row, row + len(lines) - 1)
            self._lines[row:row] = lines
            self.endInsertRows()

    def _words(self, line: AuditLine) -> tuple[str, ...]:
        entry = line.event.entry
        shown = self._shown.get(line.event.id)
        if shown is None:
            when, actor = texts.exact_moment(line.event.at), words.actor(entry.actor)
            shown = when, words.what(entry.kind), words.who(line), words.summary(line), actor
            self._shown[line.event.id] = shown
        return shown
