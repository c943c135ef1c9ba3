"""Icons from the Phosphor family in theme colours, and round images."""

from functools import lru_cache

import qtawesome
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QIcon, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from app.core.paths import resources_dir
from app.ui import theme


def icon(name: str, role: str = "text", colours: theme.Colours | None = None) -> QIcon:
    """Return an icon in the colour of a theme role.

    Args:
        name: Name in the Phosphor family, for example `warning`.
        role: Role of the colour.
        colours: The palette; None for the current one.
    """
    return _cached_icon(name, theme.colour(role, colours).name(), theme.colour("muted", colours).name())


@lru_cache(maxsize=256)
def _cached_icon(name: str, colour: str, disabled: str) -> QIcon:
    """Return a cached icon: a look-up takes longer than painting."""
    made: QIcon = qtawesome.icon(f"ph.{name}", color=colour, color_disabled=disabled)
    return made


def app_icon() -> QIcon:
    """Return the application's icon."""
    return QIcon(str(resources_dir() / "icons" / "facelatch.svg"))


class Glyph(QWidget):
    """An icon on its own; its meaning must also be given as text beside it.

    Args:
        name: Name in the Phosphor family.
        role: Role of its colour.
        size: Side in pixels.
    """

    def __init__(self, name: str, role: str = "text", size: int = 24) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(QSize(size, size))

    def show_icon(self, name: str, role: str) -> None:
        """Show another icon.

        Args:
            name: Name in the Phosphor family.
            role: Role of its colour.
        """
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        icon(self._name, self._role).paint(painter, QRectF(self.rect()).toRect())
        painter.end()


def paint_disc(painter: QPainter, middle: QPointF, radius: float, image: QImage) -> None:
    """Paint an image cropped to a circle.

    Args:
        painter: The active painter.
        middle: Centre of the circle in pixels.
        radius: Radius in pixels.
        image: The image; its shorter side fills the circle.
    """
    scale = 2 * radius / min(image.width(), image.height())
    corner = middle - QPointF(image.width(), image.height()) * (scale / 2)
    brush = QBrush(image)
    brush.setTransform(QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawEllipse(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius))
