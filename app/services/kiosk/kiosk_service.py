"""A running kiosk: camera, actions, and the thread that owns the controller."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.core.clock import Clock
from app.core.closeable import Closeable
from app.core.errors import Bug, FacelatchError, StoreError
from app.core.logging import log_file
from app.core.settings.sections import CameraSettings
from app.flows.kiosk.types import KioskState
from app.pipeline.capture_thread import CameraState
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.live import LivePipeline, LiveStatus
from app.services.actions.action_service import ActionService
from app.services.actions.reports import ActionReport, OnReport
from app.services.kiosk.badge_sources import SmartCards
from app.services.kiosk.controller import KioskController, KioskView
from app.services.kiosk.effects import Dispatch
from app.services.kiosk.policy import KioskPolicy
from app.services.live.live_service import LiveService

log = logging.getLogger(__name__)

HANGING_S = 5.0
"""Time without an iteration after which a kiosk hangs; an iteration takes about 0.05 s."""

_STOP_S = 2.0
_STEP_S = 0.05
_CAMERA_CHECK_NS = 250_000_000
_SUSPENDED_NS = 3_000_000_000
"""Lead of the wall clock over the monotonic clock that indicates a suspend, or a clock that was set."""

_Task = Callable[[KioskController], None]


class KioskService(Closeable):
    """Runs a kiosk in a thread of its own. Methods may be called from any thread.

    Args:
        policy: Policy of the kiosk.
        camera: The camera.
        live: Runs the camera with the liveness cues of the policy.
        make_controller: Returns the controller, given the pipeline and the function that starts actions. Called in the
            kiosk's thread, which owns the controller.
        make_actions: Returns the actions of an unlock, not started, given the function that receives their reports.
        clock: Monotonic and wall clock.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        camera: CameraSettings,
        live: LiveService,
        make_controller: Callable[[LivePipeline, Dispatch], KioskController],
        make_actions: Callable[[OnReport], ActionService],
        clock: Clock,
    ) -> None:
        self.policy = policy
        self._camera = camera
        self._live = live
        self._make_controller = make_controller
        self._make_actions = make_actions
        self._clock = clock
        self._pipeline: LivePipeline | None = None
        self._actions: ActionService | None = None
        self._smart_cards: SmartCards | None = None
        self._on_view: Callable[[], None] = lambda: None
        self._tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        self._views: LatestSlot[KioskView] = LatestSlot()
        self._latest: KioskView | None = None
        self._problem: FacelatchError | None = None
        self._beat_ns: int | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def problem(self) -> FacelatchError | None:
        """Why the kiosk has stopped and stays locked; None while it runs."""
        return self._problem

    @property
    def latest(self) -> KioskView | None:
        """The latest view, even if it was taken; None before the first."""
        return self._latest

    @property
    def is_hanging(self) -> bool:
        """Whether the kiosk has stopped or hangs, and should be restarted."""
        return self._problem is not None or self._silent_s >= HANGING_S

    def live_status(self) -> LiveStatus | None:
        """Return the status of camera and recognition; None before `begin`."""
        return self._pipeline.status() if self._pipeline else None

    def health(self) -> dict[str, object]:
        """Return the state of the kiosk for monitoring, without personal data."""
        live, view, silent_s = self.live_status(), self._latest, self._silent_s
        error = live and (live.engine.error or live.camera.error)
        return {
            "kiosk": self.policy.name,
            "ok": self._problem is None and silent_s < HANGING_S and not error and live is not None,
            "state": view.status.state if view else None,
            "camera": live.camera.state if live else None,
            "engine": live.engine.state if live else None,
            "fps": round(live.fps, 1) if live else 0.0,
            "silent_s": round(silent_s, 2),
            "problem": (self._problem or error or None) and str(self._problem or error),
        }

    def begin(self, on_view: Callable[[], None] = lambda: None) -> None:
        """Start the kiosk, locked.

        Args:
            on_view: Called whenever there is a new view, in the kiosk's thread; must return quickly.

        Raises:
            FacelatchError: The camera of the policy is invalid, or a model is missing.
        """
        self._on_view = on_view
        self._beat_ns = self._clock.monotonic_ns()
        pipeline = self._pipeline = self._live.pipeline()
        actions = self._actions = self._make_actions(self._action_reported)
        actions.start()
        pipeline.start()
        self._live.watch(pipeline, self._camera)
        self._thread = threading.Thread(target=self._run, args=(pipeline, actions), name="kiosk", daemon=True)
        self._thread.start()
        if self.policy.who.smart_cards:
            self._smart_cards = SmartCards(self.badge, self._show_warning)
            self._smart_cards.begin()

    def take_view(self) -> KioskView | None:
        """Return the latest view; None if it was taken before."""
        return self._views.take()

    def badge(self, number: str) -> None:
        """Process a badge number that was typed or scanned."""
        self.post(lambda controller: controller.badge(number))

    def open_pin(self) -> None:
        """Open PIN entry."""
        self.post(KioskController.open_pin)

    def open_pin_instead_of_challenge(self) -> None:
        """Open PIN entry for the recognised person, who cannot perform the challenge."""
        self.post(KioskController.open_pin_instead_of_challenge)

    def touch_pin(self) -> None:
        """Process a key press during PIN entry."""
        self.post(KioskController.touch_pin)

    def close_pin(self) -> None:
        """Close PIN entry."""
        self.post(KioskController.close_pin)

    def enter_pin(self, pin: str) -> None:
        """Verify a PIN."""
        self.post(lambda controller: controller.enter_pin(pin))

    def leave(self, pin: str) -> None:
        """Verify the admin PIN, which allows leaving the kiosk."""
        self.post(lambda controller: controller.leave(pin))

    def post(self, task: Callable[[KioskController], None]) -> None:
        """Queue a task for the controller; it runs in the kiosk's thread."""
        self._tasks.put(task)

    def close(self) -> None:
        """Stop the thread, the actions and the camera; may be called twice."""
        self._stop.set()
        if self._smart_cards is not None:
            self._smart_cards.close()
        if self._thread is not None:
            self._thread.join(_STOP_S)
        self._views.close()
        if self._actions is not None:
            self._actions.close()
        if self._pipeline is not None:
            self._pipeline.stop(_STOP_S)

    @property
    def _silent_s(self) -> float:
        """Seconds since the latest iteration; 0 before `begin`."""
        return 0.0 if self._beat_ns is None else (self._clock.monotonic_ns() - self._beat_ns) / 1e9

    def _show_warning(self, error: FacelatchError) -> None:
        self.post(lambda controller: controller.show_warning(error))

    def _action_reported(self, report: ActionReport) -> None:
        self.post(lambda controller: controller.action_reported(report))

    def _run(self, pipeline: LivePipeline, actions: ActionService) -> None:
        try:
            controller = self._make_controller(pipeline, actions.dispatch)
            controller.open()
            self._loop(controller, pipeline)
        except FacelatchError as error:
            log.warning("the kiosk stays locked: %s", error)
            self._problem = error
        except Exception as error:  # the outermost frame of this thread
            log.exception("the kiosk's thread failed")
            self._problem = Bug(problem=repr(error), log=log_file())
        self._on_view()

    def _loop(self, controller: KioskController, pipeline: LivePipeline) -> None:
        suspend, camera = _SuspendDetector(self._clock), _CameraMonitor(pipeline, self._clock)
        idle: bool | None = None
        while not self._stop.is_set():
            self._beat_ns = self._clock.monotonic_ns()
            if suspend.detect():
                controller.interrupt()
            camera.check(controller)
            self._run_tasks(controller)
            result = pipeline.take_result(_STEP_S)
            if result is None:
                controller.tick()
            else:
                controller.observe(result)
            if idle is not (idle := controller.state is KioskState.IDLE):
                pipeline.limit_rate(self.policy.screen.idle_fps if idle else None)
            self._publish(controller.view)

    def _run_tasks(self, controller: KioskController) -> None:
        while not self._tasks.empty():
            try:
                self._tasks.get()(controller)
            except StoreError as error:
                controller.show_warning(error)

    def _publish(self, view: KioskView) -> None:
        """Publish a view, and notify the screen if anything but the time has changed."""
        before, self._latest = self._latest, view
        if before is None or replace(before, at_ns=view.at_ns) != view:
            self._views.put(view)
            self._on_view()


class _SuspendDetector:
    """Detects that the wall clock ran ahead of the monotonic clock, which stops while the machine is suspended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._monotonic_ns, self._wall = self._read()

    def detect(self) -> bool:
        before = self._monotonic_ns, self._wall
        self._monotonic_ns, self._wall = self._read()
        elapsed = self._monotonic_ns - before[0]
        return (self._wall - before[1]).total_seconds() * 1e9 - elapsed > _SUSPENDED_NS

    def _read(self) -> tuple[int, datetime]:
        return self._clock.monotonic_ns(), self._clock.now()


class _CameraMonitor:
    """Reports the status of the camera to the controller."""

    def __init__(self, pipeline: LivePipeline, clock: Clock) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._checked_ns: int | None = None

    def check(self, controller: KioskController) -> None:
        now = self._clock.monotonic_ns()
        if self._checked_ns is None or now - self._checked_ns >= _CAMERA_CHECK_NS:
            self._checked_ns = now
            status = self._pipeline.status()
            problem = status.engine.error or status.camera.error
            usable = status.camera.state is CameraState.STREAMING and problem is None
            controller.set_camera(problem, usable=usable)
