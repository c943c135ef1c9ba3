"""A label for texts whose length nobody knows."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel

_SMALLER = 0.72
"""From the size of a name to that of a title."""


class ElidedLabel(QLabel):
    """Shows one line in the room there is: smaller before it is shortened, and then with the whole in its tooltip.

    Args:
        kind: As the stylesheet knows it.
        shrinks: Whether it may be smaller.
    """

    def __init__(self, kind: str = "body", *, shrinks: bool = False) -> None:
        super().__init__()
        self._shrinks = shrinks
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self._tell()

    def shown_text(self) -> str:
        """What is seen of it."""
        room = self.contentsRect().width()
        return QFontMetrics(self._fitting_font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(min(48, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide anew whether a tooltip is needed."""
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        painter.setFont(self._fitting_font())
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown_text())
        painter.end()

    def _fitting_font(self) -> QFont:
        font = QFont(self.font())
        if self._shrinks and self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width():
            font.setPixelSize(round(font.pixelSize() * _SMALLER))
        return font

    def _tell(self) -> None:
        self.setToolTip(self.text() if self.shown_text() != self.text() else "")
