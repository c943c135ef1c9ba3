"""Enrolling whoever is in front of the camera."""

from PySide6.QtCore import Signal

from app.pipeline.recognition import FrameResult
from app.ui.session import Session
from app.ui.widgets.pane import Pane


class EnrolmentPanel(Pane):
    """Stub."""

    closed = Signal()
    enrolled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def begin(self) -> None:
        """Stub."""

    def cancel(self) -> None:
        """Stub."""
        self.closed.emit()

    def show_result(self, result: FrameResult) -> None:
        """Stub."""
