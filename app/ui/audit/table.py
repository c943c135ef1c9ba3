"""The table of events."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.services.audit import AuditLine
from app.ui import theme
from app.ui.audit import words
from app.ui.audit.model import LINE_ROLE, AuditModel, Column
from app.ui.widgets.icons import icon

_ROW, _SIDE, _RADIUS, _SIGN = 40, 8, 8, 18
_WIDTHS = {Column.WHEN: 168, Column.WHAT: 184, Column.WHO: 144, Column.BY: 96}
_NARROW_BELOW = 720
_NARROW_WIDTHS = {Column.WHEN: 168, Column.WHAT: 144, Column.WHO: 112, Column.BY: 0}
_Index = QModelIndex | QPersistentModelIndex


class AuditTable(QTableView):
    """One row an event, one row chosen.

    Args:
        model: Of the events.
    """

    def __init__(self, model: AuditModel) -> None:
        super().__init__()
        self._events = model
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.WHY, QHeaderView.ResizeMode.Stretch)

    @property
    def chosen(self) -> AuditLine | None:
        """The event whose row it is."""
        index = self.currentIndex()
        return self._events.line_at(index.row()) if index.isValid() else None

    def show_lines(self, lines: list[AuditLine], chosen: int | None) -> None:
        """Replace all rows; what was chosen stays so if it is among them, else the newest is.

        Args:
            lines: To be shown.
            chosen: The id of an event.
        """
        self._events.replace(lines)
        if lines:
            row = self._events.row_of(chosen) if chosen is not None else None
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._events.index(row or 0, 0), flags)

    def add_newer(self, lines: list[AuditLine]) -> None:
        """Put new events on top; what is being read stands still."""
        scrolled = self.verticalScrollBar().value()
        self._events.prepend(lines)
        if scrolled:
            self.verticalScrollBar().setValue(scrolled + len(lines) * _ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show less of each where there is little room."""
        narrow = self.width() < _NARROW_BELOW
        for column, width in (_NARROW_WIDTHS if narrow else _WIDTHS).items():
            self.setColumnWidth(column, width)
        self.setColumnHidden(Column.BY, narrow)
        super().resizeEvent(event)


class _RowDelegate(QStyledItemDelegate):
    """Paints words, a sign before what happened, and a rounded ground behind the chosen row."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            self._paint_ground(painter, rect)
        room = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        if index.column() == Column.WHAT:
            name, role = words.look(index.data(LINE_ROLE).event.entry.kind)
            sign = QRect(room.left(), rect.center().y() - _SIGN // 2, _SIGN, _SIGN)
            icon(name, role).paint(painter, sign)
            room.setLeft(sign.right() + _SIDE)
        painter.setPen(theme.colour("text" if index.column() in {Column.WHAT, Column.WHO} else "muted"))
        shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 2) if self._table.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover"))
        row = QRect(0, rect.top(), self._table.viewport().width(), rect.height()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(row, _RADIUS, _RADIUS)
