"""The table of audit events and the placeholder for an empty one."""

from collections.abc import Sequence
from enum import IntEnum, StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView

from app.services.audit.audit_service import AuditLine
from app.ui import theme
from app.ui.texts import audit_texts, value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Placeholder
from app.ui.widgets.row_table import ROW, SIDE, Index, RowTable

_Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole


class Column(IntEnum):
    """The columns."""

    WHEN = 0
    WHAT = 1
    WHO = 2
    WHY = 3
    BY = 4


class AuditModel(QAbstractTableModel):
    """Events as a Qt table model, the newest first; texts are created when a row is first displayed.

    Signals:
        more_wanted: The user scrolled to the last known event.
    """

    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[AuditLine] = []
        self._shown: dict[int, tuple[str, ...]] = {}
        self.is_complete = True

    def replace(self, lines: Sequence[AuditLine]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._lines = list(lines)
        self._shown.clear()
        self.endResetModel()

    def append(self, lines: Sequence[AuditLine]) -> None:
        """Append older events."""
        self._insert(len(self._lines), lines)

    def prepend(self, lines: Sequence[AuditLine]) -> None:
        """Prepend newer events."""
        self._insert(0, lines)

    def line_at(self, row: int) -> AuditLine:
        """Return the event of a row."""
        return self._lines[row]

    def row_of(self, event_id: int) -> int | None:
        """Return the row of an event; None if the table does not contain it."""
        return next((row for row, line in enumerate(self._lines) if line.event.id == event_id), None)

    def retranslate(self) -> None:
        """Update all texts for a new language."""
        self._shown.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, len(Column) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of events read so far."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def canFetchMore(self, parent: _Index) -> bool:
        """Return whether older events may exist."""
        return not parent.isValid() and not self.is_complete

    def fetchMore(self, parent: _Index) -> None:
        """Request older events, which arrive later."""
        if not parent.isValid():
            self.more_wanted.emit()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the content of a cell."""
        line = self._lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._words(line)[index.column()]
        return line if role == LINE_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the heading of a column."""
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
            when, actor = value_texts.exact_moment(line.event.at), audit_texts.actor_name(entry.actor)
            shown = (
                when,
                audit_texts.event_name(entry.kind),
                audit_texts.subject_name(line),
                audit_texts.summary(line),
                actor,
            )
            self._shown[line.event.id] = shown
        return shown


_SIGN = 18
_WIDTHS = {Column.WHEN: 168, Column.WHAT: 184, Column.WHO: 144, Column.BY: 96}
_NARROW_BELOW = 720
_NARROW_WIDTHS = {Column.WHEN: 168, Column.WHAT: 144, Column.WHO: 112, Column.BY: 0}


class AuditTable(RowTable):
    """One row per event with single selection.

    Args:
        model: The events.
    """

    def __init__(self, model: AuditModel) -> None:
        super().__init__(_paint_cell)
        self._events = model
        self.setModel(model)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(Column.WHY, QHeaderView.ResizeMode.Stretch)

    @property
    def chosen(self) -> AuditLine | None:
        """The selected event."""
        index = self.currentIndex()
        return self._events.line_at(index.row()) if index.isValid() else None

    def show_lines(self, lines: list[AuditLine], chosen: int | None) -> None:
        """Replace all rows and keep the selected event, or else select the newest.

        Args:
            lines: The events to list.
            chosen: Id of the selected event.
        """
        self._events.replace(lines)
        if lines:
            row = self._events.row_of(chosen) if chosen is not None else None
            self.choose_row(row or 0)

    def add_newer(self, lines: list[AuditLine]) -> None:
        """Prepend new events and keep the scroll position."""
        scrolled = self.verticalScrollBar().value()
        self._events.prepend(lines)
        if scrolled:
            self.verticalScrollBar().setValue(scrolled + len(lines) * ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reduce the columns in a narrow window."""
        narrow = self.width() < _NARROW_BELOW
        for column, width in (_NARROW_WIDTHS if narrow else _WIDTHS).items():
            self.setColumnWidth(column, width)
        self.setColumnHidden(Column.BY, narrow)
        super().resizeEvent(event)


def _paint_cell(painter: QPainter, room: QRect, index: Index) -> None:
    """Paint the text, with an icon in the event column."""
    if index.column() == Column.WHAT:
        name, role = audit_texts.event_icon(index.data(LINE_ROLE).event.entry.kind)
        sign = QRect(room.left(), room.center().y() - _SIGN // 2, _SIGN, _SIGN)
        icon(name, role).paint(painter, sign)
        room.setLeft(sign.right() + SIDE)
    painter.setPen(theme.colour("text" if index.column() in {Column.WHAT, Column.WHO} else "muted"))
    shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class EmptyReason(StrEnum):
    """Why the list is empty."""

    READING = "reading"
    NOTHING = "nothing"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyAuditPane(Placeholder):
    """Says reason the list is empty and offers the next step.

    Signals:
        clear_wanted: Clear the filters.
    """

    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("clock-counter-clockwise")
        self._reason = EmptyReason.READING
        self.step.clicked.connect(self.clear_wanted)
        self.retranslate()

    def show_reason(self, reason: EmptyReason) -> None:
        """Show a reason."""
        self._reason = reason
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        icon = "magnifying-glass" if self._reason is EmptyReason.NOT_FOUND else "clock-counter-clockwise"
        self.tell(*self._words(), icon=icon)

    def _words(self) -> tuple[str, str, str]:
        match self._reason:
            case EmptyReason.READING:
                return self.tr("Reading the audit log"), "", ""
            case EmptyReason.FAILED:
                return self.tr("The audit log cannot be read"), "", ""
            case EmptyReason.NOTHING:
                lead = self.tr("Enrolments, recognitions and rejections are listed here with their reasons.")
                return self.tr("No events yet"), lead, ""
            case EmptyReason.NOT_FOUND:
                lead = self.tr("Remove a filter to see more.")
                return self.tr("No events match"), lead, self.tr("Show everything")
