"""The rail at the left: where one can go, and how the window looks."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QMenu, QToolButton, QVBoxLayout

from app.core.settings import Language, Theme
from app.ui import texts
from app.ui.page import Place
from app.ui.widgets.buttons import RailButton
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

WIDTH = 88


class Rail(Pane):
    """A button a page; at the foot, theme and language.

    Signals:
        page_chosen: The key of its place.
        theme_chosen: A Theme.
        language_chosen: A Language.

    Args:
        places: Where one can go, in order.
    """

    page_chosen = Signal(str)
    theme_chosen = Signal(object)
    language_chosen = Signal(object)

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._theme, self._language = Theme.DARK, Language.SYSTEM
        self._places, self._pages = places, QButtonGroup(self)
        self._buttons = {place.key: self._page(place) for place in places}
        self._theme_button, self._language_button = self._menu(self._fill_themes), self._menu(self._fill_languages)
        self._lay_out()
        self.retranslate()
        self.restyle()

    def show_page(self, key: str) -> None:
        """Mark a page as the one shown."""
        self._buttons[key].setChecked(True)

    def button_of(self, key: str) -> RailButton:
        """The button of a place."""
        return self._buttons[key]

    def show_settings(self, theme: Theme, language: Language) -> None:
        """Say what is chosen."""
        self._theme, self._language = theme, language

    def retranslate(self) -> None:
        """Set every text."""
        for number, place in enumerate(self._places, start=1):
            tip = texts.translate("Rail", place.tip)
            self._say(self._buttons[place.key], texts.translate("Rail", place.words), tip, f"Ctrl+{number}")
        self._say(self._theme_button, self.tr("Theme"), self.tr("Theme"), "Alt+T")
        self._say(self._language_button, self.tr("Language"), self.tr("Language"), "Alt+L")

    def restyle(self) -> None:
        """Take the colours."""
        for place in self._places:
            self._buttons[place.key].setIcon(icon(place.icon))
        self._theme_button.setIcon(icon("circle-half"))
        self._language_button.setIcon(icon("translate"))
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
        column.setSpacing(8)
        for place in self._places:
            if not place.at_foot:
                column.addWidget(self._buttons[place.key])
        column.addStretch()
        for place in self._places:
            if place.at_foot:
                column.addWidget(self._buttons[place.key])
        for choice in (self._theme_button, self._language_button):
            column.addWidget(choice)

    def _menu(self, fill: object) -> RailButton:
        made = RailButton(WIDTH - 16)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.aboutToShow.connect(fill)
        made.setMenu(menu)
        return made

    def _fill_themes(self) -> None:
        group = self._emptied(self._theme_button)
        for theme in Theme:
            action = self._choice(group, texts.theme_name(theme), chosen=theme is self._theme)
            action.triggered.connect(lambda _=False, value=theme: self.theme_chosen.emit(value))
            self._theme_button.menu().addAction(action)

    def _fill_languages(self) -> None:
        group = self._emptied(self._language_button)
        for language in Language:
            action = self._choice(group, texts.language_name(language), chosen=language is self._language)
            action.triggered.connect(lambda _=False, value=language: self.language_chosen.emit(value))
            self._language_button.menu().addAction(action)

    @staticmethod
    def _emptied(made: QToolButton) -> QActionGroup:
        menu = made.menu()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        menu.clear()
        return QActionGroup(menu)

    @staticmethod
    def _choice(group: QActionGroup, words: str, *, chosen: bool) -> QAction:
        action = QAction(words, group)
        action.setCheckable(True)
        action.setChecked(chosen)
        return action
