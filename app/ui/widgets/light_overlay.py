"""The soft colours that the screen shows, so that a face in front of it can be seen to answer."""

from time import monotonic_ns

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.liveness import LightStimulus
from app.ui import theme

_STEP_MS = 16
_FADE_NS = 400_000_000
"""A dark screen becomes pale within so much time before the first colour stands, which is no flash."""

_POINTS = 48


class LightOverlay(QWidget):
    """Covers the screen with the colour of the moment, as much of it as there is, and one line.

    Args:
        parent: What is covered.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self._light: LightStimulus | None = None
        self._start_ns = 0
        self._line = ""
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def shine(self, light: LightStimulus | None, start_ns: int, line: str) -> None:
        """Show these colours, and this line; None for nothing.

        Args:
            light: As it was drawn.
            start_ns: Monotonic time at which the first colour stands.
            line: What whoever stands there is to do.
        """
        self._light, self._start_ns, self._line = light, start_ns, line
        self.setAccessibleName(line)
        if light is None:
            self._timer.stop()
            self.hide()
        elif not self._timer.isActive():
            self.setGeometry(self._covered.rect())
            self._timer.start()
            self.show()
            self.raise_()

    def colour(self, now_ns: int) -> QColor | None:
        """What is shown at a moment; None where it is what lies below. Half transparent while it fades in."""
        if self._light is None:
            return None
        first = self._light.colour_at(self._start_ns)
        shown = self._light.colour_at(now_ns)
        if shown is not None:
            return QColor(*shown)
        if now_ns >= self._start_ns or first is None:
            return None
        colour = QColor(*first)
        colour.setAlphaF(min(max(1 - (self._start_ns - now_ns) / _FADE_NS, 0.0), 1.0))
        return colour

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the colour, and the line in its middle."""
        colour = self.colour(monotonic_ns())
        if colour is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour)
        if colour.alpha() == 255:
            self._write(painter)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the whole also when it changes its size."""
        if watched is self._covered and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def _write(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPointSize(_POINTS)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        # All colours are pale, whatever the theme.
        painter.setPen(theme.colour("text", theme.LIGHT))
        margin = self.width() // 10
        place = QRect(margin, 0, self.width() - 2 * margin, self.height())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, flags, self._line)
