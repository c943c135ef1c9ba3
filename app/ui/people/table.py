"""The table of people."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.core.people import Person
from app.services.roster import RosterEntry
from app.ui import theme
from app.ui.people.model import Column, PeopleModel
from app.ui.people.words import STANDING_LOOKS
from app.ui.widgets.icons import icon

_ROW = 40
_SIDE = 8
_SIGN = 16
_RADIUS = 8
_WIDTHS = {Column.BADGE: 88, Column.GROUPS: 128, Column.STANDING: 136, Column.TEMPLATES: 96, Column.ENROLLED: 112}
_NAME = 176
"""The least width of the name: columns that would leave it less are hidden."""

_FIRST_TO_GO = (Column.GROUPS, Column.ENROLLED, Column.BADGE, Column.TEMPLATES)
_Index = QModelIndex | QPersistentModelIndex


class PeopleTable(QTableView):
    """One row a person, one row chosen. A press on a heading sorts."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        self._people = model
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
        self._set_up_headings()

    @property
    def chosen(self) -> Person | None:
        """Whose row it is."""
        index = self.currentIndex()
        return self._people.entry_at(index.row()).person if index.isValid() else None

    def show_entries(self, entries: Sequence[RosterEntry], chosen: str | None) -> None:
        """Replace all rows; who was chosen stays so, or else whoever has come into that place, and nothing jumps.

        Args:
            entries: To be shown.
            chosen: The id of a person.
        """
        row, scrolled = max(self.currentIndex().row(), 0), self.verticalScrollBar().value()
        self._people.show_entries(entries)
        if not entries:
            return
        found = self._people.row_of(chosen) if chosen else 0
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        index = self._people.index(min(row, len(entries) - 1) if found is None else found, 0)
        self.verticalScrollBar().setValue(scrolled)
        self.selectionModel().setCurrentIndex(index, flags)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as leave the name its room."""
        super().resizeEvent(event)
        room = self.viewport().width() - _NAME - sum(_WIDTHS.values())
        for column in _FIRST_TO_GO:
            self.setColumnHidden(column, room < 0)
            room += _WIDTHS[column] if room < 0 else 0

    def _set_up_headings(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)


class _RowDelegate(QStyledItemDelegate):
    """Paints words, an icon before those that need one, and a rounded ground behind the chosen row."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            self._paint_ground(painter, rect)
        column, words = Column(index.column()), str(index.data(Qt.ItemDataRole.DisplayRole))
        at_right = column in {Column.TEMPLATES, Column.ENROLLED}
        room = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        sign = self._sign(index, column)
        if sign is not None:
            self._paint_sign(painter, room, sign, words, at_right=at_right)
            room.setLeft(room.left() + (0 if at_right else _SIGN + 8))
        painter.setPen(theme.colour("text" if column is Column.NAME else "muted"))
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    @staticmethod
    def _sign(index: _Index, column: Column) -> tuple[str, str] | None:
        model = index.model()
        assert isinstance(model, PeopleModel)
        entry = model.entry_at(index.row())
        if column is Column.STANDING:
            return STANDING_LOOKS[entry.standing]
        return ("warning", "caution") if column is Column.TEMPLATES and entry.coverage else None

    @staticmethod
    def _paint_sign(painter: QPainter, room: QRect, sign: tuple[str, str], words: str, *, at_right: bool) -> None:
        left = room.right() - painter.fontMetrics().horizontalAdvance(words) - _SIGN - 8 if at_right else room.left()
        icon(*sign).paint(painter, QRect(left, room.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN))

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        widget: QWidget = self._table.viewport()
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 2) if self._table.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover"))
        row = QRect(0, rect.top(), widget.width(), rect.height()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(row, _RADIUS, _RADIUS)
