"""The status line: camera, resolution, frame rate, dropped frames, engine."""

from PySide6.QtWidgets import QHBoxLayout

from app.pipeline.capture_thread import CameraState
from app.pipeline.live import LiveStatus
from app.pipeline.results import EngineState
from app.ui.shell.session import SessionState
from app.ui.texts import value_texts
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.panes import Pane, label


class StatusLine(Pane):
    """Shows the state of camera and engine in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._status: LiveStatus | None = None
        self._failed = False
        self._camera, self._engine = ElidedLabel("muted"), label("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 8)
        row.setSpacing(16)
        row.addWidget(self._camera, 1)
        row.addWidget(self._engine)
        self.retranslate()

    def show_state(self, state: SessionState) -> None:
        """Show the state of a session."""
        self._status, self._failed = state.live, state.live is None and state.error is not None
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._camera.setText(self._of_camera())
        self._engine.setText(self._of_engine())

    def _of_camera(self) -> str:
        status = self._status
        streaming = status and status.camera.state in {CameraState.STREAMING, CameraState.DARK}
        if status is None or status.camera.info is None or not streaming:
            return self.tr("Camera: none")
        info = status.camera.info
        size = f" {info.width}×{info.height}" if info.width else ""
        parts = [
            self.tr("Camera: {name}").format(name=info.name) + size,
            value_texts.rate(status.fps),
            self.tr("{count} dropped").format(count=value_texts.number(status.dropped)),
        ]
        return " · ".join(parts)

    def _of_engine(self) -> str:
        waiting = EngineState.STOPPED if self._failed else EngineState.LOADING
        state = self._status.engine.state if self._status else waiting
        if state is EngineState.LOADING:
            return self.tr("Engine: loading")
        if state is EngineState.RUNNING and self._status is not None:
            return self.tr("Engine: {provider}").format(provider=value_texts.provider(self._status.engine.provider))
        return self.tr("Engine: stopped")
