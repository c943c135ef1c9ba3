"""The plots with legend, keyboard control and a text alternative."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.recognition.calibration import Calibration, OperatingPointRates
from app.ui import theme
from app.ui.widgets.panes import Pane, label

if TYPE_CHECKING:
    from app.ui.calibration.plots import HistogramCanvas, TradeOffCanvas

_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


class Swatch(QWidget):
    """A sample of a plot element for the legend.

    Args:
        role: Role of its colour.
        pattern: Fill pattern; none for a line.
        style: Style of the line.
    """

    def __init__(
        self, role: str, pattern: Qt.BrushStyle | None = None, style: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> None:
        super().__init__()
        self._role, self._pattern, self._style = role, pattern, style
        self.setFixedSize(20, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sample."""
        painter = QPainter(self)
        colour = theme.colour(self._role)
        painter.setPen(QPen(colour, 1 if self._pattern else 2, self._style))
        if self._pattern is None:
            painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
        else:
            painter.setBrush(QBrush(colour, self._pattern))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class _PlotPane(Pane):
    """A legend above a plot that is created when it is first shown."""

    def __init__(self, *entries: Swatch) -> None:
        super().__init__()
        self._names = [label("muted") for _ in entries]
        legend = QHBoxLayout()
        legend.setSpacing(8)
        for swatch, name in zip(entries, self._names, strict=True):
            legend.addWidget(swatch)
            legend.addWidget(name)
            legend.addSpacing(16)
        legend.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(8)
        self._column.addLayout(legend)

    def _name_entries(self, *names: str) -> None:
        for entry, name in zip(self._names, names, strict=True):
            entry.setText(name)


class HistogramPane(_PlotPane):
    """The histograms of mated and non-mated similarities with the threshold, movable by mouse and arrow keys.

    Signals:
        dragged: The similarity to which the threshold was dragged.
        key_pressed: A key that moves the threshold (a QKeyEvent).
    """

    dragged = Signal(float)
    key_pressed = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            Swatch("good", Qt.BrushStyle.SolidPattern), Swatch("bad", Qt.BrushStyle.BDiagPattern), Swatch("accent")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas: HistogramCanvas | None = None
        self.retranslate()

    def show_calibration(self, calibration: Calibration, loosest: float, strictest: float) -> None:
        """Plot a measurement.

        Args:
            calibration: The measurement.
            loosest: Lowest threshold to choose.
            strictest: Highest threshold to choose.
        """
        canvas = self._new_canvas()
        canvas.line.setBounds((loosest, strictest))
        canvas.show_histograms(calibration.histograms())

    def show_reading(self, reading: OperatingPointRates) -> None:
        """Move the threshold to the operating point."""
        if self.canvas is not None:
            self.canvas.show_threshold(reading.threshold)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._name_entries(self.tr("Same person"), self.tr("Different people"), self.tr("Similarity needed"))
        self.setAccessibleName(self.tr("Similarities of the same person and of different people, and the threshold"))
        self.setToolTip(self.tr("Drag the line, or move it with the arrow keys"))
        if self.canvas is not None:
            self.canvas.label_axes(bottom=self.tr("Similarity"))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        super().restyle()
        if self.canvas is not None:
            self.canvas.restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the threshold."""
        if event.key() in _KEYS:
            self.key_pressed.emit(event)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the focus ring around the plot."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.GRID, theme.GRID)
            painter.end()

    def _new_canvas(self) -> "HistogramCanvas":
        if self.canvas is None:
            from app.ui.calibration.plots import HistogramCanvas

            self.canvas = HistogramCanvas()
            self.canvas.line.sigDragged.connect(lambda line: self.dragged.emit(float(line.value())))
            self._column.addWidget(self.canvas.widget, 1)
            self.retranslate()
        return self.canvas


class TradeOffPane(_PlotPane):
    """The DET curve: false non-match rate over false match rate."""

    def __init__(self) -> None:
        super().__init__(Swatch("accent"), Swatch("muted", style=Qt.PenStyle.DashLine), Swatch("text"))
        self.canvas: TradeOffCanvas | None = None
        self.retranslate()

    def show_calibration(self, calibration: Calibration) -> None:
        """Plot a measurement."""
        self._new_canvas().show_curves(calibration.curve(), calibration.reference.curve())

    def show_reading(self, reading: OperatingPointRates) -> None:
        """Mark the operating point."""
        if self.canvas is not None:
            self.canvas.show_reading(reading)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._name_entries(self.tr("Your gallery"), self.tr("The model's reference"), self.tr("Now"))
        self.setAccessibleName(self.tr("Strangers accepted versus enrolled people refused"))
        if self.canvas is not None:
            self.canvas.label_axes(bottom=self.tr("Strangers accepted"), left=self.tr("Enrolled people refused"))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        super().restyle()
        if self.canvas is not None:
            self.canvas.restyle()

    def _new_canvas(self) -> "TradeOffCanvas":
        if self.canvas is None:
            from app.ui.calibration.plots import TradeOffCanvas

            self.canvas = TradeOffCanvas()
            self._column.addWidget(self.canvas.widget, 1)
            self.retranslate()
        return self.canvas
