"""The live pipeline, from the camera to results, for the window, the kiosk and commands."""

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
from app.flows.verification import TrackStatus
from app.pipeline.capture_thread import CameraState, CameraStatus, CaptureThread, SourceFactory
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.ports import AnalyzerFactory, Identify, Monitor, NullMonitor
from app.pipeline.recognition_thread import RecognitionThread
from app.pipeline.recognizer import Recognizer
from app.pipeline.results import EngineState, EngineStatus, FrameResult
from app.pipeline.timings import FrameStage, Percentiles, Timings

log = logging.getLogger(__name__)

SourceMonitorFactory = Callable[[Callable[[], SourceInfo | None]], Monitor]

STOP_WITHIN_S = 2.0
_HANGING_AFTER_S = 15.0
_MOST_HANGING = 3
"""Capture threads that may hang in a driver at the same time; beyond that no further one is started."""


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """The status of the live pipeline.

    Attributes:
        camera: The status of the capture thread.
        engine: The status of the recognition thread.
        paused: Whether the camera is closed for a pause.
        stages: Percentiles of the duration of each stage.
        fps: Results per second.
        dropped: Frames that were replaced by a newer one before they were processed.
        pace: The current frame rate and compute budget, with the reason.
    """

    camera: CameraStatus
    engine: EngineStatus
    paused: bool
    stages: dict[FrameStage, Percentiles]
    fps: float
    dropped: int
    pace: Pace = Pace()  # noqa: RUF009 - it is frozen


class LivePipeline:
    """Runs the capture thread and the recognition thread. Methods may be called from any other thread.

    Args:
        make_analyzer: Creates the analyzer; called in the recognition thread.
        identify: Compares an embedding with the gallery; called in the recognition thread.
        clock: Timestamps the results.
        on_result: Called without arguments in the recognition thread for each new result; must return quickly. The
            newest result is taken with `take_result`.
        on_decision: Called with each decision in the recognition thread, whether or not its result is taken; must
            return quickly.
        make_monitor: Creates the liveness monitor for a source. Its argument returns what is known about the source;
            called in the recognition thread.
        reuse: How long the embedding of a settled face may be reused; None embeds every face in every frame.
        make_pacing: Creates the flow that chooses frame rate and compute budget; called for every new analyzer.
        pressure: Returns battery state and temperature pressure; called in the recognition thread, must return quickly.
    """

    def __init__(
        self,
        make_analyzer: AnalyzerFactory,
        identify: Identify,
        clock: Clock,
        on_result: Callable[[], None],
        on_decision: Callable[[TrackStatus], object] = lambda _: None,
        make_monitor: SourceMonitorFactory = lambda _source: NullMonitor(),
        reuse: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
        pressure: Callable[[], PowerState] = PowerState,
    ) -> None:
        self.timings = Timings()
        self._clock = clock
        self._on_result = on_result
        self._frames: LatestSlot[Frame] = LatestSlot()
        self._results: LatestSlot[FrameResult] = LatestSlot(lambda earlier, newer: newer.with_decisions_of(earlier))
        self._source: tuple[SourceFactory, str] | None = None
        self._capture: CaptureThread | None = None
        self._old_captures: list[CaptureThread] = []
        self._lock = threading.RLock()
        self._paused = False
        self._stopped = False
        self._decoded_fps: float | None = None
        self._recognizer = Recognizer(
            identify, self.timings, clock, on_decision, lambda: make_monitor(self._source_info), reuse
        )
        parts = make_analyzer, self._recognizer, self._frames, self._publish
        self._recognition = RecognitionThread(*parts, make_pacing, pressure)

    def start(self) -> None:
        """Start the recognition thread, which loads the models while the camera is opened."""
        self._recognition.start()

    def watch(self, make_source: SourceFactory, name: str) -> None:
        """Read frames from a source, in place of the one before; ignored after `stop`.

        Args:
            make_source: Creates the source for each attempt to open it.
            name: Name of the source, for messages before it is open.
        """
        with self._lock:
            if self._stopped:
                return
            self._source = make_source, name
            self._close_camera()
            self._recognizer.reset_faces()
            self.timings.clear()
            self._paused = False
            self._start_capture()

    def retry(self) -> None:
        """Open the same source again without waiting."""
        with self._lock:
            if self._source is not None:
                self.watch(*self._source)

    def pause(self, *, paused: bool) -> None:
        """Close the camera, so that its light is off during a pause, or open it again.

        Args:
            paused: True to close it, False to open it again.
        """
        with self._lock:
            if paused == self._paused or self._source is None:
                return
            if paused:
                self._close_camera()
                self._paused = True
            else:
                self.retry()

    def take_result(self, timeout_s: float = 0.0) -> FrameResult | None:
        """Take the newest result.

        Args:
            timeout_s: Longest wait for a result, in seconds.

        Returns:
            None if there is no result that was not taken before.
        """
        return self._results.take(timeout_s)

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        """See `Recognizer.enrol`."""
        self._recognizer.enrol(flow)

    def skip_remaining_directions(self) -> None:
        """See `Recognizer.skip_remaining_directions`."""
        self._recognizer.skip_remaining_directions()

    def finish_enrolment(self) -> None:
        """See `Recognizer.finish_enrolment`."""
        self._recognizer.finish_enrolment()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        """See `Recognizer.challenge`."""
        self._recognizer.challenge(flow)

    def start_light_challenge(self, light: LightStimulus) -> None:
        """See `Recognizer.start_light_challenge`."""
        self._recognizer.start_light_challenge(light)

    def reset_faces(self) -> None:
        """See `Recognizer.reset_faces`."""
        self._recognizer.reset_faces()

    def limit_rate(self, frames_per_second: float | None) -> None:
        """Limit the processed frames per second to save power.

        Twice as many frames are decoded, so that a processed frame is not much older than without the limit.

        Args:
            frames_per_second: The limit; None removes it.
        """
        self._recognition.limit_rate(frames_per_second)
        with self._lock:
            self._decoded_fps = 2 * frames_per_second if frames_per_second else None
            if self._capture is not None:
                self._capture.limit_rate(self._decoded_fps)

    def reload_vision(self) -> None:
        """Replace the analyzer after a change of its settings; the camera stays open."""
        self._recognition.reload_vision()

    def status(self) -> LiveStatus:
        """The status of the pipeline; also replaces a capture thread whose driver hangs."""
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
        """End both threads and close the camera and the networks; no source is opened afterwards.

        Args:
            within_s: Longest wait, in seconds. A command may wait longer than a window, until models that are being
                loaded can be closed.

        Returns:
            False if a driver still holds a thread, which is left behind as a daemon thread.
        """
        deadline = monotonic() + within_s
        with self._lock:
            self._stopped = True
            self._close_camera()
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
        self._capture.limit_rate(self._decoded_fps)
        self._capture.start()

    def _close_camera(self) -> None:
        if self._capture is not None:
            self._capture.request_stop()
            self._old_captures = [thread for thread in self._old_captures if thread.is_alive] + [self._capture]
            self._capture = None
        self._frames.take()
        self._results.take()

    def _replace_hanging_capture(self) -> None:
        capture = self._capture
        if capture is None or not capture.is_alive or capture.silence_s < _HANGING_AFTER_S:
            return
        if sum(thread.is_alive for thread in self._old_captures) >= _MOST_HANGING:
            return
        log.warning("the camera's driver does not respond; opening the camera again")
        self._close_camera()
        self._start_capture()

    def _source_info(self) -> SourceInfo | None:
        # Without the lock, which `stop` may hold while it waits for the recognition thread.
        capture = self._capture
        return capture.status.info if capture else None

    def _publish(self, result: FrameResult) -> None:
        self._results.put(result)
        self._on_result()


def has_ended(status: LiveStatus) -> bool:
    """Whether no further result can come unless another source is opened.

    Args:
        status: The status of a pipeline.
    """
    return status.engine.state in {EngineState.FAULT, EngineState.STOPPED} or status.camera.state in {
        CameraState.ENDED,
        CameraState.FAULT,
    }
