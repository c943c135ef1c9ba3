"""A pipeline that a test drives, and makers of the faces, frames and results that it gives."""

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic_ns

import numpy as np

from app.camera.source import SourceInfo, SourceKind
from app.core.decision import FrameRun, decide
from app.core.errors import FacelatchError
from app.core.faces import (
    AlignedFace,
    AnalyzedFace,
    Box,
    Embedding,
    Face,
    Frame,
    HeadPose,
    Image,
    Pose,
    Quality,
    QualityHint,
)
from app.core.liveness import LightStimulus, LivenessPolicy, LivenessResult, LivenessVerdict
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.enrolment import EnrolmentFlow, EnrolmentStatus
from app.flows.liveness.challenge import ChallengeFlow
from app.flows.sample_selection import PoseTarget
from app.flows.verification import TrackState, TrackStatus
from app.pipeline.capture_thread import CameraState, CameraStatus, SourceFactory
from app.pipeline.live import LivePipeline, LiveStatus
from app.pipeline.results import EngineState, EngineStatus, FaceResult, FrameResult
from app.pipeline.timings import FrameStage, Percentiles, Timings
from tests.fakes.quality_issues import issues_for

MODEL = "mobilefacenet"
WEBCAM = SourceInfo(SourceKind.WEBCAM, "Logitech C920", 640, 480, 30.0)
THRESHOLD = 0.53
_VERDICTS = {
    TrackState.MATCHED: Verdict.MATCH,
    TrackState.UNKNOWN: Verdict.NO_MATCH,
    TrackState.AMBIGUOUS: Verdict.AMBIGUOUS,
    TrackState.GALLERY_EMPTY: Verdict.GALLERY_EMPTY,
    TrackState.CHECKING: Verdict.MATCH,
}


def person(name: str = "Grace Hopper", templates: int = 5) -> Person:
    """Return an enrolled person whose id is derived from the name."""
    return Person(f"id-{name}", name, datetime(2024, 1, 2, 12, 0, tzinfo=UTC), templates)


def embedding(seed: int = 0) -> Embedding:
    """A direction that is always the same for a seed."""
    vector = np.random.default_rng(seed).normal(size=192).astype(np.float32)
    return Embedding(vector / np.float32(np.linalg.norm(vector)), MODEL)


STRAIGHT = Pose(0.0, 0.0, 0.0)


def quality(*hints: QualityHint, pose: Pose = STRAIGHT) -> Quality:
    """Of a good picture, or of one with these faults."""
    return Quality(60.0, 120.0, 120.0, pose, 0.3, 1.0, issues_for(*hints))


def analyzed(
    track: int = 1,
    box: Box | None = None,
    hints: tuple[QualityHint, ...] = (),
    pose: Pose = STRAIGHT,
    seed: int = 0,
) -> AnalyzedFace:
    """A face as vision gives it."""
    face = Face(box or Box(240, 120, 160, 200), np.zeros((478, 3), np.float32), track)
    aligned = AlignedFace(picture(112, 112), 1.0)
    return AnalyzedFace(face, quality(*hints, pose=pose), None if hints else embedding(seed), aligned)


def match(
    verdict: Verdict = Verdict.MATCH, who: Person | None = None, similarity: float = 0.71, fmr: float = 1.25e-5
) -> Match:
    """A comparison."""
    if verdict is Verdict.GALLERY_EMPTY:
        return Match(verdict, None, -1.0, None, THRESHOLD, 1.0)
    return Match(verdict, who or person(), similarity, 0.1, THRESHOLD, fmr)


def seen(
    state: TrackState = TrackState.MATCHED,
    *,
    who: Person | None = None,
    track: int = 1,
    box: Box | None = None,
    hints: tuple[QualityHint, ...] = (),
    similarity: float = 0.71,
    fmr: float = 1.25e-5,
    living: LivenessVerdict = LivenessVerdict.PASSED,
    policy: LivenessPolicy = LivenessPolicy.PASSIVE,
) -> FaceResult:
    """A face with the word on it."""
    who = who or person()
    compared = None if state is TrackState.NOT_JUDGED else match(_VERDICTS[state], who, similarity, fmr)
    named = who if state in {TrackState.MATCHED, TrackState.AMBIGUOUS} else None
    liveness = LivenessResult(track, policy, living)
    decision = (
        decide(compared, liveness.required_verdict, quality_issues=issues_for(*hints), frames=FrameRun(1, 3, 3))
        if state is not TrackState.CHECKING
        else None
    )
    status = TrackStatus(track, state, named, decision, liveness)
    return FaceResult(analyzed(track, box, hints), compared, status, liveness)


def picture(width: int = 640, height: int = 480) -> Image:
    """A quiet gradient, light at the top left."""
    across, down = np.meshgrid(np.linspace(200, 90, width), np.linspace(0, 60, height))
    grey = across - down
    return np.dstack([grey, grey * 0.95, grey * 0.9]).astype(np.uint8)


def frame(number: int = 1, image: Image | None = None) -> Frame:
    """A frame delivered just now."""
    return Frame(number, picture() if image is None else image, monotonic_ns())


def result(
    *faces: FaceResult,
    decided: bool = False,
    enrolment: EnrolmentStatus | None = None,
    image: Image | None = None,
) -> FrameResult:
    """What the recognition gives for a frame; with `decided`, every face has just been settled."""
    now = monotonic_ns()
    decisions = tuple(replace(face.status, at_ns=now) for face in faces if decided)
    return FrameResult(frame(image=image), faces, decisions, enrolment, None, now)


STAGES = {
    FrameStage.CAPTURE: Percentiles(0.4, 0.9, 1.1),
    FrameStage.DETECT: Percentiles(7.1, 9.8, 11.8),
    FrameStage.ALIGN: Percentiles(0.5, 0.8, 1.0),
    FrameStage.EMBED: Percentiles(4.2, 6.1, 7.3),
    FrameStage.LIVENESS: Percentiles(0.4, 0.9, 1.1),
    FrameStage.MATCH: Percentiles(0.1, 0.2, 0.2),
    FrameStage.DRAW: Percentiles(2.1, 3.4, 4.1),
    FrameStage.TOTAL: Percentiles(14.4, 19.0, 22.8),
}


def live_status(
    camera: CameraState = CameraState.STREAMING,
    error: FacelatchError | None = None,
    *,
    attempts: int = 0,
    engine: EngineState = EngineState.RUNNING,
    engine_error: FacelatchError | None = None,
    paused: bool = False,
) -> LiveStatus:
    """How a loop is doing; by default, well."""
    info = None if camera is CameraState.OPENING else WEBCAM
    provider = "CPUExecutionProvider" if engine is EngineState.RUNNING else ""
    return LiveStatus(
        CameraStatus(camera, info, error, attempts),
        EngineStatus(engine, provider, engine_error),
        paused,
        STAGES if camera is CameraState.STREAMING else {},
        30.0 if camera is CameraState.STREAMING else 0.0,
        dropped=0,
    )


class FakePipeline(LivePipeline):
    """Says what a test wants, and remembers what it was asked. Runs no thread.

    Attributes:
        said: What `status` gives.
        asked: The names of the methods called, in order.
        flow: The enrolment that is running.
        asking: The challenge that is running.
        shone: The colours that were last told of.
    """

    def __init__(self) -> None:
        self.timings = Timings()
        self.said = live_status()
        self.asked: list[str] = []
        self.flow: EnrolmentFlow | None = None
        self.asking: ChallengeFlow | None = None
        self.shone: LightStimulus | None = None
        self._next: FrameResult | None = None

    def give(self, new: FrameResult | None) -> None:
        """Lay down a result to be taken."""
        self._next = new

    def start(self) -> None:
        self.asked.append("start")

    def watch(self, make_source: SourceFactory, name: str) -> None:
        self.asked.append(f"watch {name}")

    def retry(self) -> None:
        self.asked.append("retry")
        if self.said.camera.state is CameraState.ENDED:
            self.said = live_status(CameraState.OPENING)

    def pause(self, *, paused: bool) -> None:
        self.asked.append("pause" if paused else "resume")
        self.said = replace(self.said, paused=paused)

    def take_result(self, timeout_s: float = 0.0) -> FrameResult | None:
        taken, self._next = self._next, None
        return taken

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        self.flow = flow

    def skip_remaining_directions(self) -> None:
        if self.flow is not None:
            self.flow.skip_missing_poses()

    def finish_enrolment(self) -> None:
        if self.flow is not None:
            self.flow.end()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        self.asking = flow

    def start_light_challenge(self, light: LightStimulus) -> None:
        self.shone = light

    def reload_vision(self) -> None:
        self.asked.append("renew vision")

    def reset_faces(self) -> None:
        self.asked.append("forget faces")

    def status(self) -> LiveStatus:
        return self.said

    def stop(self, within_s: float = 0.0) -> bool:
        self.asked.append("stop")
        return True


def target(pose: HeadPose, yaw: float = 0.0, pitch: float = 0.0) -> PoseTarget:
    """A direction with ten degrees to spare."""
    return PoseTarget(pose, yaw, pitch, 10.0, 10.0)


ALL_TARGETS = (
    target(HeadPose.FRONT),
    target(HeadPose.LEFT, yaw=25.0),
    target(HeadPose.RIGHT, yaw=-25.0),
    target(HeadPose.UP, pitch=15.0),
    target(HeadPose.DOWN, pitch=-15.0),
)
