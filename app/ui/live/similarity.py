"""How similar a face is, as a bar."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from app.core.types import Match
from app.ui import theme
from app.ui.widgets.pane import Pane


class SimilarityBar(Pane):
    """How similar, and where the threshold lies: a bar with a notch. Runs from 0 to 1; below 0 it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(20)
        self._match: Match | None = None
        self._role = "muted"

    def show_match(self, match: Match | None, role: str) -> None:
        """Show a comparison."""
        self._match, self._role = match, role
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(200, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, 6, self.width(), 8)
        painter.setBrush(theme.colour("outline"))
        painter.drawRoundedRect(bar, 4, 4)
        if self._match is not None:
            self._paint_match(painter, bar, self._match)
        painter.end()

    def _paint_match(self, painter: QPainter, bar: QRectF, match: Match) -> None:
        share = min(max(match.similarity, 0.0), 1.0)
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * share, 8))
        painter.setBrush(theme.colour(self._role))
        if share > 0:
            painter.drawRoundedRect(filled, 4, 4)
        notch = QRectF(bar.width() * match.threshold - 2, 0, 4, self.height())
        painter.setBrush(theme.colour("raised"))
        painter.drawRect(notch.adjusted(-2, 0, 2, 0))
        painter.setBrush(theme.colour("text"))
        painter.drawRoundedRect(notch, 2, 2)
