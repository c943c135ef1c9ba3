"""Labels: elided text, icon with text, messages beside a field, and screen reader announcements."""

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
"""Font size of a title relative to that of a name."""


class ElidedLabel(QLabel):
    """A one-line label that shrinks its font, then elides, with the full text in the tooltip.

    Args:
        kind: Kind in the stylesheet.
        shrinks: Whether the font may shrink before the text is elided.
    """

    def __init__(self, kind: str = "body", *, shrinks: bool = False) -> None:
        super().__init__()
        self._shrinks = shrinks
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Set the text."""
        super().setText(text)
        self._update_tooltip()

    def shown_text(self) -> str:
        """Return the text as displayed, elided where it does not fit."""
        room = self.contentsRect().width()
        return QFontMetrics(self._fitting_font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:
        """Return a width that shows a few letters."""
        return QSize(min(48, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the tooltip for the new width."""
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the part of the text that fits."""
        painter = QPainter(self)
        painter.setFont(self._fitting_font())
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown_text())
        painter.end()

    def _fitting_font(self) -> QFont:
        font = QFont(self.font())
        if self._shrinks and self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width():
            font.setPixelSize(round(font.pixelSize() * _SMALLER))
        return font

    def _update_tooltip(self) -> None:
        self.setToolTip(self.text() if self.shown_text() != self.text() else "")


_SIZE = 18


class IconLabel(Pane):
    """An icon with text; the text carries the meaning, the colour supports it."""

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
        """Set icon, colour role and text.

        Args:
            icon: Name of the icon.
            role: Role of its colour.
            words: The text.
        """
        self._glyph.show_icon(icon, role)
        self.words.setText(words)


_SIGN = 18
_GLYPHS = {"bad": "warning-circle", "caution": "info", "muted": "info"}


class InlineMessage(Pane):
    """A message beside a field, hidden while empty.

    Args:
        tone: Role of its colour: `bad`, `caution` or `muted`.
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
        """The message."""
        return self._words.text()

    def show_text(self, *sentences: str) -> None:
        """Show the sentences one per line; hide the message if all are empty."""
        shown = [sentence for sentence in sentences if sentence]
        self._words.setText(breakable("\n".join(shown)))
        self.setVisible(bool(shown))


def announce(part: QWidget, words: str) -> None:
    """Have a screen reader speak a text when it is idle.

    Args:
        part: The widget that the text is about.
        words: The text; nothing is spoken if it is empty.
    """
    if words:
        event = QAccessibleAnnouncementEvent(part, words)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)
