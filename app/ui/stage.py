"""Where the pages stand: one is seen, and can be scrolled where the window is smaller than it can be."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QWidget

from app.ui.page import Page


class Stage(QScrollArea):
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
