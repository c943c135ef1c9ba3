"""The base of all parts of the window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel

from app.ui.widgets.buttons import Button, set_tone

__all__ = ["Pane", "button", "label", "set_tone"]


class Pane(QFrame):
    """Says its words again when the language changes, and takes its colours again when the theme does."""

    def retranslate(self) -> None:
        """Set every text."""

    def restyle(self) -> None:
        """Take every colour that the stylesheet does not set."""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Notice a new language or theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.StyleChange:
            self.restyle()


def label(kind: str = "body", *, wrap: bool = False) -> QLabel:
    """A label that shows what it is given as it stands: names are never read as markup."""
    made = QLabel()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def button(kind: str = "plain") -> Button:
    """A push button of a kind that the stylesheet knows."""
    return Button(kind)
