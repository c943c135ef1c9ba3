"""A box to tick that can be seen in every palette."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from app.ui import theme
from app.ui.widgets.icons import icon

_HEIGHT = 36
_BOX = 18
_SIDE = 6
_GAP = 8


class Tick(QCheckBox):
    """The whole line can be pressed; the ring is for those who come by keyboard or by mouse."""

    def sizeHint(self) -> QSize:
        """Box, words, and air."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(2 * _SIDE + _BOX + _GAP + words, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ring, box and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        box = QRect(_SIDE, (self.height() - _BOX) // 2, _BOX, _BOX)
        self._paint_box(painter, box)
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        words = self.rect().adjusted(box.right() + 1 + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(QPen(theme.colour("accent" if self.isChecked() else "edge"), 2))
        painter.setBrush(theme.colour("accent" if self.isChecked() else "raised"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        if self.isChecked():
            icon("check", "on_accent").paint(painter, box.adjusted(2, 2, -2, -2))
