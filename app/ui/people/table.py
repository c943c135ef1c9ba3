"""The table of people."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from app.core.people import Person
from app.services.roster import RosterEntry
from app.ui import theme
from app.ui.people.model import Column, PeopleModel
from app.ui.people.words import STANDING_LOOKS
from app.ui.widgets.icons import icon
from app.ui.widgets.rows import Index, RowTable

_SIGN = 16
_WIDTHS = {Column.BADGE: 88, Column.GROUPS: 128, Column.STANDING: 136, Column.TEMPLATES: 96, Column.ENROLLED: 112}
_NAME = 176
"""The least width of the name: columns that would leave it less are hidden."""

_FIRST_TO_GO = (Column.GROUPS, Column.ENROLLED, Column.BADGE, Column.TEMPLATES)


class PeopleTable(RowTable):
    """One row a person; one is shown, more can be selected for an export. A press on a heading sorts."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__(_paint_cell)
        self._people = model
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._set_up_headings()

    @property
    def chosen(self) -> Person | None:
        """Whose row it is."""
        index = self.currentIndex()
        return self._people.entry_at(index.row()).person if index.isValid() else None

    @property
    def selected(self) -> list[Person]:
        """Whose rows are selected: by Ctrl or Shift, more than the one that is shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._people.entry_at(row).person for row in rows]

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
        self.verticalScrollBar().setValue(scrolled)
        self.choose_row(min(row, len(entries) - 1) if found is None else found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as leave the name its room."""
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
    """Words, and an icon before those that need one."""
    column, words = Column(index.column()), str(index.data(Qt.ItemDataRole.DisplayRole))
    at_right = column in {Column.TEMPLATES, Column.ENROLLED}
    sign = _sign(index, column)
    if sign is not None:
        _paint_sign(painter, room, sign, words, at_right=at_right)
        room.setLeft(room.left() + (0 if at_right else _SIGN + 8))
    painter.setPen(theme.colour("text" if column is Column.NAME else "muted"))
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)


def _sign(index: Index, column: Column) -> tuple[str, str] | None:
    model = index.model()
    assert isinstance(model, PeopleModel)
    entry = model.entry_at(index.row())
    if column is Column.STANDING:
        return STANDING_LOOKS[entry.standing]
    return ("warning", "caution") if column is Column.TEMPLATES and entry.coverage else None


def _paint_sign(painter: QPainter, room: QRect, sign: tuple[str, str], words: str, *, at_right: bool) -> None:
    left = room.right() - painter.fontMetrics().horizontalAdvance(words) - _SIGN - 8 if at_right else room.left()
    icon(*sign).paint(painter, QRect(left, room.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN))
