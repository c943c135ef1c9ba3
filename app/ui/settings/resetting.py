"""Resetting everything, which is asked once more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class ResetBar(Pane):
    """Asks whether every setting is meant. Hidden until it is wanted.

    Signals:
        confirmed: Yes.
        closed: It was put away, with or without a yes.
    """

    confirmed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._count = 0
        self.question, self.reset, self.keep = label("strong", wrap=True), button("danger"), button()
        self.reset.clicked.connect(self._confirm)
        self.keep.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("warning", "caution", 24))
        row.addWidget(self.question, 1)
        for part in (self.keep, self.reset):
            row.addWidget(part)
        self.hide()
        self.retranslate()

    def ask(self, count: int) -> None:
        """Ask.

        Args:
            count: Of settings that would change.
        """
        self._count = count
        self.retranslate()
        self.show()
        self.keep.setFocus()

    def close_bar(self) -> bool:
        """Put the question away; False where it was not asked."""
        if self.isHidden():
            return False
        self.hide()
        self.closed.emit()
        return True

    def retranslate(self) -> None:
        """Set every text."""
        self.question.setText(self.tr("Give %n setting(s) the default again?", "", self._count))
        self.reset.setText(self.tr("Reset"))
        self.keep.setText(self.tr("Keep them"))

    def _confirm(self) -> None:
        self.confirmed.emit()
        self.close_bar()
