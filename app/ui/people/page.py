"""Who is enrolled."""

from PySide6.QtCore import Signal

from app.ui.session import Session
from app.ui.widgets.pane import Pane


class PeoplePage(Pane):
    """Stub."""

    enrol_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def refresh(self) -> None:
        """Stub."""

    def close_topmost(self) -> bool:
        """Stub."""
        return False
