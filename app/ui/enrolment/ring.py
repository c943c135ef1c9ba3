"""The progress of an enrolment: the face in a ring of ticks, and the pictures that were kept."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen

from app.ui import theme
from app.ui.widgets.disc import paint_disc
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

_TICKS = 60
_SIZE = 216
_SMALLEST = 120
_FACE = 84
_GLYPH = 72
_BADGE = 22
_KEPT = 40
_GAP = 8


class Ring(Pane):
    """Ticks that fill as pictures are taken, around the face, or around an icon where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(_SMALLEST, _SMALLEST))
        self.setMaximumSize(QSize(_SIZE, _SIZE))
        self.share = 0.0
        self._glyph, self._role = "user-focus", "muted"
        self._face: QImage | None = None

    def show_progress(self, share: float, glyph: str, role: str) -> None:
        """Fill a share of the ring (0 to 1), in a role's colour."""
        if (share, glyph, role) != (self.share, self._glyph, self._role):
            self.share, self._glyph, self._role = share, glyph, role
            self.update()

    def show_face(self, face: QImage | None) -> None:
        """Show this inside."""
        self._face = face
        self.update()

    def sizeHint(self) -> QSize:
        """As large as can be; long messages below may take some of it."""
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ticks, and face or icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(QRectF(self.rect()).center())
        shrunk = min(self.width(), self.height()) / _SIZE
        painter.scale(shrunk, shrunk)
        middle = QPointF()
        self._paint_ticks(painter, middle)
        if self._face is None or self._role == "bad":
            self._paint_glyph(painter, middle, _GLYPH)
        else:
            paint_disc(painter, middle, _FACE, self._face)
            if self._role == "good":
                self._paint_badge(painter, middle + QPointF(_FACE, _FACE) * math.sqrt(0.5))
        painter.end()

    def _paint_ticks(self, painter: QPainter, middle: QPointF) -> None:
        filled = round(self.share * _TICKS)
        for tick in range(_TICKS):
            role = self._role if tick < filled else "outline"
            painter.setPen(QPen(theme.colour(role), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            angle = 2 * math.pi * tick / _TICKS - math.pi / 2
            way = QPointF(math.cos(angle), math.sin(angle))
            painter.drawLine(middle + way * (_FACE + 10), middle + way * (_FACE + 20))

    def _paint_badge(self, painter: QPainter, middle: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawEllipse(middle, _BADGE, _BADGE)
        self._paint_glyph(painter, middle, 2 * _BADGE - 8)

    def _paint_glyph(self, painter: QPainter, middle: QPointF, side: int) -> None:
        place = QRectF(0, 0, side, side)
        place.moveCenter(middle)
        icon(self._glyph, self._role).paint(painter, place.toRect())


class KeptPictures(Pane):
    """A row of discs, one a picture wanted, that fill with those taken. Forgets them with the enrolment."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_KEPT)
        self._wanted = 0
        self._kept: list[QImage] = []

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self._kept)

    def show_taken(self, taken: int, wanted: int, face: QImage | None) -> None:
        """Show `taken` of `wanted`; a new one looks like `face`."""
        self._wanted = wanted
        del self._kept[taken:]
        if face is not None and taken > len(self._kept):
            self._kept.append(_small(face))
        self.update()

    def forget(self) -> None:
        """Keep none."""
        self._kept.clear()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row, centred."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        step = min(_KEPT + _GAP, self.width() / max(self._wanted, 1))
        radius = step * _KEPT / (_KEPT + _GAP) / 2
        left = (self.width() - step * (self._wanted - 1)) / 2
        for place in range(self._wanted):
            middle = QPointF(left + place * step, self.height() / 2)
            if place < len(self._kept):
                paint_disc(painter, middle, radius, self._kept[place])
            else:
                painter.setPen(QPen(theme.colour("outline"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(middle, radius - 1, radius - 1)
        painter.end()


def _small(face: QImage) -> QImage:
    """No larger than it is shown, for screens of twice the density too."""
    by = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    return face.scaled(2 * _KEPT, 2 * _KEPT, by, Qt.TransformationMode.SmoothTransformation)
