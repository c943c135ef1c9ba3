"""The rail at the left: where one can go, and how the window looks."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QMenu, QToolButton, QVBoxLayout

from app.core.settings import Language, Theme
from app.ui import texts
from app.ui.widgets.buttons import RailButton
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane

WIDTH = 88


class Rail(Pane):
    """A button a page; at the foot, theme and language.

    Signals:
        page_chosen: Its number.
        theme_chosen: A Theme.
        language_chosen: A Language.
    """

    page_chosen = Signal(int)
    theme_chosen = Signal(object)
    language_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._theme, self._language = Theme.DARK, Language.SYSTEM
        self._pages = QButtonGroup(self)
        self._live, self._people = self._page(0, "Ctrl+1"), self._page(1, "Ctrl+2")
        self._theme_button, self._language_button = self._menu(self._fill_themes), self._menu(self._fill_languages)
        self._live.setChecked(True)
        self._pages.idClicked.connect(self.page_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 8)
        column.setSpacing(8)
        for page in (self._live, self._people):
            column.addWidget(page)
        column.addStretch()
        for choice in (self._theme_button, self._language_button):
            column.addWidget(choice)
        self.retranslate()
        self.restyle()

    def show_page(self, number: int) -> None:
        """Mark a page as the one shown."""
        self._pages.button(number).setChecked(True)

    def show_settings(self, theme: Theme, language: Language) -> None:
        """Say what is chosen."""
        self._theme, self._language = theme, language

    def retranslate(self) -> None:
        """Set every text."""
        for made, words, tip in (
            (self._live, self.tr("Live"), self.tr("Live picture (Ctrl+1)")),
            (self._people, self.tr("People"), self.tr("Who is enrolled (Ctrl+2)")),
            (self._theme_button, self.tr("Theme"), self.tr("Theme (Alt+T)")),
            (self._language_button, self.tr("Language"), self.tr("Language (Alt+L)")),
        ):
            made.setText(words)
            made.setToolTip(tip)
            made.setAccessibleName(words)
        self._live.setShortcut("Ctrl+1")
        self._people.setShortcut("Ctrl+2")
        self._theme_button.setShortcut("Alt+T")
        self._language_button.setShortcut("Alt+L")

    def restyle(self) -> None:
        """Take the colours."""
        for made, name in (
            (self._live, "user-focus"),
            (self._people, "users"),
            (self._theme_button, "circle-half"),
            (self._language_button, "translate"),
        ):
            made.setIcon(icon(name))
        self.update()

    def _page(self, number: int, shortcut: str) -> RailButton:
        made = RailButton(WIDTH - 16)
        made.setCheckable(True)
        made.setShortcut(shortcut)
        self._pages.addButton(made, number)
        return made

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
