"""What the cards of this page have in common."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.services.database.key_service import KeyState
from app.ui.shell.session import Services, Session
from app.ui.texts import value_texts
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, label

T = TypeVar("T")

WIDEST_FIELD = 400


class StoreCard(Pane):
    """A title, what is to be said, and below it the parts of the card; errors are said at its end.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.session = session
        self._error: FacelatchError | None = None
        self.title, self.said = label("strong"), label("muted", wrap=True)
        self.message = InlineMessage("bad")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(8)
        self.column.addWidget(self.title)
        self.column.addWidget(self.said)

    def show_state(self, state: KeyState) -> None:
        """Take note of how the database is protected, where that matters to the card."""

    def settle(self) -> bool:
        """Leave what was begun; False when nothing was."""
        return False

    def show_failure(self, error: FacelatchError | None) -> None:
        """Say what failed, or that nothing does any more."""
        self._error = error
        self.update_error_text()

    def update_error_text(self) -> None:
        """Say it in the language of now."""
        error = self._error
        self.message.say(*([value_texts.error_message(error), value_texts.error_hint(error)] if error else []))

    def ask(self, work: Callable[[Services], T], then: Callable[[T], None], *, slow: bool = False) -> None:
        """Have something done in a worker's thread.

        Args:
            work: Given the services.
            then: Given what came of it.
            slow: Whether it may take more than a moment.
        """
        services = self.session.services
        if services is not None:
            worker = self.session.slow_worker if slow else self.session.worker
            worker.submit(lambda: work(services), then, self.fail)

    def fail(self, error: FacelatchError) -> None:
        """It could not be done."""
        self.show_failure(error)


def button_row(*parts: QWidget) -> QHBoxLayout:
    """Parts side by side, at the left."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
