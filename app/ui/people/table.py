"""The table of people."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPen
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
from app.ui import theme
from app.ui.people.model import Column, PeopleModel

_ROW = 40
_SIDE = 8
_RADIUS = 8
_Index = QModelIndex | QPersistentModelIndex


class PeopleTable(QTableView):
    """One row a person, one row chosen."""

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
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(Column.TEMPLATES, 96)
        self.setColumnWidth(Column.ENROLLED, 112)

    @property
    def chosen(self) -> Person | None:
        """Whose row it is."""
        index = self.currentIndex()
        return self._people.person_at(index.row()) if index.isValid() else None

    def show_people(self, people: list[Person], chosen: str | None) -> None:
        """Replace all rows; who was chosen stays so, or else whoever has come into that place, and nothing jumps.

        Args:
            people: To be shown.
            chosen: The id of a person.
        """
        row, scrolled = max(self.currentIndex().row(), 0), self.verticalScrollBar().value()
        self._people.show_people(people)
        if not people:
            return
        found = self._people.row_of(chosen) if chosen else 0
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        index = self._people.index(min(row, len(people) - 1) if found is None else found, 0)
        self.verticalScrollBar().setValue(scrolled)
        self.selectionModel().setCurrentIndex(index, flags)


class _RowDelegate(QStyledItemDelegate):
    """Paints words, and a rounded ground behind the chosen row."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        rect: QRect = option.rect
        widget: QWidget = self._table.viewport()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setClipRect(rect)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), 2) if self._table.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            row = QRect(0, rect.top(), widget.width(), rect.height()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(row, _RADIUS, _RADIUS)
        painter.setPen(theme.colour("text" if index.column() == Column.NAME else "muted"))
        side = Qt.AlignmentFlag.AlignLeft if index.column() == Column.NAME else Qt.AlignmentFlag.AlignRight
        room = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()
