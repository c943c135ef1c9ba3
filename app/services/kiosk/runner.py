"""The thread behind a kiosk's screen."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.core.clock import Clock
from app.core.errors import Bug, FacelatchError, StoreError
from app.core.logging import log_file
from app.flows.kiosk.types import KioskState
from app.pipeline.capture_thread import CameraState
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.live import LivePipeline, LiveStatus
from app.services.actions.reports import ActionReport
from app.services.kiosk.controller import KioskController, KioskView

log = logging.getLogger(__name__)

_STEP_S = 0.05
_CAMERA_EVERY_NS = 250_000_000
_SLEPT_NS = 3_000_000_000
"""How far the wall clock must run ahead of the monotonic one to say that the machine slept, or that it was set."""

Task = Callable[[KioskController], None]


class KioskRunner:
    """Feeds frames, keys and time to the desk, and lays down what to show. Methods may be called from any thread.

    Args:
        make_desk: Called in the thread, which owns what it gives.
        pipeline: Started, and pointed at the camera; stopped by whoever made it.
        clock: Both clocks.
        idle_fps: Pictures a second that are looked at until somebody comes.
        on_view: Called, without the view, whenever there is a new one, in the thread; must be quick.
    """

    def __init__(
        self,
        make_desk: Callable[[], KioskController],
        pipeline: LivePipeline,
        clock: Clock,
        idle_fps: float,
        on_view: Callable[[], None],
    ) -> None:
        self._make_desk = make_desk
        self._pipeline = pipeline
        self._clock = clock
        self._idle_fps = idle_fps
        self._on_view = on_view
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._views: LatestSlot[KioskView] = LatestSlot()
        self._latest: KioskView | None = None
        self._stop = threading.Event()
        self._beat_ns = clock.monotonic_ns()
        self._problem: FacelatchError | None = None
        self._thread = threading.Thread(target=self._run, name="kiosk", daemon=True)

    @property
    def problem(self) -> FacelatchError | None:
        """What ended the thread, if anything did; the kiosk then stays locked."""
        return self._problem

    @property
    def latest(self) -> KioskView | None:
        """The newest view, also when it was taken; None before the first."""
        return self._latest

    @property
    def silent_ns(self) -> int:
        """How long ago the thread last went round."""
        return self._clock.monotonic_ns() - self._beat_ns

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def take_view(self) -> KioskView | None:
        """The newest view, if there is one that was not taken yet."""
        return self._views.take()

    def ask(self, task: Task) -> None:
        """Have the desk do something soon."""
        self._tasks.put(task)

    def action_reported(self, report: ActionReport) -> None:
        """An action has done its part, or has not."""
        self.ask(lambda desk: desk.action_reported(report))

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End; False when the thread has not ended in time. What never began has ended."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._views.close()
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            desk = self._make_desk()
            desk.open()
            self._loop(desk)
        except FacelatchError as error:
            log.warning("the kiosk stays locked: %s", error)
            self._problem = error
        except Exception as error:  # the outermost of this thread
            log.exception("the kiosk's thread failed")
            self._problem = Bug(problem=repr(error), log=log_file())
        self._on_view()

    def _loop(self, desk: KioskController) -> None:
        slept, camera = _SleepWatch(self._clock), _CameraWatch(self._pipeline, self._clock)
        idle: bool | None = None
        while not self._stop.is_set():
            self._beat_ns = self._clock.monotonic_ns()
            if slept.noticed():
                desk.interrupted()
            camera.look(desk)
            self._do_tasks(desk)
            result = self._pipeline.take_result(_STEP_S)
            if result is None:
                desk.wait()
            else:
                desk.see(result)
            if idle is not (idle := desk.state is KioskState.IDLE):
                self._pipeline.pace(self._idle_fps if idle else None)
            self._show(desk.view)

    def _do_tasks(self, desk: KioskController) -> None:
        while not self._tasks.empty():
            try:
                self._tasks.get()(desk)
            except StoreError as error:
                desk.trouble(error)

    def _show(self, view: KioskView) -> None:
        """Lay it down, and wake the screen if there is anything new to see: an idle screen is left to sleep."""
        before, self._latest = self._latest, view
        if before is None or replace(before, at_ns=view.at_ns) != view:
            self._views.put(view)
            self._on_view()


class _SleepWatch:
    """Notices that the wall clock ran ahead of the monotonic one, which stands still while the machine sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._monotonic_ns, self._wall = self._read()

    def noticed(self) -> bool:
        before = self._monotonic_ns, self._wall
        self._monotonic_ns, self._wall = self._read()
        passed = self._monotonic_ns - before[0]
        return (self._wall - before[1]).total_seconds() * 1e9 - passed > _SLEPT_NS

    def _read(self) -> tuple[int, datetime]:
        return self._clock.monotonic_ns(), self._clock.now()


class _CameraWatch:
    """Tells the desk what becomes of the camera."""

    def __init__(self, pipeline: LivePipeline, clock: Clock) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._looked_ns: int | None = None

    def look(self, desk: KioskController) -> None:
        now = self._clock.monotonic_ns()
        if self._looked_ns is None or now - self._looked_ns >= _CAMERA_EVERY_NS:
            self._looked_ns = now
            status = self._pipeline.status()
            desk.camera(_problem(status), usable=_is_usable(status))


def _problem(status: LiveStatus) -> FacelatchError | None:
    return status.engine.error or status.camera.error


def _is_usable(status: LiveStatus) -> bool:
    return status.camera.state is CameraState.STREAMING and _problem(status) is None
