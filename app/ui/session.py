"""What the window's parts share: the pipeline, the services and the settings."""

import logging
from dataclasses import dataclass
from time import monotonic_ns
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import FacelatchError, SettingsError
from app.core.settings import Language, Settings, Theme
from app.pipeline.live import LivePipeline, LiveStatus
from app.pipeline.recognition import FrameResult
from app.ui.bridge import Wake
from app.ui.ports import ApplicationPort, EnrolmentPort, LivePort, MatcherPort, PeoplePort
from app.ui.worker import Worker

log = logging.getLogger(__name__)

DEMO = "demo"
_POLL_MS = 250


@dataclass(frozen=True, slots=True)
class Services:
    """What takes time to make, and so is made in the worker's thread."""

    live: LivePort
    people: PeoplePort
    enrolment: EnrolmentPort
    matcher: MatcherPort
    pipeline: LivePipeline


@dataclass(frozen=True, slots=True)
class SessionState:
    """How everything behind the window is doing.

    Attributes:
        live: Of the pipeline; None while the services are being made.
        refusal: Why the services could not be made, or the source not be understood.
        source: As the user wrote it.
    """

    live: LiveStatus | None
    refusal: FacelatchError | None
    source: str


class Session(QObject):
    """Starts and stops what is behind the window. Lives in the window's thread.

    Signals:
        woken: There is a new result to take.
        polled: `state` may have changed.
        ready: The services can be used from now on.
        settings_changed: `settings` are new.
        settings_unsaved: They could not be written (a SettingsError).
    """

    polled = Signal()
    ready = Signal()
    settings_changed = Signal()
    settings_unsaved = Signal(object)

    def __init__(self, application: ApplicationPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self.settings: Settings = application.settings
        self.services: Services | None = None
        self.worker = Worker(self)
        self.wake = Wake(self)
        self._refusal: FacelatchError | None = None
        self._watching_since_ns = 0
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self.polled)

    @property
    def state(self) -> SessionState:
        """How it is doing."""
        live = self.services.pipeline.status() if self.services else None
        return SessionState(live, self._refusal, self.settings.camera.source)

    def start(self) -> None:
        """Make the services, then show the camera of the settings."""
        self._refusal = None
        self._timer.start()
        self.worker.submit(self._make_services, self._begin, self._refuse)
        self.polled.emit()

    def take_result(self) -> FrameResult | None:
        """The newest result, unless it is of a source that is no longer watched."""
        result = self.services.pipeline.take_result() if self.services else None
        if result is None or result.frame.captured_ns < self._watching_since_ns:
            return None
        return result

    def watch(self, source: str) -> FacelatchError | None:
        """Show another camera and remember it.

        Returns:
            Why it cannot be shown, where that is known at once; then nothing has changed.
        """
        if self.services is None:
            return None
        changed = self.settings.with_changes(camera={"source": source})
        error = self._point_at(self.services, changed)
        if error is None:
            self._change(camera={"source": source})
        return error

    def retry(self) -> None:
        """Begin again with whatever failed."""
        if self.services is None or self._engine_is_dead(self.services):
            self._restart()
        elif self._refusal is not None:
            self._refusal = self._point_at(self.services, self.settings)
        else:
            self._watching_since_ns = monotonic_ns()
            self.services.pipeline.retry()
        self.polled.emit()

    def pause(self, *, paused: bool) -> None:
        """Let go of the camera, or open it again."""
        if self.services is not None:
            self._watching_since_ns = monotonic_ns()
            self.services.pipeline.pause(paused=paused)
            self.polled.emit()

    def be_as_strict_as(self, point: str) -> None:
        """Choose the operating point.

        Args:
            point: Its false match rate, "1e-2" to "1e-6".
        """
        self._change(recognition={"operating_point": point})
        if self.services is not None:
            self.services.matcher.apply(self.settings.recognition)

    def use_theme(self, theme: Theme) -> None:
        """Choose the theme."""
        self._change(appearance={"theme": theme})

    def use_language(self, language: Language) -> None:
        """Choose the language."""
        self._change(appearance={"language": language})

    def close(self, timeout_s: float = 2.0) -> bool:
        """End every thread.

        Returns:
            False when a driver or a locked database holds one; it is left behind as a daemon.
        """
        if self._closed:
            return True
        self._closed = True
        began = monotonic_ns()
        self._timer.stop()
        stopped = self.services.pipeline.stop() if self.services else True
        left = timeout_s - (monotonic_ns() - began) / 1e9
        return self.worker.close(max(left, 0.1)) and stopped

    def _make_services(self) -> Services:
        application = self._application
        live = application.live
        pipeline = live.pipeline(self.wake.call)
        return Services(live, application.people, application.enrolment, application.matcher, pipeline)

    def _begin(self, services: Services) -> None:
        services.pipeline.start()
        self.services = services
        services.matcher.apply(self.settings.recognition)
        self._refusal = self._point_at(services, self.settings)
        self.ready.emit()
        self.polled.emit()

    def _refuse(self, error: FacelatchError) -> None:
        log.warning("the services could not be made: %s", error)
        self._refusal = error
        self.polled.emit()

    def _restart(self) -> None:
        if self.services is not None:
            self.services.pipeline.stop()
            self.services = None
        self.start()

    def _point_at(self, services: Services, settings: Settings) -> FacelatchError | None:
        self._watching_since_ns = monotonic_ns()
        try:
            services.live.watch(services.pipeline, settings.camera)
        except FacelatchError as error:
            return error
        self._refusal = None
        self.polled.emit()
        return None

    def _change(self, **changes: dict[str, Any]) -> None:
        self.settings = self.settings.with_changes(**changes)
        self.settings_changed.emit()
        try:
            self._application.settings_file.save(**changes)
        except SettingsError as error:
            self.settings_unsaved.emit(error)

    @staticmethod
    def _engine_is_dead(services: Services) -> bool:
        return services.pipeline.status().engine.error is not None
