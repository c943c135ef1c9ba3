"""Plots of the calibration page, imported when first shown: pyqtgraph takes a third of a second to load."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPen

from app.services.recognition.calibration import Curve, Histograms, OperatingPointRates
from app.ui import theme

_LEAST_SHOWN, _MOST_SHOWN = -0.3, 1.0
_STRONG, _FAINT = 190, 70
_STRANGERS, _REFUSED = -6, -4
"""Powers of ten at which the DET axes start; both end at 1."""

Doubles = NDArray[np.float64]


class Canvas:
    """An empty plot in theme colours without menu and zoom."""

    def __init__(self) -> None:
        self.widget = pg.PlotWidget(background=None)
        for part in (self.widget, self.widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setMenuEnabled(False)
        self.widget.setMouseEnabled(x=False, y=False)
        self.widget.hideButtons()
        self.plot = self.widget.getPlotItem()

    def label_axes(self, **words: str) -> None:
        """Set the axis labels: `label_axes(bottom="Similarity")`."""
        for axis, text in words.items():
            self.plot.setLabel(axis, text, color=theme.active().muted)

    def restyle(self) -> None:
        """Apply the theme's colours to the axes."""
        for name in ("bottom", "left"):
            axis = self.plot.getAxis(name)
            axis.setPen(_pen("outline"))
            axis.setTextPen(_pen("muted"))
            axis.setStyle(tickFont=self.widget.font())
            axis.label.setDefaultTextColor(theme.colour("muted"))


class HistogramCanvas(Canvas):
    """Two histograms on one axis, and the threshold as a line that can be dragged.

    Attributes:
        line: The threshold; its `sigDragged` reports mouse moves only.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = pg.InfiniteLine(angle=90, movable=True)
        self.line.setZValue(10)
        self._bars = {name: self.plot.plot(stepMode="center", fillLevel=0) for name in ("impostor", "genuine")}
        self._wrong = {name: self.plot.plot(stepMode="center", fillLevel=0) for name in ("impostor", "genuine")}
        self._shown: Histograms | None = None
        self.plot.addItem(self.line)
        self.plot.hideAxis("left")
        self.plot.setXRange(_LEAST_SHOWN, _MOST_SHOWN, padding=0.01)
        self.restyle()

    def show_histograms(self, shown: Histograms) -> None:
        """Plot histograms."""
        self._shown = shown
        highest = max(float(shown.genuine.max()), float(shown.impostor.max()), 1e-9)
        self.plot.setYRange(0, highest, padding=0.05)
        for name, shares in (("impostor", shown.impostor), ("genuine", shown.genuine)):
            self._bars[name].setData(*_within(shown.edges, shares))
        self._show_errors()

    def show_threshold(self, threshold: float) -> None:
        """Move the threshold; the erroneous part of each histogram is highlighted."""
        self.line.setValue(threshold)
        self._show_errors()

    def restyle(self) -> None:
        """Apply the theme's colours; the two histograms differ in hatching, too."""
        super().restyle()
        for name, role, pattern in (
            ("genuine", "good", Qt.BrushStyle.SolidPattern),
            ("impostor", "bad", Qt.BrushStyle.BDiagPattern),
        ):
            self._bars[name].setPen(_pen(role))
            self._bars[name].setBrush(QBrush(_faded(role, _FAINT), pattern))
            self._wrong[name].setPen(_pen(role))
            self._wrong[name].setBrush(QBrush(_faded(role, _STRONG), Qt.BrushStyle.SolidPattern))
        self.line.setPen(_pen("accent", 2))
        self.line.setHoverPen(_pen("accent", 4))

    def _show_errors(self) -> None:
        """Highlight non-mated similarities above the threshold and mated ones below it."""
        if self._shown is None:
            return
        shown, at = self._shown, float(self.line.value())
        middle = int(np.clip(np.searchsorted(shown.edges, at), 1, len(shown.edges) - 1))
        above, below = np.append(at, shown.edges[middle:]), np.append(shown.edges[:middle], at)
        self._wrong["impostor"].setData(*_within(above, shown.impostor[middle - 1 :]))
        self._wrong["genuine"].setData(*_within(below, shown.genuine[:middle]))


class TradeOffCanvas(Canvas):
    """The DET curves of the gallery and of the model's reference on logarithmic axes, with the operating point."""

    def __init__(self) -> None:
        super().__init__()
        self._own, self._reference = self.plot.plot(), self.plot.plot(symbol="o", symbolSize=6)
        self._across, self._along = self.plot.plot(), self.plot.plot()
        self._here = pg.ScatterPlotItem(size=12)
        self.plot.addItem(self._here)
        self.plot.showGrid(x=True, y=True, alpha=0.15)
        for axis, lowest in (("bottom", _STRANGERS), ("left", _REFUSED)):
            ticks = [(decade, _percent(10.0**decade)) for decade in range(lowest, 1)]
            self.plot.getAxis(axis).setTicks([ticks])
        self.plot.setXRange(_STRANGERS, 0, padding=0.06)
        self.plot.setYRange(_REFUSED, 0, padding=0.04)
        self.restyle()

    def show_curves(self, own: Curve, reference: Curve) -> None:
        """Plot DET curves.

        Args:
            own: The curve of the gallery.
            reference: The curve of the model's reference.
        """
        for drawn, curve in ((self._own, own), (self._reference, reference)):
            drawn.setData(_log(curve.fmr, _STRANGERS), _log(curve.fnmr, _REFUSED))

    def show_reading(self, reading: OperatingPointRates) -> None:
        """Mark the operating point with the confidence intervals of both rates."""
        strangers, own = reading.strangers, reading.own
        if strangers.rate is None or own.rate is None:
            for drawn in (self._across, self._along, self._here):
                drawn.clear()
            return
        x, y = _log([strangers.rate], _STRANGERS)[0], _log([own.rate], _REFUSED)[0]
        self._across.setData(_log([strangers.low, strangers.high], _STRANGERS), [y, y])
        self._along.setData([x, x], _log([own.low, own.high], _REFUSED))
        self._here.setData([x], [y])

    def marked(self) -> QPointF | None:
        """Position of the mark as powers of ten (false match rate, false non-match rate); None without a mark."""
        points = self._here.points()
        return points[0].pos() if len(points) else None

    def restyle(self) -> None:
        """Apply the theme's colours."""
        super().restyle()
        self._own.setPen(_pen("accent", 2))
        self._reference.setPen(_pen("muted", 2, Qt.PenStyle.DashLine))
        self._reference.setSymbolPen(_pen("muted"))
        self._reference.setSymbolBrush(theme.colour("raised"))
        for drawn in (self._across, self._along):
            drawn.setPen(_pen("text", 2))
        self._here.setPen(_pen("surface", 2))
        self._here.setBrush(theme.colour("text"))


def _within(edges: Doubles, shares: Doubles) -> tuple[Doubles, Doubles]:
    """Return the bars from the first to the last non-empty one.

    Args:
        edges: Bin edges, shape (n + 1,).
        shares: Share of each bin, shape (n,).

    Returns:
        Edges and shares without the empty bins at both ends.
    """
    filled = np.flatnonzero(shares)
    if not len(filled):
        return np.array([edges[0]]), np.empty(0)
    first, last = int(filled[0]), int(filled[-1])
    return edges[first : last + 2], shares[first : last + 1]


def _log(rates: Doubles | Sequence[float], lowest: int) -> Doubles:
    """Return rates as powers of ten, clipped to the start of the axis.

    Args:
        rates: Rates, 0 to 1.
        lowest: Power of ten at which the axis starts.
    """
    return np.log10(np.maximum(np.asarray(rates, np.float64), 10.0**lowest))


def _percent(rate: float) -> str:
    return f"{rate * 100:.4f}".rstrip("0").rstrip(".") + " %"


def _pen(role: str, width: int = 1, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(theme.colour(role), width, style)
    pen.setCosmetic(True)
    return pen


def _faded(role: str, alpha: int) -> QColor:
    colour = theme.colour(role)
    colour.setAlpha(alpha)
    return colour
