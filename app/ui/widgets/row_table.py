"""A table with row selection and custom-painted cells, without a grid."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.ui import theme

ROW = 40
SIDE = 8
_RADIUS = 8

Index = QModelIndex | QPersistentModelIndex
PaintCell = Callable[[QPainter, QRect, Index], None]
"""Paints the content of a cell inside the given rectangle."""


class RowTable(QTableView):
    """A table that selects rows, not cells.

    Args:
        paint_cell: Paints the content of a cell.
    """

    def __init__(self, paint_cell: PaintCell) -> None:
        super().__init__()
        self.setItemDelegate(_RowDelegate(self, paint_cell))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def choose_row(self, row: int) -> None:
        """Select a row and scroll to it."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.model().index(row, 0), flags)


class _RowDelegate(QStyledItemDelegate):
    """Paints the background of the selected row, then the cell."""

    def __init__(self, table: QTableView, paint_cell: PaintCell) -> None:
        super().__init__(table)
        self._table = table
        self._paint_cell = paint_cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            self._paint_ground(painter, rect)
        self._paint_cell(painter, rect.adjusted(SIDE, 0, -SIDE, 0), index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 2) if self._table.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover"))
        row = QRect(0, rect.top(), self._table.viewport().width(), rect.height()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(row, _RADIUS, _RADIUS)
