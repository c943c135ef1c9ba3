"""A message over a picture that is still worth seeing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.ui.live.situation import Situation, Step
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class Banner(Pane):
    """Icon, title, advice, and a way out. Hidden while there is nothing to say.

    Signals:
        chosen: A step.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._glyph = Glyph("info", "caution", 24)
        self._title, self._advice = label("strong", wrap=True), label("muted", wrap=True)
        self._demo = button()
        self._demo.clicked.connect(lambda: self.chosen.emit(Step.DEMO))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self._glyph)
        row.addLayout(words, 1)
        row.addWidget(self._demo)
        self.hide()
        self.retranslate()

    def show_situation(self, situation: Situation | None) -> None:
        """Say it, or nothing."""
        if situation is not None:
            self._glyph.show_icon(situation.icon, situation.tone)
            self._title.setText(situation.title)
            self._advice.setText(situation.advice)
        self.setVisible(situation is not None)

    def retranslate(self) -> None:
        """Set every text."""
        self._demo.setText(self.tr("Use the demo"))
