"""The mirror: the camera's picture in a circle, in a ring that says how things stand."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen

from app.core.types import Image
from app.ui import theme
from app.ui.bridge import image_from
from app.ui.widgets.disc import paint_disc
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

_SMALLEST = 200
_LINE = 14
_GAP = 10
_BADGE = 0.18
"""Radius of the sign at the rim, over that of the ring."""


class MirrorDisc(Pane):
    """Shows a picture, or a sign in its place, within a ring of which a share is filled."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(_SMALLEST, _SMALLEST))
        self._image: QImage | None = None
        self._icon, self._role, self._share = "user-focus", "muted", 1.0

    @property
    def has_picture(self) -> bool:
        """Whether the camera's picture is shown."""
        return self._image is not None

    @property
    def share(self) -> float:
        """How much of the ring is filled, 0 to 1."""
        return self._share

    def show_picture(self, picture: Image | None) -> None:
        """Show this as a mirror does; None for the sign alone."""
        self._image = None if picture is None else image_from(picture).flipped(Qt.Orientation.Horizontal)
        self.update()

    def show_state(self, icon_name: str, role: str, share: float) -> None:
        """Show a sign, a colour, and how much of the ring is filled (0 to 1)."""
        if (icon_name, role, share) != (self._icon, self._role, self._share):
            self._icon, self._role, self._share = icon_name, role, share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ring, picture and sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        middle = QRectF(self.rect()).center()
        radius = min(self.width(), self.height()) / 2 - _LINE / 2 - 1
        self._paint_ring(painter, middle, radius)
        inner = radius - _LINE / 2 - _GAP
        if self._image is not None:
            paint_disc(painter, middle, inner, self._image)
            self._paint_badge(painter, middle + QPointF(radius, radius) * 0.707, radius * _BADGE)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawEllipse(middle, inner, inner)
            self._paint_sign(painter, middle, inner * 0.8)
        painter.end()

    def _paint_ring(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        square = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("outline"), _LINE))
        painter.drawEllipse(square)
        pen = QPen(theme.colour(self._role), _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._share >= 1:
            painter.drawEllipse(square)
        elif self._share > 0:
            painter.drawArc(square, 90 * 16, -round(self._share * 360 * 16))

    def _paint_badge(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        painter.setPen(QPen(theme.colour("surface"), 6))
        painter.setBrush(theme.colour("raised"))
        painter.drawEllipse(middle, radius, radius)
        self._paint_sign(painter, middle, radius * 1.3)

    def _paint_sign(self, painter: QPainter, middle: QPointF, side: float) -> None:
        place = QRectF(0, 0, side, side)
        place.moveCenter(middle)
        icon(self._icon, self._role).paint(painter, place.toRect())
