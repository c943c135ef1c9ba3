"""The rail at the left: where one can go."""

from collections.abc import Sequence, Set

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from app.ui import texts
from app.ui.page import Place
from app.ui.widgets.buttons import RailButton
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

WIDTH = 88
_GAP = 8
_AROUND = 24


class Rail(Pane):
    """A button a page.

    Signals:
        page_chosen: The key of its place.

    Args:
        places: Where one can go, in order.
    """

    page_chosen = Signal(str)

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._places, self._pages = places, QButtonGroup(self)
        self._buttons = {place.key: self._page(place) for place in places}
        self._lay_out()
        self.retranslate()
        self.restyle()

    def show_page(self, key: str) -> None:
        """Mark a page as the one shown."""
        self._buttons[key].setChecked(True)

    def show_allowed(self, keys: Set[str]) -> None:
        """Show the buttons of these places, and no others."""
        for key, made in self._buttons.items():
            made.setVisible(key in keys)

    def button_of(self, key: str) -> RailButton:
        """The button of a place."""
        return self._buttons[key]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words out, which the tips say, too, where there is no room for them."""
        super().resizeEvent(event)
        compact = self.height() < _AROUND + len(self._places) * (RailButton.TALL + _GAP)
        for button in self._buttons.values():
            button.set_compact(compact=compact)

    def retranslate(self) -> None:
        """Set every text."""
        for number, place in enumerate(self._places, start=1):
            tip = texts.translate("Rail", place.tip)
            self._say(self._buttons[place.key], texts.translate("Rail", place.words), tip, f"Ctrl+{number}")

    def restyle(self) -> None:
        """Take the colours."""
        for place in self._places:
            self._buttons[place.key].setIcon(icon(place.icon))
        self.update()

    @staticmethod
    def _say(made: RailButton, words: str, tip: str, keys: str) -> None:
        made.setText(words)
        made.setToolTip(f"{tip} ({keys})")
        made.setAccessibleName(words)
        made.setShortcut(keys)  # a new text takes the shortcut away

    def _page(self, place: Place) -> RailButton:
        made = RailButton(WIDTH - 16)
        made.setCheckable(True)
        made.clicked.connect(lambda: self.page_chosen.emit(place.key))
        self._pages.addButton(made)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 8)
        column.setSpacing(_GAP)
        for place in self._places:
            if not place.at_foot:
                column.addWidget(self._buttons[place.key])
        column.addStretch()
        for place in self._places:
            if place.at_foot:
                column.addWidget(self._buttons[place.key])
