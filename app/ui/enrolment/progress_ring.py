"""The enrolment progress: the face in a circle surrounded by ticks."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.core.faces import HeadPose
from app.flows.enrolment_status import PoseProgress
from app.ui import theme
from app.ui.widgets.icons import icon, paint_disc
from app.ui.widgets.panes import Pane

TICKS = 60
_SIDE = 320
_LARGEST = 420
_SMALLEST = 176
_FACE = 118
_FRONT = 126
_TICKS_FROM, _TICKS_TO = 134, 148
_GLYPH = 88
_BADGE = 26
_ARROW = 24
_EIGHTH = TICKS // 8
_MIDDLES = {HeadPose.UP: 0, HeadPose.RIGHT: TICKS // 4, HeadPose.DOWN: TICKS // 2, HeadPose.LEFT: 3 * TICKS // 4}
"""The middle tick of each direction, clockwise from the top, in a mirrored preview: a head turned to the person's left
appears at the left.
"""

_ARROWS = {0: "arrow-up", TICKS // 4: "arrow-right", TICKS // 2: "arrow-down", 3 * TICKS // 4: "arrow-left"}


class ProgressRing(Pane):
    """A circle that fills for the frontal pose and a quarter of ticks for each other direction."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(_SMALLEST, _SMALLEST))
        self.setMaximumSize(QSize(_LARGEST, _LARGEST))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._ring: tuple[PoseProgress, ...] = ()
        self._asked: HeadPose | None = None
        self._mirror = True
        self._glyph, self._role = "user-focus", "muted"
        self._face: QImage | None = None

    @property
    def filled(self) -> frozenset[int]:
        """The filled ticks, counted clockwise from the top."""
        shares = {progress.pose: progress.share for progress in self._ring}
        chosen = [tick for pose, share in shares.items() if pose in _MIDDLES for tick in self._ticks_of(pose, share)]
        return frozenset(chosen)

    def show_progress(self, ring: Sequence[PoseProgress], asked: HeadPose | None, *, mirror: bool) -> None:
        """Fill the ring and point to the requested direction.

        Args:
            ring: Progress of each direction.
            asked: The requested direction; None for none.
            mirror: Whether the preview is mirrored.
        """
        if (tuple(ring), asked, mirror) != (self._ring, self._asked, self._mirror):
            self._ring, self._asked, self._mirror = tuple(ring), asked, mirror
            self.update()

    def show_state(self, glyph: str, role: str) -> None:
        """Show a state as icon and colour.

        Args:
            glyph: Name of the icon.
            role: Role of its colour.
        """
        if (glyph, role) != (self._glyph, self._role):
            self._glyph, self._role = glyph, role
            self.update()

    def show_face(self, face: QImage | None) -> None:
        """Show the cropped face; None shows the icon."""
        self._face = face
        self.update()

    def sizeHint(self) -> QSize:
        """Return the largest size; long messages below may shrink it."""
        return QSize(_LARGEST, _LARGEST)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ticks and the face or icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(QRectF(self.rect()).center())
        shrunk = min(self.width(), self.height()) / _SIDE
        painter.scale(shrunk, shrunk)
        self._paint_front(painter)
        self._paint_ticks(painter)
        self._paint_middle(painter)
        self._paint_arrow(painter)
        painter.end()

    def _ticks_of(self, pose: HeadPose, share: float) -> list[int]:
        """Return the filled ticks of a direction, from its middle outwards.

        Args:
            pose: The direction.
            share: Progress, 0 to 1.
        """
        middle = self._middle_tick(pose)
        reach = round(share * _EIGHTH)
        return [(middle + step) % TICKS for step in range(-reach, reach + 1)] if share > 0 else []

    def _middle_tick(self, pose: HeadPose) -> int:
        sideways = pose in {HeadPose.LEFT, HeadPose.RIGHT}
        return (_MIDDLES[pose] + TICKS // 2) % TICKS if sideways and not self._mirror else _MIDDLES[pose]

    def _paint_front(self, painter: QPainter) -> None:
        share = next((progress.share for progress in self._ring if progress.pose is HeadPose.FRONT), 0.0)
        place = QRectF(-_FRONT, -_FRONT, 2 * _FRONT, 2 * _FRONT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("outline"), 4))
        painter.drawEllipse(place)
        painter.setPen(QPen(theme.colour(self._role), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if share > 0:
            painter.drawArc(place, 90 * 16, -round(share * 360 * 16))

    def _paint_ticks(self, painter: QPainter) -> None:
        filled = self.filled
        for tick in range(TICKS):
            role = self._role if tick in filled else "outline"
            painter.setPen(QPen(theme.colour(role), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            way = _direction(tick)
            painter.drawLine(way * _TICKS_FROM, way * _TICKS_TO)

    def _paint_middle(self, painter: QPainter) -> None:
        if self._face is None or self._role == "bad":
            self._paint_glyph(painter, QPointF(), self._glyph, _GLYPH)
            return
        paint_disc(painter, QPointF(), _FACE, self._face)
        if self._role == "good":
            middle = QPointF(_FACE, _FACE) * math.sqrt(0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawEllipse(middle, _BADGE, _BADGE)
            self._paint_glyph(painter, middle, self._glyph, 2 * _BADGE - 8)

    def _paint_arrow(self, painter: QPainter) -> None:
        """Paint an arrow on the edge of the face, so that colour is not the only cue."""
        if self._asked not in _MIDDLES or self._face is None:
            return
        tick = self._middle_tick(self._asked)
        middle = _direction(tick) * (_FACE - _ARROW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("scrim"))
        painter.drawEllipse(middle, _ARROW * 0.8, _ARROW * 0.8)
        place = QRectF(0, 0, _ARROW, _ARROW)
        place.moveCenter(middle)
        icon(_ARROWS[tick], "text", theme.DARK).paint(painter, place.toRect())

    def _paint_glyph(self, painter: QPainter, middle: QPointF, glyph: str, side: int) -> None:
        place = QRectF(0, 0, side, side)
        place.moveCenter(middle)
        icon(glyph, self._role).paint(painter, place.toRect())


def centred(ring: ProgressRing) -> QHBoxLayout:
    """Return a row with the ring in its middle, as large as the row allows."""
    row = QHBoxLayout()
    row.addWidget(ring)
    return row


def _direction(tick: int) -> QPointF:
    angle = 2 * math.pi * tick / TICKS - math.pi / 2
    return QPointF(math.cos(angle), math.sin(angle))
