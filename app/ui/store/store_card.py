"""Base class of the cards on the database page."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.services.database.key_service import KeyState
from app.ui.shell.backend import Services
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, label

T = TypeVar("T")

WIDEST_FIELD = 400


class StoreCard(Pane):
    """A title, an explanation, the card's own widgets, and an error message at the end.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.session = session
        self._error: FacelatchError | None = None
        self.title, self.explanation = label("strong"), label("muted", wrap=True)
        self.message = InlineMessage("bad")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(8)
        self.column.addWidget(self.title)
        self.column.addWidget(self.explanation)

    def show_state(self, state: KeyState) -> None:
        """Update the card for the state of the database; the base class ignores it."""

    def close_form(self) -> bool:
        """Close the open form; return False if none is open."""
        return False

    def show_failure(self, error: FacelatchError | None) -> None:
        """Show an error; None clears it."""
        self._error = error
        self.update_error_text()

    def update_error_text(self) -> None:
        """Show the error in the current language."""
        error = self._error
        self.message.show_text(*([value_texts.error_message(error), value_texts.error_hint(error)] if error else []))

    def ask(self, work: Callable[[Services], T], then: Callable[[T], None], *, slow: bool = False) -> None:
        """Run a task in a worker thread.

        Args:
            work: The task, called with the services.
            then: Called with its result.
            slow: Whether to use the worker for long tasks.
        """
        services = self.session.services
        if services is not None:
            worker = self.session.slow_worker if slow else self.session.worker
            worker.submit(lambda: work(services), then, self.fail)

    def fail(self, error: FacelatchError) -> None:
        """Show why the task failed."""
        self.show_failure(error)


def button_row(*parts: QWidget) -> QHBoxLayout:
    """Return a left-aligned row of widgets."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
