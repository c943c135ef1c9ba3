"""One thing to be said beside a field: an icon, and words in the same colour."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.ui.texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, label

_SIGN = 18
_GLYPHS = {"bad": "warning-circle", "caution": "info", "muted": "info"}


class Remark(Pane):
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
