"""The templates of a person, as a list that Qt can show."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from app.core.people import Template
from app.ui import texts, theme

_ROW = 56
_LINE = 18
_BAR = 56
_THICK = 6
_GOOD, _FAIR = 0.7, 0.4
_Index = QModelIndex | QPersistentModelIndex


class TemplateModel(QAbstractListModel):
    """A row for each template."""

    def __init__(self) -> None:
        super().__init__()
        self._templates: list[Template] = []

    def show_templates(self, templates: Sequence[Template]) -> None:
        """Replace all rows."""
        if [template.id for template in templates] != [template.id for template in self._templates]:
            self.beginResetModel()
            self._templates = list(templates)
            self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._templates)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A template in words; the tooltip has what may be cut."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            template = self._templates[index.row()]
            return f"{self.source(template)}\n{self.quality(template)} · {self.facts(template)}"
        return None

    def template_at(self, index: _Index) -> Template:
        """The template of a row."""
        return self._templates[index.row()]

    def source(self, template: Template) -> str:
        """Where it comes from."""
        return template.source or self.tr("Camera")

    def quality(self, template: Template) -> str:
        """How good it is."""
        return self.tr("Quality {percent} %").format(percent=round(template.quality * 100))

    def facts(self, template: Template) -> str:
        """Which model made it, and when."""
        return f"{template.embedding.model} · {texts.date(template.created_at)}"


class TemplateList(QListView):
    """Shows templates, a bar for the quality of each."""

    def __init__(self) -> None:
        super().__init__()
        self.templates = TemplateModel()
        self.setModel(self.templates)
        self.setItemDelegate(_TemplateDelegate(self))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class _TemplateDelegate(QStyledItemDelegate):
    """Two lines: where from and how good; which model and when."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Two lines and air."""
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        model = index.model()
        assert isinstance(model, TemplateModel)
        template = model.template_at(index)
        rect: QRect = option.rect.adjusted(0, 8, 0, -8)
        painter.save()
        percent = f"{round(template.quality * 100)} %"
        right = _BAR + 8 + painter.fontMetrics().horizontalAdvance("100 %")
        first = QRect(rect.left(), rect.top(), rect.width() - right - 8, _LINE)
        second = QRect(rect.left(), rect.top() + _LINE + 4, rect.width(), _LINE)
        _write(painter, first, model.source(template), "text")
        _write(painter, second, model.facts(template), "muted")
        score = QRect(rect.left(), rect.top(), rect.width(), _LINE)
        painter.setPen(theme.colour("text"))
        painter.drawText(score, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent)
        _paint_bar(
            painter, QRectF(rect.right() - right, first.center().y() - _THICK / 2 + 1, _BAR, _THICK), template.quality
        )
        painter.restore()


def _write(painter: QPainter, room: QRect, words: str, role: str) -> None:
    painter.setPen(theme.colour(role))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_bar(painter: QPainter, room: QRectF, share: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("outline"))
    painter.drawRoundedRect(room, _THICK / 2, _THICK / 2)
    painter.setBrush(theme.colour("good" if share >= _GOOD else "caution" if share >= _FAIR else "bad"))
    filled = QRectF(room.left(), room.top(), max(room.width() * share, _THICK), room.height())
    painter.drawRoundedRect(filled, _THICK / 2, _THICK / 2)
