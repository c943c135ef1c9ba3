"""The colour sequence of the light challenge, shown over the screen."""

from time import monotonic_ns

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.liveness import LightStimulus
from app.ui import theme

_STEP_MS = 16
_FADE_NS = 400_000_000
"""Duration of the fade from a dark screen to a pale colour, so that the first colour is no flash."""

_POINTS = 48


class LightOverlay(QWidget):
    """Covers its parent with the current challenge colour and one line of text.

    Args:
        parent: The widget to cover.
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

    def show_light(self, light: LightStimulus | None, start_ns: int, line: str) -> None:
        """Show a colour sequence with a line of text.

        Args:
            light: The drawn sequence; None hides the overlay.
            start_ns: Monotonic time at which the first colour starts, in nanoseconds.
            line: The instruction for the person in front of the camera.
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
        """Return the colour at a monotonic time, translucent during the fade; None while nothing is shown."""
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
        """Paint the colour and the text in its centre."""
        colour = self.colour(monotonic_ns())
        if colour is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour)
        if colour.alpha() == 255:
            self._write(painter)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if watched is self._covered and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def _write(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPointSize(_POINTS)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        # Every challenge colour is pale in every theme.
        painter.setPen(theme.colour("text", theme.LIGHT))
        margin = self.width() // 10
        place = QRect(margin, 0, self.width() - 2 * margin, self.height())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, flags, self._line)
