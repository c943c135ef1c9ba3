"""The live loop as one thing that a window or a command starts, watches and stops."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from app.camera.source import SourceInfo
from app.core.clock import Clock
from app.core.faces import Frame
from app.core.liveness import LightStimulus
from app.core.settings.profiles import PowerState
from app.flows.enrolment import EnrolmentFlow
from app.flows.liveness.challenge import ChallengeFlow
from app.flows.pacing import ALWAYS, Pace, PaceFlow
from app.flows.verification import Decision
from app.pipeline.capture_thread import CameraState, CameraStatus, CaptureThread, SourceFactory
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.ports import AnalyzerFactory, Identify, Monitor, NullMonitor
from app.pipeline.recognition_thread import RecognitionThread
from app.pipeline.results import EngineState, EngineStatus, FrameResult, Recognizer
from app.pipeline.timings import FrameStage, Percentiles, Timings

log = logging.getLogger(__name__)

SourceMonitorFactory = Callable[[Callable[[], SourceInfo | None]], Monitor]

STOP_WITHIN_S = 2.0
_HANGING_AFTER_S = 15.0
_MOST_HANGING = 3
"""Threads that hang in a driver at the same time, beyond which no further one is sent after them."""


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How the live loop is doing.

    Attributes:
        camera: What the camera is doing.
        engine: What the recognition is doing.
        paused: Whether frames are held back.
        stages: Median and 95th percentile by stage.
        fps: Results a second.
        dropped: Frames that were never looked at, because a newer one came.
        pace: How many frames a second are looked at, and why not all.
    """

    camera: CameraStatus
    engine: EngineStatus
    paused: bool
    stages: dict[FrameStage, Percentiles]
    fps: float
    dropped: int
    pace: Pace = Pace()  # noqa: RUF009 - it is frozen


class LivePipeline:
    """Camera to results. Methods may be called from any thread but the two it runs.

    Args:
        make_analyzer: Gives vision; called in the recognition thread.
        identify: Compares an embedding with the gallery; called in the recognition thread.
        clock: For stamps.
        on_result: Called, without the result, whenever there is a new one, in the recognition thread; must be quick.
        decided: Called with each decision, likewise: of results, the newest replaces the one before.
        make_monitor: Gives the liveness cues for a source, of which it may ask what is known by now; called in the
            recognition thread.
        rechecks: How often a face is looked at anew on which the word is settled; None for in every frame.
        make_pacing: Says how many frames a second are worth looking at; called for every new vision.
        pressure: What asks to do less; called in the recognition thread, must be quick.
    """

    def __init__(
        self,
        make_analyzer: AnalyzerFactory,
        identify: Identify,
        clock: Clock,
        on_result: Callable[[], None],
        decided: Callable[[Decision], object] = lambda _: None,
        make_monitor: SourceMonitorFactory = lambda _source: NullMonitor(),
        rechecks: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
        pressure: Callable[[], PowerState] = PowerState,
    ) -> None:
        self.timings = Timings()
        self._clock = clock
        self._on_result = on_result
        self._frames: LatestSlot[Frame] = LatestSlot()
        self._results: LatestSlot[FrameResult] = LatestSlot()
        self._source: tuple[SourceFactory, str] | None = None
        self._capture: CaptureThread | None = None
        self._old_captures: list[CaptureThread] = []
        self._lock = threading.RLock()
        self._paused = False
        self._stopped = False
        self._decoded_fps: float | None = None
        self._recognizer = Recognizer(
            identify, self.timings, clock, decided, lambda: make_monitor(self._source_info), rechecks
        )
        parts = make_analyzer, self._recognizer, self._frames, self._publish
        self._recognition = RecognitionThread(*parts, make_pacing, pressure)

    def start(self) -> None:
        """Start the recognition, which loads its models while the camera is being opened."""
        self._recognition.start()

    def watch(self, make_source: SourceFactory, name: str) -> None:
        """Show this source from now on, in place of the one before; nothing after `stop`."""
        with self._lock:
            if self._stopped:
                return
            self._source = make_source, name
            self._leave_camera()
            self._recognizer.reset_faces()
            self.timings.clear()
            self._paused = False
            self._start_capture()

    def retry(self) -> None:
        """Open the same source again, now."""
        with self._lock:
            if self._source is not None:
                self.watch(*self._source)

    def pause(self, *, paused: bool) -> None:
        """Let go of the camera, or open it again: a light beside the lens must not burn while nobody looks."""
        with self._lock:
            if paused == self._paused or self._source is None:
                return
            if paused:
                self._leave_camera()
                self._paused = True
            else:
                self.retry()

    def take_result(self, timeout_s: float = 0.0) -> FrameResult | None:
        """The newest result, if there is one that was not taken yet."""
        return self._results.take(timeout_s)

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        """Feed every frame to this flow from now on; None ends that."""
        self._recognizer.enrol(flow)

    def skip_remaining_directions(self) -> None:
        """Ask whoever is being enrolled for no further direction."""
        self._recognizer.skip_remaining_directions()

    def finish_enrolment(self) -> None:
        """Make do with the frames that there were of whoever is being enrolled, as when a film has ended."""
        self._recognizer.finish_enrolment()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        """Feed every frame to this flow from now on; None ends that."""
        self._recognizer.challenge(flow)

    def shine(self, light: LightStimulus) -> None:
        """From the next frame on, watch whether the faces in view take on the colours that the screen shows."""
        self._recognizer.shine(light)

    def reset_faces(self) -> None:
        """Begin anew with every face, as after a change of what is asked of liveness."""
        self._recognizer.reset_faces()

    def pace(self, frames_per_second: float | None) -> None:
        """Look at no more frames than so many a second, to save power; None for as many as come.

        Twice as many are decoded, so that whichever is looked at is not much older than it would be.
        """
        self._recognition.pace(frames_per_second)
        with self._lock:
            self._decoded_fps = 2 * frames_per_second if frames_per_second else None
            if self._capture is not None:
                self._capture.pace(self._decoded_fps)

    def reload_vision(self) -> None:
        """Have vision made anew, as its settings now are; the camera stays open, and the picture stands meanwhile."""
        self._recognition.renew()

    def status(self) -> LiveStatus:
        """How it is doing; replaces a capture thread whose driver hangs."""
        with self._lock:
            self._replace_hanging_capture()
            camera = self._capture.status if self._capture else CameraStatus(CameraState.OPENING)
            paused = self._paused
        return LiveStatus(
            camera,
            self._recognition.status,
            paused,
            self.timings.spreads(),
            self.timings.frames_per_second(self._clock.monotonic_ns()),
            self._frames.dropped,
            self._recognition.pacing,
        )

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """End both threads and close what they own; no source is opened any more.

        Args:
            within_s: Longest wait, in seconds. A window must not wait long; a command may, until models that are just
                being loaded can be closed.

        Returns:
            False when a driver holds a thread beyond that; it is left behind as a daemon.
        """
        deadline = monotonic() + within_s
        with self._lock:
            self._stopped = True
            self._leave_camera()
            captures = self._old_captures
        self._recognition.request_stop()
        self._frames.close()
        self._results.close()
        joins = [self._recognition.join, *(capture.join for capture in captures)]
        ended = [join(max(deadline - monotonic(), 0)) for join in joins]
        if not all(ended):
            log.warning("a thread did not end within %s s", within_s)
        return all(ended)

    def _start_capture(self) -> None:
        assert self._source is not None
        make_source, name = self._source
        before = self._old_captures[-1] if self._old_captures else None
        self._capture = CaptureThread(make_source, self._frames, self._clock, name, after=before)
        self._capture.pace(self._decoded_fps)
        self._capture.start()

    def _leave_camera(self) -> None:
        if self._capture is not None:
            self._capture.request_stop()
            self._old_captures = [thread for thread in self._old_captures if thread.alive] + [self._capture]
            self._capture = None
        self._frames.take()
        self._results.take()

    def _replace_hanging_capture(self) -> None:
        capture = self._capture
        if capture is None or not capture.alive or capture.silent_s < _HANGING_AFTER_S:
            return
        if sum(thread.alive for thread in self._old_captures) >= _MOST_HANGING:
            return
        log.warning("the camera's driver does not answer; opening it anew")
        self._leave_camera()
        self._start_capture()

    def _source_info(self) -> SourceInfo | None:
        # Without the lock: the recognition must not wait for those who are waiting for it.
        capture = self._capture
        return capture.status.info if capture else None

    def _publish(self, result: FrameResult) -> None:
        self._results.put(result)
        self._on_result()


def has_ended(status: LiveStatus) -> bool:
    """Whether no further result can come without somebody doing something."""
    return status.engine.state in {EngineState.FAULT, EngineState.STOPPED} or status.camera.state in {
        CameraState.ENDED,
        CameraState.FAULT,
    }
