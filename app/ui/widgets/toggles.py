"""A switch and a check box whose state does not depend on colour."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox

from app.ui import theme
from app.ui.widgets.buttons import HEIGHT, needs_focus_ring
from app.ui.widgets.icons import icon

_TRACK = QSize(40, 22)
_GAP = 8
_SIDE = 6


class Switch(QAbstractButton):
    """A switch with its state or label as text beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._ring = False

    def sizeHint(self) -> QSize:
        """Return the width of track, text and focus ring."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(_TRACK.width() + _GAP + words + 2 * _SIDE, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: the text is never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the focus ring if the keyboard moved the focus here."""
        self._ring = needs_focus_ring(event.reason(), before=self._ring)
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track, knob, text and focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_SIDE, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())
        self._paint_track(painter, track)
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        left = _SIDE + _TRACK.width() + _GAP
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._ring and self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        lit = self.isChecked() and self.isEnabled()
        painter.setPen(QPen(theme.colour("accent" if lit else "edge"), 2))
        painter.setBrush(theme.colour("accent" if lit else "raised"))
        half = track.height() / 2
        painter.drawRoundedRect(track.adjusted(1, 1, -1, -1), half - 1, half - 1)
        place = track.right() - half if self.isChecked() else track.left() + half
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("on_accent" if lit else "edge"))
        painter.drawEllipse(QRectF(place - half + 5, track.top() + 5, track.height() - 10, track.height() - 10))


_CHECK_HEIGHT = 36
_BOX = 18
_CHECK_SIDE = 6
_CHECK_GAP = 8


class CheckBox(QCheckBox):
    """A check box whose whole line is clickable, with a focus ring."""

    def sizeHint(self) -> QSize:
        """Return the width of box, text and padding."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(2 * _CHECK_SIDE + _BOX + _CHECK_GAP + words, _CHECK_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: the text is never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the focus ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint focus ring, box and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        box = QRect(_CHECK_SIDE, (self.height() - _BOX) // 2, _BOX, _BOX)
        self._paint_box(painter, box)
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        words = self.rect().adjusted(box.right() + 1 + _CHECK_GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(QPen(theme.colour("accent" if self.isChecked() else "edge"), 2))
        painter.setBrush(theme.colour("accent" if self.isChecked() else "raised"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        if self.isChecked():
            icon("check", "on_accent").paint(painter, box.adjusted(2, 2, -2, -2))
