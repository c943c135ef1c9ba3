"""What the window's pages have in common, so that one more is a declaration and a line in `MainWindow`."""

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
    """A page's entry in the rail.

    Its shortcut is Ctrl and its number in the window's list of pages, from 1.

    Attributes:
        key: By which `MainWindow.show_page` finds it.
        words: Below its icon, one short word; marked `QT_TRANSLATE_NOOP("Rail", …)`.
        tip: What one finds there; marked likewise, without the shortcut, which is added.
        icon: In the family of `widgets/icons.py`.
        at_foot: Whether it stands at the rail's foot.
    """

    key: str
    words: str
    tip: str
    icon: str
    at_foot: bool = False


class Page(Pane):
    """One of the pages that the rail leads to."""

    place: ClassVar[Place]

    def refresh(self) -> None:
        """Read again what may have changed elsewhere. Called whenever the page comes into view."""

    def close_topmost(self) -> bool:
        """Close what was opened last; False when nothing is open."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date."""
        super().showEvent(event)
        self.refresh()


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
            tip = value_texts.translate("Rail", place.tip)
            self._say(self._buttons[place.key], value_texts.translate("Rail", place.words), tip, f"Ctrl+{number}")

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


class PageStack(QScrollArea):
    """Shows one page at a time, never smaller than it says it can be.

    On a screen where everything is enlarged, one scrolls rather than read half a word.

    Args:
        pages: All of them.
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
        """The one that is seen."""
        return self._content.page

    def show_page(self, page: Page) -> None:
        """Go to one of the pages."""
        self._content.show_page(page)

    def minimumSizeHint(self) -> QSize:
        """As small as one likes."""
        return QSize(160, 120)


class _Content(QWidget):
    """As large as the page that is seen needs, whatever the others would."""

    def __init__(self, pages: Iterable[Page]) -> None:
        super().__init__()
        self._pages = list(pages)
        self._layout = QStackedLayout(self)
        for page in self._pages:
            self._layout.addWidget(page)

    @property
    def page(self) -> Page:
        """The one that is seen."""
        return self._pages[self._layout.currentIndex()]

    def show_page(self, page: Page) -> None:
        """Go to one of the pages."""
        self._layout.setCurrentWidget(page)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Of the page that is seen."""
        return self.page.minimumSizeHint()

    def heightForWidth(self, _width: int) -> int:
        """Wrapped words are the page's own concern."""
        return self.minimumSizeHint().height()
