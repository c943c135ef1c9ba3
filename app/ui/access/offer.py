"""At the first start: whether anybody should have to sign in. Asked once, and never in the way."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class RoleOffer(Pane):
    """One line above the pages.

    Signals:
        wanted: An admin password is to be set.
        declined: Not now, and not again.
    """

    wanted = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = label("strong", wrap=True)
        self.accept, self.decline = button("plain"), button("plain")
        self.accept.clicked.connect(self.wanted)
        self.decline.clicked.connect(self.declined)
        card = Pane()
        card.setObjectName("notice")
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("user-circle", "accent", 24))
        row.addWidget(self._words, 1)
        row.addWidget(self.accept)
        row.addWidget(self.decline)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 16, 16, 0)
        around.addWidget(card)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._words.setText(
            self.tr("Do several people use this computer? An admin password protects people and settings.")
        )
        self.accept.setText(self.tr("Set a password"))
        self.decline.setText(self.tr("Not needed"))
