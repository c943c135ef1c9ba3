"""The session of the window: the pipeline, the services and the settings that its pages share."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic_ns
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import FacelatchError, NotAllowed, SettingsError
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, find_setting, overriding_variable
from app.core.settings.sections import CameraSettings
from app.pipeline.live import LiveStatus
from app.pipeline.results import FrameResult
from app.services.system.settings_service import SettingState
from app.ui.shell.backend import Backend, Services
from app.ui.shell.bridge import Wake
from app.ui.shell.worker import Worker

if TYPE_CHECKING:
    from app.services.database.recovery import RecoveryService
    from app.services.liveness.live_challenge import LiveChallenge
    from app.services.liveness.liveness_test import LivenessTestSession

log = logging.getLogger(__name__)

DEMO = "demo"
_POLL_MS = 250


@dataclass(frozen=True, slots=True)
class SessionState:
    """State of the pipeline and the services.

    Attributes:
        live: Status of the pipeline; None while the services are being made.
        error: Why the services could not be made or the source cannot be used; None if there is no error.
        source: The source in the settings, as the user wrote it.
    """

    live: LiveStatus | None
    error: FacelatchError | None
    source: str


class Session(QObject):
    """Starts and stops the pipeline and the services, and changes settings. Lives in the window's thread.

    Signals:
        polled: `state` may have changed.
        ready: `services` is set.
        settings_changed: `settings` has changed.
        settings_unsaved: The settings, or the audit event of their change, could not be written (a FacelatchError).
        closing: The window closes; long tasks must stop.

    Args:
        backend: Makes the services and holds the settings.
        parent: Owner of this object.
    """

    polled = Signal()
    ready = Signal()
    settings_changed = Signal()
    settings_unsaved = Signal(object)
    closing = Signal()

    def __init__(self, backend: Backend, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = backend
        self.settings: Settings = backend.settings
        self.services: Services | None = None
        self.worker, self.slow_worker = Worker(self), Worker(self)
        self.wake = Wake(self)
        self._error: FacelatchError | None = None
        self._watching_since_ns = 0
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self.polled)

    @property
    def state(self) -> SessionState:
        """State of the pipeline and the services."""
        live = self.services.pipeline.status() if self.services else None
        return SessionState(live, self._error, self.settings.camera.source)

    def start(self) -> None:
        """Make the services in the worker's thread, then show the source in the settings."""
        self._error = None
        self._timer.start()
        self.worker.submit(lambda: self._backend.make_services(self.wake.call), self._begin, self._fail)
        self.polled.emit()

    def take_result(self) -> FrameResult | None:
        """Return the newest result and remove it; None if there is none from the source being watched."""
        result = self.services.pipeline.take_result() if self.services else None
        if result is None or result.frame.captured_ns < self._watching_since_ns:
            return None
        return result

    def watch(self, source: str) -> FacelatchError | None:
        """Show another source and save it in the settings.

        Returns:
            Why the source cannot be shown, if that is known immediately; the settings are then unchanged.
        """
        if self.services is None:
            return None
        return self._choose("camera.source", source, reopen=True)

    def retry(self) -> None:
        """Retry the part that failed: the services, the source or the pipeline."""
        if self.services is None or self.services.pipeline.status().engine.error is not None:
            self._restart()
        elif self._error is not None:
            self._error = self._open_source(self.services, self.settings)
        else:
            self._watching_since_ns = monotonic_ns()
            self.services.pipeline.retry()
        self.polled.emit()

    def pause(self, *, paused: bool) -> None:
        """Close the camera, or open it again."""
        if self.services is not None:
            self._watching_since_ns = monotonic_ns()
            self.services.pipeline.pause(paused=paused)
            self.polled.emit()

    def set_one_in(self, one_in: int) -> None:
        """Apply and save a promise per visitor.

        Args:
            one_in: Of so many strangers who try, one is accepted.
        """
        self._choose("recognition.one_in", one_in)

    def preview_one_in(self, one_in: int) -> None:
        """Apply a promise per visitor without saving it.

        Args:
            one_in: Of so many strangers who try, one is accepted.
        """
        if self.services is not None:
            previewed = self.settings.with_changes(recognition={"one_in": one_in})
            self.services.matcher.apply(previewed.recognition)

    @property
    def recovery(self) -> "RecoveryService":
        """Recovers a database that does not open; to be used in the worker's thread."""
        return self._backend.recovery()

    def liveness_test(self) -> "LivenessTestSession | None":
        """Return a guided liveness test on the source being watched; None before the services are ready."""
        return self._backend.liveness_test(self.services.pipeline) if self.services else None

    def live_challenge(self) -> "LiveChallenge | None":
        """Return a challenge for the face in front of the camera; None before the services are ready."""
        return self._backend.live_challenge(self.services.pipeline) if self.services else None

    def states(self, chosen: Iterable[Setting]) -> list[SettingState]:
        """Return settings with their values and the origin of each value."""
        return self._backend.settings_service.states(self.settings, chosen)

    def check(self, values: Sequence[tuple[Setting, object]]) -> FacelatchError | None:
        """Return why settings cannot take these values; None if they can."""
        try:
            self._backend.settings_service.changed(self.settings, values)
        except FacelatchError as error:
            return error
        return None

    def change(self, values: Sequence[tuple[Setting, object]]) -> FacelatchError | None:
        """Apply and save settings.

        Returns:
            Why the values are rejected; the settings are then unchanged. Or a SettingsError if they could not be
            saved; they then apply until the program ends. None on success.
        """
        try:
            after = self._backend.settings_service.changed(self.settings, values)
        except FacelatchError as error:
            return error
        return self._apply(after) or self._save(after, [setting for setting, _ in values])

    def close(self, timeout_s: float = 2.0) -> bool:
        """Stop the pipeline and the workers.

        Args:
            timeout_s: Longest wait for the threads, in seconds.

        Returns:
            False if a driver or a locked database blocks a thread, which is then left as a daemon.
        """
        if self._closed:
            return True
        self._closed = True
        began = monotonic_ns()
        self._timer.stop()
        self.closing.emit()
        stopped = self.services.pipeline.stop() if self.services else True
        for worker in (self.worker, self.slow_worker):
            left = timeout_s - (monotonic_ns() - began) / 1e9
            stopped &= worker.close(max(left, 0.1))
        return stopped

    def _begin(self, services: Services) -> None:
        services.pipeline.start()
        self.services = services
        self._error = self._open_source(services, self.settings)
        self.ready.emit()
        self.polled.emit()

    def _fail(self, error: FacelatchError) -> None:
        log.warning("the services could not be made: %s", error)
        self._error = error
        self.polled.emit()

    def _restart(self) -> None:
        if self.services is not None:
            self.services.pipeline.stop()
            self.services = None
        self.start()

    def _open_source(self, services: Services, settings: Settings) -> FacelatchError | None:
        self._watching_since_ns = monotonic_ns()
        try:
            services.live.watch(services.pipeline, settings.camera)
        except FacelatchError as error:
            return error
        self._error = None
        self.polled.emit()
        return None

    def _choose(self, key: str, value: str | int, *, reopen: bool = False) -> FacelatchError | None:
        """Change one setting from a page. A value overridden by the environment applies to this run and is not saved.

        Args:
            key: Of the setting.
            value: Its new value.
            reopen: Whether to open the source even if the setting is unchanged.
        """
        setting = find_setting(key)
        try:
            after = self._backend.settings_service.changed(self.settings, [(setting, value)], this_run=True)
        except NotAllowed as error:
            self.settings_unsaved.emit(error)
            return error
        except FacelatchError as error:
            return error
        rejection = self._apply(after, reopen=reopen)
        unsaved = self._save(after, [setting]) if rejection is None and overriding_variable(setting) is None else None
        if unsaved is not None:
            self.settings_unsaved.emit(unsaved)
        return rejection

    def _apply(self, after: Settings, *, reopen: bool = False) -> FacelatchError | None:
        """Apply settings to the pipeline and the services, and record the changes in the audit log."""
        before = self.settings
        if reopen or _changes_source(before.camera, after.camera):
            error = self._reopen_source(after)
            if error is not None:
                return error
        self.settings = after
        self._backend.apply_settings(after)
        if self.services is not None and _changes_vision(before, after):
            self.services.pipeline.reload_vision()
        elif self.services is not None and before.liveness != after.liveness:
            self.services.pipeline.reset_faces()
        self.settings_changed.emit()
        record_changes = self._backend.settings_service.record_changes
        self.worker.submit(lambda: record_changes(before, after), lambda _: None, self.settings_unsaved.emit)
        return None

    def _reopen_source(self, after: Settings) -> FacelatchError | None:
        """Open the source in the settings; a paused camera stays paused."""
        if self.services is None:
            return None
        paused = self.services.pipeline.status().paused and after.camera.source == self.settings.camera.source
        error = self._open_source(self.services, after)
        if error is None and paused:
            self.services.pipeline.pause(paused=True)
        return error

    def _save(self, after: Settings, chosen: Sequence[Setting]) -> SettingsError | None:
        try:
            self._backend.settings_service.save(after, chosen)
        except SettingsError as error:
            return error
        return None


def _changes_source(before: CameraSettings, after: CameraSettings) -> bool:
    """Whether the camera has to be reopened; mirroring only changes how the picture is drawn."""
    return (before.source, before.width, before.height) != (after.source, after.width, after.height)


def _changes_vision(before: Settings, after: Settings) -> bool:
    """Whether vision has to be reloaded. The operating point does not concern it; another model needs a restart."""
    others = {"model", "one_in", "operating_point", "min_margin", "fusion"}
    old, new = (settings.recognition.model_dump(exclude=others) for settings in (before, after))
    return (before.quality, old) != (after.quality, new)
