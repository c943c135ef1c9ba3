"""Notices inside the window: one to dismiss, one to retry."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.panes import Pane, button, label


class Notice(Pane):
    """An error message with its hint and a button to dismiss it; hidden while empty."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._error: FacelatchError | None = None
        self._message, self._hint = label("strong", wrap=True), label("muted", wrap=True)
        self._close = button("quiet")
        self._close.setFixedWidth(36)
        self._close.clicked.connect(self.clear)
        self._lay_out()
        self.hide()
        self.retranslate()
        self.restyle()

    def show_error(self, error: FacelatchError) -> None:
        """Show an error."""
        self._error = error
        self.retranslate()
        self.show()

    def clear(self) -> None:
        """Dismiss the notice."""
        self._error = None
        self.hide()
        self.dismissed.emit()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close this message (Esc)"))
        if self._error is not None:
            self._message.setText(value_texts.error_message(self._error))
            self._hint.setText(value_texts.error_hint(self._error))
            self._hint.setVisible(bool(self._hint.text()))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self._close.setIcon(icon("x", "muted"))
        self.update()

    def _lay_out(self) -> None:
        card = Pane()
        card.setObjectName("notice")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("warning", "caution", 24))
        row.addLayout(words, 1)
        row.addWidget(self._close)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 16, 16, 0)
        around.addWidget(card)


class RetryNotice(Pane):
    """An error message with its hint and a button to retry; hidden without an error.

    Signals:
        retry_wanted: The user asks for another try.
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
        """Show an error; None hides the notice."""
        self._error = error
        self.retranslate()
        self.setVisible(error is not None)

    def retranslate(self) -> None:
        """Set every translated text."""
        self.retry.setText(self.tr("Try again"))
        if self._error is not None:
            self.message.setText(breakable(value_texts.error_message(self._error)))
            self._hint.setText(breakable(value_texts.error_hint(self._error)))
            self._hint.setVisible(bool(self._hint.text()))
