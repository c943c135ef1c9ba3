"""The progress of an enrolment as a ring of ticks."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from app.ui import theme
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

_TICKS = 40
_SIZE = 168
_GLYPH = 64


class Ring(Pane):
    """Ticks that fill as pictures are taken, around an icon."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(_SIZE, _SIZE))
        self._share = 0.0
        self._glyph, self._role = "user-focus", "muted"

    def show_progress(self, share: float, glyph: str, role: str) -> None:
        """Fill a share of the ring (0 to 1), in a role's colour."""
        if (share, glyph, role) != (self._share, self._glyph, self._role):
            self._share, self._glyph, self._role = share, glyph, role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ticks and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRectF(self.rect()).center()
        filled = round(self._share * _TICKS)
        for tick in range(_TICKS):
            role = self._role if tick < filled else "outline"
            painter.setPen(QPen(theme.colour(role), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            angle = 2 * math.pi * tick / _TICKS - math.pi / 2
            way = QPointF(math.cos(angle), math.sin(angle))
            painter.drawLine(middle + way * (_SIZE / 2 - 18), middle + way * (_SIZE / 2 - 6))
        place = QRectF(0, 0, _GLYPH, _GLYPH)
        place.moveCenter(middle)
        icon(self._glyph, self._role).paint(painter, place.toRect())
        painter.end()
