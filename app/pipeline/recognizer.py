"""The frame path: every stage between a captured frame and its result, in order."""

import threading
from collections.abc import Callable, Sequence

from app.core.clock import Clock
from app.core.faces import AlignedFace, AnalyzedFace, Face, Frame, Quality
from app.core.liveness import LightStimulus, LivenessResult
from app.core.match_decision import Match
from app.flows.enrolment import EnrolmentFlow
from app.flows.liveness.challenge import ChallengeFlow, ChallengeStatus
from app.flows.verification import FaceObservation, TrackStatus, VerificationFlow
from app.pipeline.embedding_reuse import EmbeddingReuse, PastComparison, ReusePlan, ReuseRule
from app.pipeline.ports import Analyzer, Identify, LandmarkFlow, Monitor, MonitorFactory, NullMonitor
from app.pipeline.results import FaceResult, FrameResult
from app.pipeline.timings import FrameStage, StageTimer, Timings

_AFTER_LIGHT_NS = 1_000_000_000
"""How long after the last colour of a light challenge every frame still runs the detector."""


class Recognizer:
    """Runs the frame path on the frames of one source after another.

    One thread calls `process_frame`; every other method may be called from any thread.

    Args:
        identify: Compares an embedding with the gallery.
        timings: Receives the duration of each stage.
        clock: Timestamps the results.
        on_decision: Called with each decision, also if its result is not taken in time; must return quickly.
        make_monitor: Makes the liveness monitor for one source.
        reuse: How long the embedding of a settled face may be reused; None embeds every face in every frame.
    """

    def __init__(
        self,
        identify: Identify,
        timings: Timings,
        clock: Clock,
        on_decision: Callable[[TrackStatus], object] = lambda _: None,
        make_monitor: MonitorFactory = NullMonitor,
        reuse: ReuseRule | None = None,
    ) -> None:
        self._identify = identify
        self._timings = timings
        self._clock = clock
        self._on_decision = on_decision
        self._make_monitor = make_monitor
        self._reuse = EmbeddingReuse(reuse)
        self._flow: LandmarkFlow | None = None
        self._flow_until_ns = -1
        self._liveness: tuple[LivenessResult, ...] = ()
        self._applied_resets = 0
        self._lock = threading.Lock()
        self._resets = 0
        self._monitor: Monitor | None = None
        self._light: LightStimulus | None = None
        self._lit_until_ns = -1
        self._enrolment: EnrolmentFlow | None = None
        self._challenge: ChallengeFlow | None = None
        self._verification = VerificationFlow()

    @property
    def needs_every_frame(self) -> bool:
        """Whether an enrolment or a challenge runs, so that every frame is processed in full."""
        with self._lock:
            return self._enrolment is not None or self._challenge is not None

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        """Feed every frame to this enrolment from now on; None ends that."""
        with self._lock:
            self._enrolment = flow

    def skip_remaining_directions(self) -> None:
        """Ask the person being enrolled for no further head poses."""
        with self._lock:
            if self._enrolment is not None:
                self._enrolment.skip_missing_poses()

    def finish_enrolment(self) -> None:
        """End the running enrolment with the frames it has, for example when a film is over."""
        with self._lock:
            if self._enrolment is not None:
                self._enrolment.end()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        """Feed every frame to this challenge from now on; None ends that."""
        with self._lock:
            self._challenge = flow

    def start_light_challenge(self, light: LightStimulus) -> None:
        """From the next frame on, check whether the faces in view reflect the colours that the screen shows."""
        with self._lock:
            self._light = light
            self._lit_until_ns = light.end_ns + _AFTER_LIGHT_NS

    def reset_faces(self) -> None:
        """Drop all state of the faces in view, as after a change of the source or of the liveness policy."""
        with self._lock:
            self._verification = VerificationFlow()
            self._monitor = None
            self._resets += 1

    def process_frame(self, frame: Frame, analyzer: Analyzer) -> FrameResult:
        """Run the frame path on one frame.

        Args:
            frame: From the same source as the frames before it, unless `reset_faces` was called in between.
            analyzer: The vision stages; used only in the calling thread.
        """
        self._apply_reset()
        result = self._run_stages(frame, analyzer, self._usable_flow(frame))
        if result is None:
            self._reuse.invalidate()
            result = self._run_stages(frame, analyzer, None)
            assert result is not None
        for decision in result.decisions:
            self._on_decision(decision)
        return result

    def _run_stages(self, frame: Frame, analyzer: Analyzer, flow: LandmarkFlow | None) -> FrameResult | None:
        """Detect, track, align, assess, reuse or embed, match, check liveness, decide.

        Args:
            frame: The frame.
            analyzer: The vision stages.
            flow: Moves the faces of the last detection into this frame, in place of detection and tracking.

        Returns:
            None if the moved faces cannot be relied on: the frame needs a detection.
        """
        waited_ns = self._clock.monotonic_ns() - frame.captured_ns
        every_face = self.needs_every_frame
        timer = StageTimer()
        faces = flow.move(frame) if flow else analyzer.track(analyzer.detect(frame))
        if faces is None:
            return None
        timer.finish(FrameStage.DETECT)
        aligned = analyzer.align(frame, faces)
        qualities = analyzer.assess(frame, faces, aligned)
        timer.finish(FrameStage.ALIGN)
        plan = self._reuse.plan(faces, qualities, frame.captured_ns, every_face=every_face)
        if flow and not (plan.is_complete and flow.looks_similar(aligned)):
            return None
        analyzed = _embed(analyzer, faces, qualities, aligned, plan)
        timer.finish(FrameStage.EMBED)
        matches = [self._match(face, past) for face, past in zip(analyzed, plan.past, strict=True)]
        timer.finish(FrameStage.MATCH)
        liveness = self._check_liveness(frame, analyzed, detected=flow is None)
        timer.finish(FrameStage.LIVENESS)
        result = self._decide(frame, analyzed, matches, plan, liveness, detected=flow is None)
        if flow is None:
            self._flow = analyzer.start_flow(frame, faces, aligned)
        self._record(result, timer, waited_ns)
        return result

    def _apply_reset(self) -> None:
        with self._lock:
            resets = self._resets
        if self._applied_resets != resets:
            self._applied_resets = resets
            self._reuse.clear()
            self._flow_until_ns = -1

    def _usable_flow(self, frame: Frame) -> LandmarkFlow | None:
        """The flow of the last detection, if it may replace a detection in this frame.

        Enrolment, challenge and light challenge need the landmarks of every frame.
        """
        with self._lock:
            needs_landmarks = bool(self._enrolment or self._challenge) or frame.captured_ns <= self._lit_until_ns
        return None if needs_landmarks or frame.captured_ns > self._flow_until_ns else self._flow

    def _match(self, face: AnalyzedFace, past: PastComparison | None) -> Match | None:
        if face.embedding is not None:
            return self._identify(face.embedding)
        return past.match if past else None

    def _check_liveness(
        self, frame: Frame, faces: Sequence[AnalyzedFace], *, detected: bool
    ) -> tuple[LivenessResult, ...]:
        """The cues' results; without new landmarks, those of the last detection."""
        monitor = self._current_monitor()
        if not detected:
            monitor.skip_frame(frame)
            return self._liveness
        self._liveness = monitor.observe(frame, faces)
        with self._lock:
            light, self._light = self._light, None
        if light is not None:
            monitor.start_light_challenge(light)
        return self._liveness

    def _current_monitor(self) -> Monitor:
        """The monitor of the current source; made again if `reset_faces` is called while it is being made."""
        while True:
            with self._lock:
                monitor, resets = self._monitor, self._resets
            if monitor is not None:
                return monitor
            made = self._make_monitor()
            with self._lock:
                if self._resets == resets:
                    self._monitor = made

    def _decide(
        self,
        frame: Frame,
        faces: Sequence[AnalyzedFace],
        matches: Sequence[Match | None],
        plan: ReusePlan,
        liveness: Sequence[LivenessResult],
        *,
        detected: bool,
    ) -> FrameResult:
        """Feed verification, enrolment and challenge, and put the result together."""
        with self._lock:
            challenge = self._challenge.observe(faces, frame.captured_ns) if self._challenge else None
            judged = [_with_challenge(one, challenge) for one in liveness]
            observations = [
                FaceObservation(
                    face.face.track,
                    match,
                    face.quality.quality_issues,
                    frame.id,
                    is_reused=_is_reused(face),
                    liveness=one,
                )
                for face, match, one in zip(faces, matches, judged, strict=True)
            ]
            decisions = self._verification.observe(observations, frame.captured_ns)
            statuses = self._verification.status
            enrolment = self._enrolment.observe(faces, frame.captured_ns, matches) if self._enrolment else None
        self._flow_until_ns = self._reuse.update(faces, matches, statuses, frame.captured_ns, detected=detected)
        reused = [past.embedding if past else None for past in plan.past]
        results = zip(faces, matches, statuses, judged, reused, strict=True)
        return FrameResult(
            frame,
            tuple(FaceResult(*parts) for parts in results),
            tuple(decisions),
            enrolment,
            challenge,
            self._clock.monotonic_ns(),
        )

    def _record(self, result: FrameResult, timer: StageTimer, waited_ns: int) -> None:
        total_ns = result.finished_ns - result.frame.captured_ns
        self._timings.record({FrameStage.CAPTURE: waited_ns, **timer.durations, FrameStage.TOTAL: total_ns})
        self._timings.record_finished(result.finished_ns)


def _embed(
    analyzer: Analyzer,
    faces: Sequence[Face],
    qualities: Sequence[Quality],
    aligned: Sequence[AlignedFace],
    plan: ReusePlan,
) -> list[AnalyzedFace]:
    """The faces with new embeddings where the plan asks for them, computed in one batch."""
    embeddings = iter(analyzer.embed([face for face, embed in zip(aligned, plan.embed, strict=True) if embed]))
    parts = zip(faces, qualities, aligned, plan.embed, strict=True)
    return [
        AnalyzedFace(face, quality, next(embeddings) if embed else None, image) for face, quality, image, embed in parts
    ]


def _is_reused(face: AnalyzedFace) -> bool:
    """Whether the face could have been embedded and was not, so that this frame adds no evidence."""
    return face.quality.is_judgeable and face.embedding is None


def _with_challenge(liveness: LivenessResult, challenge: ChallengeStatus | None) -> LivenessResult:
    """The challenge counts only for the face that took it."""
    if challenge is None or challenge.track != liveness.track:
        return liveness
    return liveness.with_cues(challenge.result)
