"""What the window's parts share: the pipeline, the services and the settings."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic_ns

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import FacelatchError, NotAllowed, SettingsError
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, find_setting, overriding_variable
from app.core.settings.sections import CameraSettings
from app.pipeline.live import LivePipeline, LiveStatus
from app.pipeline.results import FrameResult
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_test import LivenessTestSession
from app.services.system.settings_service import SettingState
from app.ui.ports import (
    ApplicationPort,
    AuditPort,
    CalibrationPort,
    ConsentPort,
    EnrolmentPort,
    LivePort,
    MatcherPort,
    PeoplePort,
    RolePort,
)
from app.ui.shell.bridge import Wake
from app.ui.shell.worker import Worker
from app.ui.store_ports import BundlePort, KeyPort, ReenrolmentPort, RescuePort, StorePort

log = logging.getLogger(__name__)

DEMO = "demo"
_POLL_MS = 250


@dataclass(frozen=True, slots=True)
class Services:
    """What takes time to make, and so is made in the worker's thread."""

    live: LivePort
    people: PeoplePort
    enrolment: EnrolmentPort
    consent: ConsentPort
    matcher: MatcherPort
    calibration: CalibrationPort
    audit: AuditPort
    roles: RolePort
    keys: KeyPort
    store: StorePort
    bundles: BundlePort
    reenrolment: ReenrolmentPort
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
        settings_unsaved: They, or the audit trail of them, could not be written (a FacelatchError).
        closing: Whatever may take long is to be given up.
    """

    polled = Signal()
    ready = Signal()
    settings_changed = Signal()
    settings_unsaved = Signal(object)
    closing = Signal()

    def __init__(self, application: ApplicationPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self.settings: Settings = application.settings
        self.services: Services | None = None
        self.worker, self.slow_worker = Worker(self), Worker(self)
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
        return self._choose("camera.source", source, again=True)

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

    def set_operating_point(self, point: str) -> None:
        """Choose the operating point.

        Args:
            point: Its false match rate, "1e-2" to "1e-6".
        """
        self._choose("recognition.operating_point", point)

    def preview_operating_point(self, point: str) -> None:
        """Match by another operating point from now on, without keeping it.

        Args:
            point: Its false match rate, "1e-2" to "1e-6".
        """
        if self.services is not None:
            tried = self.settings.with_changes(recognition={"operating_point": point})
            self.services.matcher.apply(tried.recognition)

    @property
    def recovery(self) -> RescuePort:
        """What can be done while the database does not open; for the worker's thread."""
        return self._application.recovery

    def liveness_trials(self) -> LivenessTestSession | None:
        """A session that tries the liveness check on what is watched; None before anything is."""
        return self._application.liveness_trials(self.services.pipeline) if self.services else None

    def live_challenge(self) -> LiveChallenge | None:
        """Asks whoever is in front of the camera for movements; None before anything is watched."""
        return self._application.live_challenge(self.services.pipeline) if self.services else None

    def states(self, chosen: Iterable[Setting]) -> list[SettingState]:
        """Settings with their values, and where those come from."""
        return self._application.settings_service.states(self.settings, chosen)

    def check(self, values: Sequence[tuple[Setting, object]]) -> FacelatchError | None:
        """Why settings cannot have these values; None where they can."""
        try:
            self._application.settings_service.changed(self.settings, values)
        except FacelatchError as error:
            return error
        return None

    def change(self, values: Sequence[tuple[Setting, object]]) -> FacelatchError | None:
        """Give settings other values, at once and for good.

        Returns:
            Why they cannot have them; then nothing has changed. Or why they could not be saved (a SettingsError); then
            they hold until the program ends.
        """
        try:
            after = self._application.settings_service.changed(self.settings, values)
        except FacelatchError as error:
            return error
        refusal = self._take(after)
        return refusal or self._keep(after, [setting for setting, _ in values])

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
        self.closing.emit()
        stopped = self.services.pipeline.stop() if self.services else True
        for worker in (self.worker, self.slow_worker):
            left = timeout_s - (monotonic_ns() - began) / 1e9
            stopped &= worker.close(max(left, 0.1))
        return stopped

    def _make_services(self) -> Services:
        application = self._application
        live = application.live
        pipeline = live.pipeline(self.wake.call)
        application.roles.state()
        return Services(
            live,
            application.people,
            application.enrolment,
            application.consent,
            application.matcher,
            application.calibration,
            application.audit,
            application.roles,
            application.keys,
            application.store,
            application.bundles,
            application.reenrolment,
            pipeline,
        )

    def _begin(self, services: Services) -> None:
        services.pipeline.start()
        self.services = services
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

    def _choose(self, key: str, value: str, *, again: bool = False) -> FacelatchError | None:
        """Choose on a page: what the environment sets can be chosen otherwise for this run, but is not kept."""
        setting = find_setting(key)
        try:
            after = self._application.settings_service.changed(self.settings, [(setting, value)], this_run=True)
        except NotAllowed as error:
            self.settings_unsaved.emit(error)
            return error
        except FacelatchError as error:
            return error
        refusal = self._take(after, again=again)
        unsaved = self._keep(after, [setting]) if refusal is None and overriding_variable(setting) is None else None
        if unsaved is not None:
            self.settings_unsaved.emit(unsaved)
        return refusal

    def _take(self, after: Settings, *, again: bool = False) -> FacelatchError | None:
        before = self.settings
        if again or _opened_otherwise(before.camera, after.camera):
            error = self._point_anew(after)
            if error is not None:
                return error
        self.settings = after
        self._application.use(after)
        if self.services is not None and _seen_otherwise(before, after):
            self.services.pipeline.reload_vision()
        elif self.services is not None and before.liveness != after.liveness:
            self.services.pipeline.reset_faces()
        self.settings_changed.emit()
        record_changes = self._application.settings_service.record_changes
        self.worker.submit(lambda: record_changes(before, after), lambda _: None, self.settings_unsaved.emit)
        return None

    def _point_anew(self, after: Settings) -> FacelatchError | None:
        """Open the camera as the settings now say; one that is paused stays so."""
        if self.services is None:
            return None
        paused = self.services.pipeline.status().paused and after.camera.source == self.settings.camera.source
        error = self._point_at(self.services, after)
        if error is None and paused:
            self.services.pipeline.pause(paused=True)
        return error

    def _keep(self, after: Settings, chosen: Sequence[Setting]) -> SettingsError | None:
        try:
            self._application.settings_service.save(after, chosen)
        except SettingsError as error:
            return error
        return None

    @staticmethod
    def _engine_is_dead(services: Services) -> bool:
        return services.pipeline.status().engine.error is not None


def _opened_otherwise(before: CameraSettings, after: CameraSettings) -> bool:
    """Whether a camera is opened in another way; mirroring is a matter of the picture alone."""
    return (before.source, before.width, before.height) != (after.source, after.width, after.height)


def _seen_otherwise(before: Settings, after: Settings) -> bool:
    """Whether vision has to be made anew. How strict matching is does not concern it, and another model waits."""
    others = {"model", "operating_point", "min_margin"}
    old, new = (settings.recognition.model_dump(exclude=others) for settings in (before, after))
    return (before.quality, old) != (after.quality, new)
