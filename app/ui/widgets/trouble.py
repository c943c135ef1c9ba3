"""What went wrong with the database, with a way to try again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.ui import texts
from app.ui.texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class Trouble(Pane):
    """What happened and what to do. Hidden while all is well.

    Signals:
        retry_wanted: The user wants it tried again.
    """

    retry_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._error: FacelatchError | None = None
        self.message, self._hint = label("strong", wrap=True), label("muted", wrap=True)
        self.retry = button()
        self.retry.clicked.connect(self.retry_wanted)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.message)
        words.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("warning", "caution", 24))
        row.addLayout(words, 1)
        row.addWidget(self.retry)
        self.hide()
        self.retranslate()

    def show_error(self, error: FacelatchError | None) -> None:
        """Say it; None when all is well again."""
        self._error = error
        self.retranslate()
        self.setVisible(error is not None)

    def retranslate(self) -> None:
        """Set every text."""
        self.retry.setText(self.tr("Try again"))
        if self._error is not None:
            self.message.setText(breakable(texts.error_message(self._error)))
            self._hint.setText(breakable(texts.error_hint(self._error)))
            self._hint.setVisible(bool(self._hint.text()))
