"""Latency per stage of the frame path, as a waterfall."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.pipeline.live import LiveStatus
from app.pipeline.timings import FrameStage, Percentiles
from app.ui import theme
from app.ui.texts import value_texts
from app.ui.widgets.panes import Pane, label

STAGES = tuple(stage for stage in FrameStage if stage is not FrameStage.TOTAL)
_ROW = 20
_FIGURES = 48


class Waterfall(Pane):
    """One bar per stage, each starting where the previous one ends: the median solid, the 95th percentile thin."""

    def __init__(self) -> None:
        super().__init__()
        self._stages: dict[FrameStage, Percentiles] = {}
        self.setFixedHeight(_ROW * len(STAGES))

    def show_stages(self, stages: dict[FrameStage, Percentiles]) -> None:
        """Show the percentiles of each stage, in milliseconds."""
        self._stages = stages
        told = (f"{value_texts.stage(stage)} {spread.p50_ms:.1f} ms" for stage, spread in stages.items())
        self.setAccessibleDescription(", ".join(told))
        self.update()

    def retranslate(self) -> None:
        """Repaint with the new language."""
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size as tall as the rows."""
        return QSize(240, _ROW * len(STAGES))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint labels, bars and figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(13)
        painter.setFont(font)
        words = max(painter.fontMetrics().horizontalAdvance(value_texts.stage(stage)) for stage in STAGES) + 12
        room = self.width() - words - _FIGURES
        scale = room / max(self._longest(), 1e-6)
        start = 0.0
        for row, stage in enumerate(STAGES):
            spread = self._stages.get(stage)
            self._paint_row(painter, row * _ROW, stage, spread)
            if spread is not None:
                self._paint_bar(painter, words + start * scale, row * _ROW + _ROW / 2, spread, scale)
                start += spread.p50_ms
        painter.end()

    def _longest(self) -> float:
        start, longest = 0.0, 0.0
        for stage in STAGES:
            spread = self._stages.get(stage)
            if spread is not None:
                longest = max(longest, start + spread.p95_ms)
                start += spread.p50_ms
        return longest

    def _paint_row(self, painter: QPainter, top: int, stage: FrameStage, spread: Percentiles | None) -> None:
        painter.setPen(theme.colour("muted"))
        painter.drawText(QRectF(0, top, self.width(), _ROW), Qt.AlignmentFlag.AlignVCenter, value_texts.stage(stage))
        figure = f"{spread.p50_ms:.1f}" if spread else "–"
        painter.setPen(theme.colour("text"))
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, top, self.width(), _ROW), where, figure)

    def _paint_bar(self, painter: QPainter, left: float, middle: float, spread: Percentiles, scale: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("edge"))
        painter.drawRoundedRect(QRectF(left, middle - 1, max(spread.p95_ms * scale, 2), 2), 1, 1)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(left, middle - 4, max(spread.p50_ms * scale, 2), 8), 2, 2)


class LatencyCard(Pane):
    """Total latency from camera to screen, the frame rate, and the stages."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._title, self._total, self._rate = label("strong"), label("strong"), label("muted")
        self._waterfall, self._pace = Waterfall(), label("muted", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._rate)
        head.addWidget(self._total)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._waterfall)
        column.addWidget(self._pace)
        self.show_status(None)
        self.retranslate()

    def show_status(self, status: LiveStatus | None) -> None:
        """Show the status of the pipeline; None clears the figures."""
        stages = status.stages if status else {}
        total = stages.get(FrameStage.TOTAL)
        self._total.setText(f"{total.p50_ms:.0f} ms" if total else "– ms")
        self._rate.setText(value_texts.rate(status.fps) if status and status.fps else "")
        self._waterfall.show_stages(stages)
        words = value_texts.pace_text(status.pace) if status else ""
        self._pace.setText(words)
        self._pace.setVisible(bool(words))

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Latency"))
        self.setToolTip(
            self.tr("Solid: the median. Thin: the 95th percentile. In milliseconds, over the last 150 frames.")
        )
