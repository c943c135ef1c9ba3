"""The one line of a kiosk."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_LARGEST_PT, _SMALLEST_PT = 48, 20


class Headline(QLabel):
    """As large as 48 points, and smaller only where the line would not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._points = 0

    def say(self, text: str) -> None:
        """Show this line."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self._fit()

    def points(self) -> int:
        """How large the line is now."""
        return self._points

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the line into the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Of the largest line, so that nothing moves when it is a smaller one."""
        return QSize(0, QFontMetrics(self._font(_LARGEST_PT)).height())

    def _fit(self) -> None:
        sizes = range(_LARGEST_PT, _SMALLEST_PT - 1, -2)
        fitting = (points for points in sizes if self._advance(points) <= self.width())
        points = next(fitting, _SMALLEST_PT)
        if points != self._points:
            self._points = points
            # The program's stylesheet sets a size for every widget, which only another stylesheet can overrule.
            self.setStyleSheet(f"font-size: {points}pt; font-weight: 600;")

    def _advance(self, points: int) -> int:
        return QFontMetrics(self._font(points)).horizontalAdvance(self.text())

    def _font(self, points: int) -> QFont:
        font = QFont(self.font())
        font.setPointSize(points)
        font.setWeight(QFont.Weight.DemiBold)
        return font
