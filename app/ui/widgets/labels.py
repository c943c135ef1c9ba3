"""A label for texts whose length nobody knows."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.panes import Pane, label

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


_SIZE = 18


class IconLabel(Pane):
    """Says a state: the word beside the icon carries the meaning, the colour only helps."""

    def __init__(self) -> None:
        super().__init__()
        self._glyph, self.words = Glyph("check-circle", "good", _SIZE), label("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._glyph)
        row.addWidget(self.words)
        row.addStretch(1)

    def show_label(self, icon: str, role: str, words: str) -> None:
        """Show another state."""
        self._glyph.show_icon(icon, role)
        self.words.setText(words)


_SIGN = 18
_GLYPHS = {"bad": "warning-circle", "caution": "info", "muted": "info"}


class InlineMessage(Pane):
    """Hidden while there is nothing to say.

    Args:
        tone: The role of its colour: bad, caution or muted.
    """

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._words = label(wrap=True)
        self._words.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Glyph(_GLYPHS[tone], tone, _SIGN), alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._words.text()

    def say(self, *sentences: str) -> None:
        """Say it, each sentence on a line of its own; nothing where all are empty."""
        said = [sentence for sentence in sentences if sentence]
        self._words.setText(breakable("\n".join(said)))
        self.setVisible(bool(said))


def announce(part: QWidget, words: str) -> None:
    """Have a screen reader say it as soon as it is silent.

    Args:
        part: What it is about.
        words: Nothing is said where they are empty.
    """
    if words:
        event = QAccessibleAnnouncementEvent(part, words)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)
