"""The thread that owns the camera."""

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
    """What the camera is doing."""

    OPENING = "opening"
    STREAMING = "streaming"
    DARK = "dark"
    STALLED = "stalled"
    WAITING = "waiting"
    ENDED = "ended"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """What the camera is doing.

    Attributes:
        state: WAITING means that it will be tried again; ENDED that a file is over; FAULT that it is our mistake.
        info: Of the open source, or of the last one.
        error: Why there is no usable picture, in words.
        attempts: Failed tries in a row.
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
    """Opens a source, reads it into a slot, notices when it fails, and opens it again.

    Args:
        make_source: Gives a new source for each try.
        frames: Where the newest frame goes.
        clock: For stamps and waiting times.
        name: Of the camera, for messages before it is open.
        after: The thread before this one, which may still hold the same device: it is waited for.
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
        self._rest_ns = 0
        # A daemon: a driver that hangs in a read must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    @property
    def status(self) -> CameraStatus:
        """What the camera is doing; notices by itself when a read hangs."""
        with self._lock:
            if self._health is None:
                return self._status
            return self._diagnosed(self._status, self._health.observe_silence(self._clock.monotonic_ns()))

    @property
    def silent_s(self) -> float:
        """Seconds since the last frame or the last try to open."""
        return (self._clock.monotonic_ns() - self._last_frame_ns) / 1e9

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def pace(self, frames_per_second: float | None) -> None:
        """Decode no more frames than so many a second, to save power; None for as many as come."""
        self._rest_ns = round(1e9 / frames_per_second) if frames_per_second else 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def request_stop(self) -> None:
        """End at the next opportunity; not one more frame is passed on, even if a read that hangs gives one."""
        with self._lock:
            self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when a driver still holds the thread."""
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
                self._say(CameraState.WAITING, error=error, attempts=self._status.attempts + 1)
                self._stop.wait(backoff.next_wait())
            except (EnvironmentProblem, UsageProblem) as error:
                self._say(CameraState.FAULT, error=error)
                return
            except Exception as error:  # one of the two outermost loops
                log.exception("the camera's thread failed")
                self._say(CameraState.FAULT, error=Bug(problem=repr(error), log=log_file()))
                return
            else:
                return

    def _stream(self, backoff: Backoff) -> None:
        """Open the source and read it until it ends or is no longer wanted."""
        with self._make_source() as source:
            info = source.open()
            health = FrameHealth(live=info.live, started_ns=self._clock.monotonic_ns())
            with self._lock:
                self._health = health
            while not self._stop.is_set():
                if not self._serve_next(source, info, health):
                    self._say(CameraState.ENDED, info=info)
                    return
                backoff.reset()

    def _serve_next(self, source: FrameSource, info: SourceInfo, health: FrameHealth) -> bool:
        """Pass on the next frame, or let it go by where the last one is young enough; False at the end."""
        now = self._clock.monotonic_ns()
        if self._decoded_ns is not None and now - self._decoded_ns < self._rest_ns:
            self._last_frame_ns = now
            return source.skip_frame()
        frame = source.read()
        if frame is None:
            return False
        self._decoded_ns = frame.captured_ns
        self._pass_on(frame, info, health)
        return True

    def _pass_on(self, frame: Frame, info: SourceInfo, health: FrameHealth) -> None:
        self._last_frame_ns = frame.captured_ns
        with self._lock:
            if self._stop.is_set():
                return
            state = health.observe_frame(frame.image, frame.captured_ns)
            if state is HealthState.FROZEN or self._is_still_frozen(frame.image):
                # Only a new connection helps, and a frozen picture must not go on being recognised: neither here nor
                # for the first seconds of each new connection.
                self._frozen = frame.image
                raise CameraFrozen(camera=info.name)
            self._frozen = None
            self._frames.put(frame)
            self._status = self._diagnosed(CameraStatus(CameraState.STREAMING, info), state)

    def _is_still_frozen(self, image: Image) -> bool:
        return self._frozen is not None and np.array_equal(image, self._frozen)

    def _diagnosed(self, status: CameraStatus, health: HealthState) -> CameraStatus:
        if health not in _UNHEALTHY:
            return status
        state, error = _UNHEALTHY[health]
        return replace(status, state=state, error=error(camera=status.info.name if status.info else self._name))

    def _say(
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
