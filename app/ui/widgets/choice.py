"""One value out of a few, chosen from a menu."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup

from app.ui.widgets.buttons import Picker


class ChoicePicker(Picker):
    """Shows what is chosen; Enter, Space or Down open the menu.

    Signals:
        chosen: The value that the user has chosen.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._caption = ""
        self._value: object = None
        self._choices: Sequence[tuple[object, str]] = ()
        self.menu().aboutToShow.connect(self._fill)

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._value

    def show_choices(self, caption: str, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Say what can be chosen.

        Args:
            caption: What it is about, for screen readers and the tooltip.
            choices: Values and their words.
            value: The one chosen; where it is not among them, the first is.
        """
        self._caption, self._choices = caption, choices
        self._value = next((known for known, _ in choices if known == value), choices[0][0])
        self._say()

    def choose(self, value: object) -> None:
        """Choose one of them."""
        if value != self._value:
            self._value = value
            self._say()
            self.chosen.emit(value)

    def _say(self) -> None:
        words = next(words for known, words in self._choices if known == self._value)
        self.setText(words)
        self.setToolTip(f"{self._caption}: {words}")
        self.setAccessibleName(f"{self._caption}: {words}")

    def _fill(self) -> None:
        menu = self.menu()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        menu.clear()
        group = QActionGroup(menu)
        for value, words in self._choices:
            action = QAction(words.replace("&", "&&"), group, checkable=True, checked=value == self._value)
            action.triggered.connect(lambda _=False, value=value: self.choose(value))
            menu.addAction(action)
