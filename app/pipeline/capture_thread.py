"""The capture thread, which owns the camera."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from app.camera.health import FrameHealth, HealthState
from app.camera.pacing import Backoff
from app.camera.source import FrameSource, SourceInfo
from app.core.clock import Clock
from app.core.errors import (
    Bug,
    CameraDark,
    CameraError,
    CameraFrozen,
    CameraLost,
    EnvironmentProblem,
    FacelatchError,
    UsageProblem,
)
from app.core.faces import Frame, Image
from app.core.logging import log_file
from app.pipeline.latest_slot import LatestSlot

log = logging.getLogger(__name__)

_PREDECESSOR_S = 1.0

SourceFactory = Callable[[], FrameSource]


class CameraState(StrEnum):
    """The state of the camera."""

    OPENING = "opening"
    STREAMING = "streaming"
    DARK = "dark"
    STALLED = "stalled"
    WAITING = "waiting"
    ENDED = "ended"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """The status of the camera.

    Attributes:
        state: WAITING: it will be opened again after a pause. ENDED: a file is over. FAULT: it stays closed.
        info: The open source, or the last one.
        error: Why there is no usable picture.
        attempts: Consecutive failed attempts to open it.
    """

    state: CameraState
    info: SourceInfo | None = None
    error: FacelatchError | None = None
    attempts: int = 0


_UNHEALTHY: dict[HealthState, tuple[CameraState, type[CameraError]]] = {
    HealthState.DARK: (CameraState.DARK, CameraDark),
    HealthState.STALLED: (CameraState.STALLED, CameraLost),
}


class CaptureThread:
    """Opens a source, reads frames into a slot, detects failures, and opens the source again after them.

    Args:
        make_source: Creates a source for each attempt.
        frames: Receives the newest frame.
        clock: Measures silence and health.
        name: Name of the camera, for messages before it is open.
        after: The thread before this one, which may still hold the same device; this thread waits for it to end.
    """

    def __init__(
        self,
        make_source: SourceFactory,
        frames: LatestSlot[Frame],
        clock: Clock,
        name: str,
        after: "CaptureThread | None" = None,
    ) -> None:
        self._make_source = make_source
        self._frames = frames
        self._clock = clock
        self._name = name
        self._after = after
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._status = CameraStatus(CameraState.OPENING)
        self._health: FrameHealth | None = None
        self._frozen: Image | None = None
        self._last_frame_ns = clock.monotonic_ns()
        self._decoded_ns: int | None = None
        self._min_interval_ns = 0
        # A daemon thread, so that a driver that hangs in a read cannot keep the program from exiting.
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    @property
    def status(self) -> CameraStatus:
        """The status of the camera, which becomes STALLED if a read hangs."""
        with self._lock:
            if self._health is None:
                return self._status
            return self._with_health(self._status, self._health.observe_silence(self._clock.monotonic_ns()))

    @property
    def silence_s(self) -> float:
        """Seconds since the last frame or the last attempt to open the source."""
        return (self._clock.monotonic_ns() - self._last_frame_ns) / 1e9

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def limit_rate(self, frames_per_second: float | None) -> None:
        """Limit the decoded frames per second to save power; None removes the limit."""
        self._min_interval_ns = round(1e9 / frames_per_second) if frames_per_second else 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask the thread to end; no frame is put into the slot after this call, even if a hanging read returns one."""
        with self._lock:
            self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end.

        Returns:
            False if a driver still holds the thread.
        """
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(_PREDECESSOR_S)
            self._after = None
        backoff = Backoff()
        while not self._stop.is_set():
            self._last_frame_ns = self._clock.monotonic_ns()
            try:
                self._stream(backoff)
            except CameraError as error:
                self._set_status(CameraState.WAITING, error=error, attempts=self._status.attempts + 1)
                self._stop.wait(backoff.next_wait())
            except (EnvironmentProblem, UsageProblem) as error:
                self._set_status(CameraState.FAULT, error=error)
                return
            except Exception as error:  # outermost loop of the thread
                log.exception("the capture thread failed")
                self._set_status(CameraState.FAULT, error=Bug(problem=repr(error), log=log_file()))
                return
            else:
                return

    def _stream(self, backoff: Backoff) -> None:
        """Open the source and read it until it ends or the thread is to end."""
        with self._make_source() as source:
            info = source.open()
            health = FrameHealth(live=info.live, started_ns=self._clock.monotonic_ns())
            with self._lock:
                self._health = health
            while not self._stop.is_set():
                if not self._read_next(source, info, health):
                    self._set_status(CameraState.ENDED, info=info)
                    return
                backoff.reset()

    def _read_next(self, source: FrameSource, info: SourceInfo, health: FrameHealth) -> bool:
        """Read the next frame into the slot, or skip it if the rate is limited; False at the end of the source."""
        now = self._clock.monotonic_ns()
        if self._decoded_ns is not None and now - self._decoded_ns < self._min_interval_ns:
            self._last_frame_ns = now
            return source.skip_frame()
        frame = source.read()
        if frame is None:
            return False
        self._decoded_ns = frame.captured_ns
        self._publish(frame, info, health)
        return True

    def _publish(self, frame: Frame, info: SourceInfo, health: FrameHealth) -> None:
        self._last_frame_ns = frame.captured_ns
        with self._lock:
            if self._stop.is_set():
                return
            state = health.observe_frame(frame.image, frame.captured_ns)
            if state is HealthState.FROZEN or self._is_still_frozen(frame.image):
                # Only a new connection helps, and a frozen picture must not be recognised, neither here nor in the
                # first seconds of the new connection.
                self._frozen = frame.image
                raise CameraFrozen(camera=info.name)
            self._frozen = None
            self._frames.put(frame)
            self._status = self._with_health(CameraStatus(CameraState.STREAMING, info), state)

    def _is_still_frozen(self, image: Image) -> bool:
        return self._frozen is not None and np.array_equal(image, self._frozen)

    def _with_health(self, status: CameraStatus, health: HealthState) -> CameraStatus:
        if health not in _UNHEALTHY:
            return status
        state, error = _UNHEALTHY[health]
        return replace(status, state=state, error=error(camera=status.info.name if status.info else self._name))

    def _set_status(
        self,
        state: CameraState,
        *,
        info: SourceInfo | None = None,
        error: FacelatchError | None = None,
        attempts: int = 0,
    ) -> None:
        with self._lock:
            self._health = None
            self._status = CameraStatus(state, info or self._status.info, error, attempts)
