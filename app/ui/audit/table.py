"""The table of events."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView

from app.services.audit import AuditLine
from app.ui import theme
from app.ui.audit import words
from app.ui.audit.model import LINE_ROLE, AuditModel, Column
from app.ui.widgets.icons import icon
from app.ui.widgets.rows import ROW, SIDE, Index, RowTable

_SIGN = 18
_WIDTHS = {Column.WHEN: 168, Column.WHAT: 184, Column.WHO: 144, Column.BY: 96}
_NARROW_BELOW = 720
_NARROW_WIDTHS = {Column.WHEN: 168, Column.WHAT: 144, Column.WHO: 112, Column.BY: 0}


class AuditTable(RowTable):
    """One row an event, one row chosen.

    Args:
        model: Of the events.
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
            self.choose_row(row or 0)

    def add_newer(self, lines: list[AuditLine]) -> None:
        """Put new events on top; what is being read stands still."""
        scrolled = self.verticalScrollBar().value()
        self._events.prepend(lines)
        if scrolled:
            self.verticalScrollBar().setValue(scrolled + len(lines) * ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show less of each where there is little room."""
        narrow = self.width() < _NARROW_BELOW
        for column, width in (_NARROW_WIDTHS if narrow else _WIDTHS).items():
            self.setColumnWidth(column, width)
        self.setColumnHidden(Column.BY, narrow)
        super().resizeEvent(event)


def _paint_cell(painter: QPainter, room: QRect, index: Index) -> None:
    """Words, and a sign before what happened."""
    if index.column() == Column.WHAT:
        name, role = words.look(index.data(LINE_ROLE).event.entry.kind)
        sign = QRect(room.left(), room.center().y() - _SIGN // 2, _SIGN, _SIGN)
        icon(name, role).paint(painter, sign)
        room.setLeft(sign.right() + SIDE)
    painter.setPen(theme.colour("text" if index.column() in {Column.WHAT, Column.WHO} else "muted"))
    shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
