"""Base class of the people page and the audit page: a list that stays current and a card beside it."""

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
    """Reads the list in the worker thread."""

    def poll(self) -> None:
        """Check for changes and read the list again if there are any."""


class ListPage(Page):
    """A page that polls the database once a second while it is visible.

    Args:
        session: The pipeline, the services and the settings.
        card: The card of the selected entry.
        widths: Width of the card in a wide and in a narrow window, in pixels.
    """

    _reader: Reader

    def __init__(self, session: Session, card: QWidget, widths: tuple[int, int]) -> None:
        super().__init__()
        self._session = session
        self._card, self._widths = card, widths
        self.retry_notice = RetryNotice()
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._poll_reader)

    def showEvent(self, event: QShowEvent) -> None:
        """Start polling."""
        super().showEvent(event)
        self._poll.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop polling."""
        super().hideEvent(event)
        self._poll.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow the card in a narrow window."""
        super().resizeEvent(event)
        wide, narrow = self._widths
        self._card.setFixedWidth(narrow if self.width() < _NARROW_BELOW else wide)

    def minimumSizeHint(self) -> QSize:
        """Return a size that fits 960 × 600 beside the rail and the status line; smaller windows scroll."""
        return QSize(872, 540)

    def _poll_reader(self) -> None:
        refusal = self._session.state.error
        if self._session.services is None and refusal is not None:
            self._fail(refusal)
        self._reader.poll()

    def _fail(self, error: FacelatchError) -> None:
        """Show that the list cannot be read."""
        self.retry_notice.show_error(error)
