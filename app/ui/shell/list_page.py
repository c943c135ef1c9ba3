"""What the pages of people and of events have in common: a list that is kept up to date, and a card beside it."""

from typing import Protocol

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.errors import FacelatchError
from app.ui.shell.navigation import Page
from app.ui.shell.session import Session
from app.ui.widgets.notices import RetryNotice

_POLL_MS = 1000
_NARROW_BELOW = 1040


class Reader(Protocol):
    """Reads the list in the worker's thread."""

    def look(self) -> None:
        """See whether something has changed, and read it then."""


class ListPage(Page):
    """Looks at the database once a second while it is seen, in the worker's thread.

    Args:
        session: What is behind the window.
        card: What is chosen in the list.
        widths: Of the card, where there is room and where there is little.
    """

    _reader: Reader

    def __init__(self, session: Session, card: QWidget, widths: tuple[int, int]) -> None:
        super().__init__()
        self._session = session
        self._card, self._widths = card, widths
        self.trouble = RetryNotice()
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the database while the page is seen."""
        super().showEvent(event)
        self._poll.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """And no longer."""
        super().hideEvent(event)
        self._poll.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave more to the list where there is little room."""
        super().resizeEvent(event)
        wide, narrow = self._widths
        self._card.setFixedWidth(narrow if self.width() < _NARROW_BELOW else wide)

    def minimumSizeHint(self) -> QSize:
        """Small enough for 960 × 600 with the rail and the status line beside it; below that, it is scrolled."""
        return QSize(872, 540)

    def _look(self) -> None:
        refusal = self._session.state.refusal
        if self._session.services is None and refusal is not None:
            self._fail(refusal)
        self._reader.look()

    def _fail(self, error: FacelatchError) -> None:
        """Say that it cannot be read."""
        self.trouble.show_error(error)
