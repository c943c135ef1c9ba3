"""The thread that owns MediaPipe and the sessions."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter_ns
from typing import Protocol

from app.core.clock import Clock
from app.core.errors import Bug, EnvironmentProblem, FacelatchError, UsageProblem
from app.core.logging import log_file
from app.core.types import AnalyzedFace, Embedding, Frame, Match
from app.flows.enrolment import EnrolmentFlow, EnrolmentStatus
from app.flows.verification import Decision, Sighting, TrackStatus, VerificationFlow
from app.pipeline.slot import LatestSlot
from app.pipeline.timings import Stage, Timings
from app.vision.analysis import Analysis

log = logging.getLogger(__name__)

_IDLE_S = 0.1


class Analyzer(Protocol):
    """What the thread asks of vision."""

    @property
    def provider(self) -> str:
        """What the embedder runs on."""
        ...

    def analyze(self, frame: Frame) -> Analysis:
        """Look at one frame."""
        ...

    def close(self) -> None:
        """Let go of native objects."""
        ...


MakeAnalyzer = Callable[[], Analyzer]
Identify = Callable[[Embedding], Match]


class EngineState(StrEnum):
    """What the recognition is doing."""

    LOADING = "loading"
    RUNNING = "running"
    FAULT = "fault"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What the recognition is doing.

    Attributes:
        state: Of the thread.
        provider: What the embedder runs on; empty while loading.
        error: What stopped it, in FAULT.
    """

    state: EngineState
    provider: str = ""
    error: FacelatchError | None = None


@dataclass(frozen=True, slots=True)
class FaceResult:
    """A face, what it was compared with, and the word on it."""

    analyzed: AnalyzedFace
    match: Match | None
    status: TrackStatus


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All that is known of one frame. Everything in it cites the same frame.

    Attributes:
        frame: The picture.
        faces: The largest first.
        decisions: Faces settled by this frame.
        enrolment: Where a running enrolment stands; None when there is none.
        finished_ns: Monotonic time at which it was ready.
    """

    frame: Frame
    faces: tuple[FaceResult, ...]
    decisions: tuple[Decision, ...]
    enrolment: EnrolmentStatus | None
    finished_ns: int


class RecognitionThread:
    """Takes the newest frame, looks at it, and hands the result on.

    Args:
        make_analyzer: Called in the thread, which owns what it gives, and closes it.
        identify: Compares an embedding with the gallery; called in the thread.
        frames: Where frames are taken from.
        publish: Takes each result; called in the thread, must be quick.
        decided: Takes each decision, also of results that nobody takes in time; likewise.
        timings: Where durations go.
        clock: For stamps.
    """

    def __init__(
        self,
        make_analyzer: MakeAnalyzer,
        identify: Identify,
        frames: LatestSlot[Frame],
        publish: Callable[[FrameResult], None],
        timings: Timings,
        clock: Clock,
        decided: Callable[[Decision], object] = lambda _: None,
    ) -> None:
        self._decided = decided
        self._make_analyzer = make_analyzer
        self._identify = identify
        self._frames = frames
        self._publish = publish
        self._timings = timings
        self._clock = clock
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._status = EngineStatus(EngineState.LOADING)
        self._enrolment: EnrolmentFlow | None = None
        self._verification = VerificationFlow()
        self._thread = threading.Thread(target=self._run, name="recognition", daemon=True)

    @property
    def status(self) -> EngineStatus:
        """What it is doing."""
        with self._lock:
            return self._status

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        """Feed every frame to this flow from now on; None ends that."""
        with self._lock:
            self._enrolment = flow

    def forget_faces(self) -> None:
        """Begin anew with every face, as after a change of source."""
        with self._lock:
            self._verification = VerificationFlow()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the frame in hand."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it has not come in time. What never began has ended."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            analyzer = self._make_analyzer()
            try:
                self._say(EngineStatus(EngineState.RUNNING, analyzer.provider))
                self._loop(analyzer)
            finally:
                analyzer.close()
            self._say(EngineStatus(EngineState.STOPPED))
        except (EnvironmentProblem, UsageProblem) as error:
            self._say(EngineStatus(EngineState.FAULT, error=error))
        except Exception as error:  # one of the two outermost loops
            log.exception("the recognition's thread failed")
            self._say(EngineStatus(EngineState.FAULT, error=Bug(problem=repr(error), log=log_file())))

    def _loop(self, analyzer: Analyzer) -> None:
        # What came while the models were loading could not have been looked at.
        self._frames.forget_dropped()
        while not self._stop.is_set():
            frame = self._frames.take(_IDLE_S)
            if frame is not None:
                self._publish(self._look_at(frame, analyzer))

    def _look_at(self, frame: Frame, analyzer: Analyzer) -> FrameResult:
        waited = self._clock.monotonic_ns() - frame.captured_ns
        analysis = analyzer.analyze(frame)
        start = perf_counter_ns()
        matches = [None if face.embedding is None else self._identify(face.embedding) for face in analysis.faces]
        matched = perf_counter_ns() - start
        result = self._concluded(frame, analysis, matches)
        stages = {Stage(name): nanoseconds for name, nanoseconds in analysis.stages.items()}
        total = result.finished_ns - frame.captured_ns
        self._timings.record(stages | {Stage.CAPTURE: waited, Stage.MATCH: matched, Stage.TOTAL: total})
        self._timings.frame_finished(result.finished_ns)
        for decision in result.decisions:
            self._decided(decision)
        return result

    def _concluded(self, frame: Frame, analysis: Analysis, matches: list[Match | None]) -> FrameResult:
        sightings = [
            Sighting(face.face.track, match, face.quality.shortfalls, frame.id)
            for face, match in zip(analysis.faces, matches, strict=True)
        ]
        with self._lock:
            decisions = self._verification.observe(sightings, frame.captured_ns)
            statuses = self._verification.status
            enrolment = self._enrolment.observe(analysis.faces, frame.captured_ns) if self._enrolment else None
        faces = tuple(FaceResult(*parts) for parts in zip(analysis.faces, matches, statuses, strict=True))
        return FrameResult(frame, faces, tuple(decisions), enrolment, self._clock.monotonic_ns())

    def _say(self, status: EngineStatus) -> None:
        with self._lock:
            self._status = status
