"""A short list with two lines of text per row and single selection."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import theme
from app.ui.texts import value_texts

_ROW = 56
_LINE = 18
_SIDE = 8
_PICTURE = 40
_BAR = 56
_THICK = 6
_GOOD, _FAIR = 0.7, 0.4
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """One row.

    Attributes:
        key: Identifies the row.
        first: First line of text.
        second: Second line of text.
        more: Further details for the tooltip and for screen readers.
        share: Value from 0 to 1, shown as a bar and as a percentage; None for no bar.
        picture: Image beside the text; None for no image.
        faded: Whether the item is not in use.
    """

    key: str
    first: str
    second: str
    more: str = ""
    share: float | None = None
    picture: QImage | None = field(default=None, compare=False)
    faded: bool = False


class LineModel(QAbstractListModel):
    """The rows as a Qt list model."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []

    @property
    def lines(self) -> Sequence[Line]:
        """All rows."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a row; the tooltip contains text that may be cut."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            line = self._lines[index.row()]
            first = line.first if line.share is None else f"{line.first} · {_percent(line)}"
            return "\n".join(part for part in (first, line.second, line.more) if part)
        return None


class LineList(QListView):
    """A list as high as its content; the surrounding page scrolls.

    Signals:
        line_chosen: The selection has changed.
    """

    line_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines = LineModel()
        self.setModel(self.lines)
        self.setItemDelegate(_LineDelegate(self))
        self.setUniformItemSizes(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for hide in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            hide(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(lambda *_: self.line_chosen.emit())

    @property
    def chosen(self) -> str | None:
        """The key of the selected row."""
        index = self.currentIndex()
        return self.lines.lines[index.row()].key if index.isValid() else None

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace all rows and keep the selection."""
        if list(lines) == list(self.lines.lines):
            return
        chosen = self.chosen
        self.lines.show_lines(lines)
        rows = {line.key: row for row, line in enumerate(lines)}
        if chosen in rows:
            self.choose_row(rows[chosen])
        self.setVisible(bool(lines))
        self.setFixedHeight(len(lines) * _ROW + 2 * self.frameWidth())
        self.line_chosen.emit()

    def choose_row(self, row: int) -> None:
        """Select a row."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.lines.index(row), flags)


class _LineDelegate(QStyledItemDelegate):
    """Paints image, two lines and bar."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the height of two lines and padding."""
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        model = index.model()
        assert isinstance(model, LineModel)
        line, room = model.lines[index.row()], QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), 8, 8)
        room.adjust(_SIDE, 8, -_SIDE, -8)
        if line.picture is not None:
            painter.drawImage(QRect(room.left(), room.top(), _PICTURE, _PICTURE), line.picture)
            room.setLeft(room.left() + _PICTURE + 8)
        _paint_words(painter, room, line)
        painter.restore()


def _paint_words(painter: QPainter, room: QRect, line: Line) -> None:
    first = QRect(room.left(), room.top(), room.width(), _LINE)
    if line.share is not None:
        right = _BAR + 8 + painter.fontMetrics().horizontalAdvance("100 %")
        painter.setPen(theme.colour("muted" if line.faded else "text"))
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _percent(line))
        bar = QRectF(first.right() - right, first.center().y() - _THICK / 2 + 1, _BAR, _THICK)
        first.setWidth(first.width() - right - 8)
        _paint_bar(painter, bar, line)
    _write(painter, first, line.first, "muted" if line.faded else "text")
    _write(painter, QRect(room.left(), room.top() + _LINE + 4, room.width(), _LINE), line.second, "muted")


def _write(painter: QPainter, room: QRect, words: str, role: str) -> None:
    painter.setPen(theme.colour(role))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_bar(painter: QPainter, room: QRectF, line: Line) -> None:
    assert line.share is not None
    role = "good" if line.share >= _GOOD else "caution" if line.share >= _FAIR else "bad"
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("outline"))
    painter.drawRoundedRect(room, _THICK / 2, _THICK / 2)
    painter.setBrush(theme.colour("edge" if line.faded else role))
    filled = QRectF(room.left(), room.top(), max(room.width() * line.share, _THICK), room.height())
    painter.drawRoundedRect(filled, _THICK / 2, _THICK / 2)


def _percent(line: Line) -> str:
    assert line.share is not None
    return f"{value_texts.number(round(line.share * 100))} %"
