"""Pages of the window, the rail that leads to them, and the stack that shows one of them."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.ui.texts import value_texts
from app.ui.widgets.buttons import RailButton
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane


@dataclass(frozen=True, slots=True)
class Place:
    """Entry of a page in the rail. Its shortcut is Ctrl and its position in the list of pages, from 1.

    Attributes:
        key: Identifies the page in `MainWindow.show_page`.
        words: Label below the icon, one short word; marked `QT_TRANSLATE_NOOP("Rail", …)`.
        tip: Tooltip without the shortcut; marked likewise.
        icon: Name in the icon family.
        at_foot: Whether the entry is at the bottom of the rail.
    """

    key: str
    words: str
    tip: str
    icon: str
    at_foot: bool = False


class Page(Pane):
    """A page of the window."""

    place: ClassVar[Place]

    def refresh(self) -> None:
        """Reload what may have changed elsewhere. Called whenever the page is shown."""

    def close_topmost(self) -> bool:
        """Close the topmost open part; return False if none is open."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh the page."""
        super().showEvent(event)
        self.refresh()


WIDTH = 88
_GAP = 8
_AROUND = 24


class Rail(Pane):
    """One button per page.

    Signals:
        page_chosen: The key of the page.

    Args:
        places: Entries in order.
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
        """Mark the page that is shown."""
        self._buttons[key].setChecked(True)

    def show_allowed(self, keys: Set[str]) -> None:
        """Show only the buttons with these keys."""
        for key, made in self._buttons.items():
            made.setVisible(key in keys)

    def button_of(self, key: str) -> RailButton:
        """Return the button with a key."""
        return self._buttons[key]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the labels if the rail is too low for them; the tooltips repeat them."""
        super().resizeEvent(event)
        compact = self.height() < _AROUND + len(self._places) * (RailButton.TALL + _GAP)
        for button in self._buttons.values():
            button.set_compact(compact=compact)

    def retranslate(self) -> None:
        """Set every translated text."""
        for number, place in enumerate(self._places, start=1):
            tip = value_texts.translate("Rail", place.tip)
            self._say(self._buttons[place.key], value_texts.translate("Rail", place.words), tip, f"Ctrl+{number}")

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
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


class PageStack(QScrollArea):
    """Shows one page at a time, never smaller than its minimum size: a smaller window scrolls.

    Args:
        pages: All pages.
    """

    def __init__(self, pages: Iterable[Page]) -> None:
        super().__init__()
        self.setObjectName("stage")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._content = _Content(pages)
        self.setWidget(self._content)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._content.page

    def show_page(self, page: Page) -> None:
        """Show one of the pages."""
        self._content.show_page(page)

    def minimumSizeHint(self) -> QSize:
        """Return a size smaller than any page, which then scrolls."""
        return QSize(160, 120)


class _Content(QWidget):
    """Sized for the page that is shown, regardless of the others."""

    def __init__(self, pages: Iterable[Page]) -> None:
        super().__init__()
        self._pages = list(pages)
        self._layout = QStackedLayout(self)
        for page in self._pages:
            self._layout.addWidget(page)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._pages[self._layout.currentIndex()]

    def show_page(self, page: Page) -> None:
        """Show one of the pages."""
        self._layout.setCurrentWidget(page)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size of the page that is shown."""
        return self.page.minimumSizeHint()

    def heightForWidth(self, _width: int) -> int:
        """Return the page's minimum height; wrapping is handled inside the page."""
        return self.minimumSizeHint().height()
