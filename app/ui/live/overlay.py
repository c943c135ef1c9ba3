"""Marks over the picture: brackets around each face and a tag below the chin."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.ui import theme
from app.ui.texts.decision_texts import DecisionLook
from app.ui.widgets.icons import icon

_COLOURS = theme.DARK
"""Colours of the marks in every theme; tags have a dark background because the picture behind is arbitrary."""

_TAG_HEIGHT = 32.0
_ICON = 18.0


@dataclass(frozen=True, slots=True)
class FaceMark:
    """Mark of one face.

    Attributes:
        box: Bounding box in widget coordinates, in pixels.
        look: Icon and colour.
        words: Text of the tag.
    """

    box: QRectF
    look: DecisionLook
    words: str


def paint_face_mark(painter: QPainter, mark: FaceMark, bounds: QRectF) -> None:
    """Paint the brackets and the tag of a face.

    Args:
        painter: Active painter of the widget.
        mark: The face.
        bounds: Area that the tag must not leave, in widget coordinates.
    """
    colour = theme.colour(mark.look.role, _COLOURS)
    _paint_brackets(painter, mark.box, colour)
    _paint_tag(painter, mark, bounds)


def _paint_brackets(painter: QPainter, box: QRectF, colour: QColor) -> None:
    path = brackets(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen_colour, width in ((QColor(0, 0, 0, 120), 5.0), (colour, 3.0)):
        pen = QPen(pen_colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)


def brackets(box: QRectF) -> QPainterPath:
    """Return a path of four rounded corners."""
    arm = min(box.width(), box.height()) * 0.2
    radius = min(arm * 0.6, 16.0)
    path = QPainterPath()
    for corner, x, y in corners(box):
        path.moveTo(corner + QPointF(0, y * arm))
        path.lineTo(corner + QPointF(0, y * radius))
        path.quadTo(corner, corner + QPointF(x * radius, 0))
        path.lineTo(corner + QPointF(x * arm, 0))
    return path


def corners(box: QRectF) -> tuple[tuple[QPointF, int, int], ...]:
    """Return each corner with the direction (x, y), ±1, in which the box lies from it."""
    return (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomRight(), -1, -1),
        (box.bottomLeft(), 1, -1),
    )


def _paint_tag(painter: QPainter, mark: FaceMark, bounds: QRectF) -> None:
    font = QFont(painter.font())
    font.setPixelSize(15)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    room = bounds.width() - 16 - _ICON - 32
    words = metrics.elidedText(mark.words, Qt.TextElideMode.ElideRight, max(room, 24.0))
    tag = tag_rect(mark.box, metrics.horizontalAdvance(words) + _ICON + 32, bounds)
    ground = theme.colour("scrim", _COLOURS)
    ground.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(tag, 8, 8)
    sign = QRectF(tag.left() + 10, tag.center().y() - _ICON / 2, _ICON, _ICON)
    icon(mark.look.icon, mark.look.role, _COLOURS).paint(painter, sign.toRect())
    painter.setPen(theme.colour(mark.look.role, _COLOURS))
    painter.drawText(tag.adjusted(_ICON + 18, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, words)


def tag_rect(box: QRectF, width: float, bounds: QRectF) -> QRectF:
    """Return the rectangle of a tag: below the box, moved inside the bounds.

    Args:
        box: Bounding box of the face.
        width: Of the tag, in pixels.
        bounds: Area that the tag must not leave.
    """
    left = min(max(box.center().x() - width / 2, bounds.left() + 8), bounds.right() - 8 - width)
    top = min(box.bottom() + 12, bounds.bottom() - 8 - _TAG_HEIGHT)
    return QRectF(left, max(top, bounds.top() + 8), width, _TAG_HEIGHT)
