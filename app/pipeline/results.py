"""All that happens to a frame once it is taken: seen, compared, watched, and told to whoever follows it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from time import perf_counter_ns

from app.core.clock import Clock
from app.core.errors import FacelatchError
from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.liveness import LightStimulus, LivenessResult
from app.core.match_decision import Match
from app.flows.enrolment import EnrolmentFlow, EnrolmentStatus
from app.flows.liveness.challenge import ChallengeFlow, ChallengeStatus
from app.flows.verification import Decision, FaceObservation, TrackStatus, VerificationFlow
from app.pipeline.embedding_reuse import EmbeddingReuse, PastComparison, ReuseRule
from app.pipeline.ports import Analyzer, Identify, Monitor, MonitorFactory, NullMonitor
from app.pipeline.timings import FrameStage, Timings
from app.vision.analysis import Analysis, Known, nobody

_AFTER_LIGHT_NS = 1_000_000_000
"""For as long after the screen's last colour a face is still looked at in every frame."""


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
    """A face, what it was compared with, and the word on it.

    Attributes:
        analyzed: What vision says of it. It has no embedding in a frame in which it was not looked at anew.
        match: The comparison, of this frame or of the one in which it was last looked at; None where it cannot be
            judged.
        status: The word on it.
        liveness: Whether it is a living one.
        earlier: What `match` was made of, where that is of an earlier frame.
    """

    analyzed: AnalyzedFace
    match: Match | None
    status: TrackStatus
    liveness: LivenessResult
    earlier: Embedding | None = None

    @property
    def embedding(self) -> Embedding | None:
        """What `match` was made of."""
        return self.analyzed.embedding or self.earlier


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All that is known of one frame. Everything in it cites the same frame.

    Attributes:
        frame: The picture.
        faces: The largest first.
        decisions: Faces settled by this frame.
        enrolment: Where a running enrolment stands; None when there is none.
        challenge: The same of a challenge.
        finished_ns: Monotonic time at which it was ready.
    """

    frame: Frame
    faces: tuple[FaceResult, ...]
    decisions: tuple[Decision, ...]
    enrolment: EnrolmentStatus | None
    challenge: ChallengeStatus | None
    finished_ns: int


class Recognizer:
    """Looks at the frames of one source after the other. One thread shows it frames; the rest may come from any.

    Args:
        identify: Compares an embedding with the gallery.
        timings: Where durations go.
        clock: For stamps.
        decided: Takes each decision, also of results that nobody takes in time; must be quick.
        make_monitor: Gives the liveness cues for the frames of one source.
        rechecks: How often a face is looked at anew on which the word is settled; None for in every frame.
    """

    def __init__(
        self,
        identify: Identify,
        timings: Timings,
        clock: Clock,
        decided: Callable[[Decision], object] = lambda _: None,
        make_monitor: MonitorFactory = NullMonitor,
        rechecks: ReuseRule | None = None,
    ) -> None:
        self._identify = identify
        self._timings = timings
        self._clock = clock
        self._decided = decided
        self._make_monitor = make_monitor
        self._rechecks = EmbeddingReuse(rechecks)
        self._lock = threading.Lock()
        self._forgotten = self._rechecked = 0
        self._monitor: Monitor | None = None
        self._living: tuple[LivenessResult, ...] = ()
        self._light: LightStimulus | None = None
        self._lit_until_ns = 0
        self._enrolment: EnrolmentFlow | None = None
        self._challenge: ChallengeFlow | None = None
        self._verification = VerificationFlow()

    @property
    def needs_every_frame(self) -> bool:
        """Whether somebody enrols or takes a challenge, and every frame counts."""
        with self._lock:
            return self._enrolment is not None or self._challenge is not None

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        """Feed every frame to this flow from now on; None ends that."""
        with self._lock:
            self._enrolment = flow

    def skip_remaining_directions(self) -> None:
        """Ask whoever is being enrolled for no further direction."""
        with self._lock:
            if self._enrolment is not None:
                self._enrolment.skip_missing_poses()

    def finish_enrolment(self) -> None:
        """Make do with the frames that there were of whoever is being enrolled, as when a film has ended."""
        with self._lock:
            if self._enrolment is not None:
                self._enrolment.end()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        """Feed every frame to this flow from now on; None ends that."""
        with self._lock:
            self._challenge = flow

    def shine(self, light: LightStimulus) -> None:
        """From the next frame on, watch whether the faces in view take on the colours that the screen shows."""
        with self._lock:
            self._light = light
            self._lit_until_ns = light.end_ns + _AFTER_LIGHT_NS

    def reset_faces(self) -> None:
        """Begin anew with every face, as after a change of source or of what is asked of liveness."""
        with self._lock:
            self._verification = VerificationFlow()
            self._monitor = None
            self._forgotten += 1

    def process_frame(self, frame: Frame, analyzer: Analyzer) -> FrameResult:
        """Look at one frame.

        Args:
            frame: Of the same source as those before, unless the faces were forgotten since.
            analyzer: Vision, of the thread that calls this.
        """
        waited = self._clock.monotonic_ns() - frame.captured_ns
        followed = self._followed(frame, analyzer)
        analysis = followed or analyzer.analyze(frame, self._known_in(frame))
        start = perf_counter_ns()
        earlier = [self._rechecks.compared(face) for face in analysis.faces]
        matches = [self._matched(*parts) for parts in zip(analysis.faces, earlier, strict=True)]
        matched = perf_counter_ns() - start
        start = perf_counter_ns()
        living = self._watched(frame, analysis, only_followed=followed is not None)
        watched = perf_counter_ns() - start
        result = self._concluded(frame, analysis, matches, earlier, living, only_followed=followed is not None)
        stages = {FrameStage(name): nanoseconds for name, nanoseconds in analysis.stages.items()}
        total = result.finished_ns - frame.captured_ns
        own = {
            FrameStage.CAPTURE: waited,
            FrameStage.LIVENESS: watched,
            FrameStage.MATCH: matched,
            FrameStage.TOTAL: total,
        }
        self._timings.record(stages | own)
        self._timings.frame_finished(result.finished_ns)
        for decision in result.decisions:
            self._decided(decision)
        return result

    def _followed(self, frame: Frame, analyzer: Analyzer) -> Analysis | None:
        """The faces of the frame before, where they are now; None where they must be looked at.

        Whoever enrols, takes a challenge or is shone at is looked at in every frame.
        """
        with self._lock:
            if self._rechecked != self._forgotten:
                self._rechecked = self._forgotten
                self._rechecks.forget()
            lit = frame.captured_ns <= self._lit_until_ns
        if lit or self.needs_every_frame or not self._rechecks.may_follow(frame.captured_ns):
            return None
        followed = analyzer.follow(frame)
        if followed is None or not self._rechecks.accepts([face.face for face in followed.faces], frame.captured_ns):
            self._rechecks.doubt()
            return None
        return followed

    def _known_in(self, frame: Frame) -> Known:
        """Whoever enrols or takes a challenge is embedded in every frame."""
        return nobody if self.needs_every_frame else lambda faces: self._rechecks.known(faces, frame.captured_ns)

    def _watched(self, frame: Frame, analysis: Analysis, *, only_followed: bool) -> tuple[LivenessResult, ...]:
        """What the liveness cues say; where faces were only followed they see none, and say the same again."""
        monitor = self._current_monitor()
        if only_followed:
            monitor.follow(frame)
            return self._living
        self._living = monitor.observe(frame, analysis.faces)
        with self._lock:
            light, self._light = self._light, None
        if light is not None:
            monitor.shine(light)
        return self._living

    def _matched(self, face: AnalyzedFace, earlier: PastComparison | None) -> Match | None:
        if face.embedding is not None:
            return self._identify(face.embedding)
        return earlier.match if earlier else None

    def _current_monitor(self) -> Monitor:
        """The one for this source: whatever was forgotten while it was being made is made again."""
        while True:
            with self._lock:
                monitor, forgotten = self._monitor, self._forgotten
            if monitor is not None:
                return monitor
            made = self._make_monitor()
            with self._lock:
                if self._forgotten == forgotten:
                    self._monitor = made

    def _concluded(
        self,
        frame: Frame,
        analysis: Analysis,
        matches: list[Match | None],
        earlier: list[PastComparison | None],
        living: tuple[LivenessResult, ...],
        *,
        only_followed: bool,
    ) -> FrameResult:
        observations = [
            FaceObservation(face.face.track, match, face.quality.quality_issues, frame.id, kept=_was_spared(face))
            for face, match in zip(analysis.faces, matches, strict=True)
        ]
        with self._lock:
            decisions = self._verification.observe(observations, frame.captured_ns)
            statuses = self._verification.status
            enrolment = self._enrolment.observe(analysis.faces, frame.captured_ns, matches) if self._enrolment else None
            challenge = self._challenge.observe(analysis.faces, frame.captured_ns) if self._challenge else None
        self._rechecks.learn(analysis.faces, matches, statuses, frame.captured_ns, followed=only_followed)
        said = tuple(_with_challenge(liveness, challenge) for liveness in living)
        embeddings = [known.embedding if known else None for known in earlier]
        parts = zip(analysis.faces, matches, statuses, said, embeddings, strict=True)
        known = {liveness.track: liveness for liveness in said}
        settled = tuple(replace(decision, liveness=known.get(decision.status.track)) for decision in decisions)
        faces = tuple(FaceResult(*part) for part in parts)
        return FrameResult(frame, faces, settled, enrolment, challenge, self._clock.monotonic_ns())


def _was_spared(face: AnalyzedFace) -> bool:
    """Whether it could have been embedded and was not, which says nothing of it."""
    return face.quality.is_judgeable and face.embedding is None


def _with_challenge(liveness: LivenessResult, challenge: ChallengeStatus | None) -> LivenessResult:
    """The challenge counts for the face that took it, and for no other."""
    if challenge is None or challenge.track != liveness.track:
        return liveness
    return liveness.with_cues(challenge.result)
