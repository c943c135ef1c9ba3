"""An icon and its word."""

from PySide6.QtWidgets import QHBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, label

_SIZE = 18


class Sign(Pane):
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

    def show_sign(self, icon: str, role: str, words: str) -> None:
        """Show another state."""
        self._glyph.show_icon(icon, role)
        self.words.setText(words)
