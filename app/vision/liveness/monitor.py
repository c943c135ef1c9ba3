"""All cues at once, each bound to the face it looks at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.core.faces import AnalyzedFace, Frame, Vector
from app.core.liveness import (
    CueName,
    CueResult,
    LightStimulus,
    LivenessPolicy,
    LivenessResult,
    LivenessVerdict,
    cue_not_run,
    fuse_cues,
)
from app.vision.liveness.base import FaceCue, SourceCue
from app.vision.liveness.light import LightCue

_UNSEEN_NS = 1_000_000_000
"""Time without an embedding after which what was shown before is no longer held to be of the same face."""

_MEMORY = 0.9
"""Weight of the past in the running mean of a face's embeddings."""


@dataclass(frozen=True, slots=True)
class MonitorPlan:
    """What a monitor does.

    Attributes:
        policy: How much has to be shown. Under OFF nothing is looked at.
        same_person: Cosine that a face's next embedding must have to the mean of those before it.
        light: Whether the light challenge is wanted, so that a face that did not take it lacks something.
    """

    policy: LivenessPolicy
    same_person: float
    light: bool = False


class LivenessMonitor:
    """Feeds the cues of every tracked face of one source, and fuses what they say. Owned by one thread.

    Cues never pass from one face to another: a face that gets another number, that no longer looks like itself, or that
    was not clearly seen for a second begins anew.

    Args:
        plan: What is asked for.
        make_face_cues: Gives new cues for a new face.
        source_cues: Watch all frames of the source.
    """

    def __init__(
        self,
        plan: MonitorPlan,
        make_face_cues: Callable[[], Sequence[FaceCue]],
        source_cues: Sequence[SourceCue] = (),
    ) -> None:
        self._plan = plan
        self._make_face_cues = make_face_cues
        self._source_cues = source_cues
        self._watched: dict[int, _TrackedFace] = {}

    def observe(self, frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """Take in one frame.

        Args:
            frame: Of the same source as those before.
            faces: All in it, with their numbers.

        Returns:
            What is said of each face, in their order. The challenge, which is not among these cues, is not run.
        """
        if self._plan.policy is LivenessPolicy.OFF:
            return tuple(fuse_cues(face.face.track, LivenessPolicy.OFF, ()) for face in faces)
        for cue in self._source_cues:
            cue.observe(frame)
        shared = [cue.result() for cue in self._source_cues]
        self._watched = {face.face.track: self._watching(frame, face) for face in faces}
        return tuple(self._said(face, shared) for face in faces)

    def follow(self, frame: Frame) -> None:
        """Take in one frame in which the faces were only followed.

        Args:
            frame: Of the same source.
        """
        for cue in self._source_cues:
            cue.observe(frame)
        for watched in self._watched.values():
            watched.passed()

    def shine(self, light: LightStimulus) -> None:
        """Watch whether the faces that are in view now take on the colours that the screen shows."""
        for watched in self._watched.values():
            watched.light = LightCue(light)

    def _watching(self, frame: Frame, face: AnalyzedFace) -> "_TrackedFace":
        watched = self._watched.get(face.face.track)
        if watched is None or not watched.is_same(face, frame.captured_ns, self._plan.same_person):
            watched = _TrackedFace(self._make_face_cues(), frame.captured_ns)
        watched.observe(frame, face)
        return watched

    def _said(self, face: AnalyzedFace, shared: list[CueResult]) -> LivenessResult:
        watched = self._watched[face.face.track]
        lacking = LivenessVerdict.NOT_ENOUGH if self._plan.light else LivenessVerdict.NOT_RUN
        light = watched.light.result() if watched.light else CueResult(CueName.LIGHT, lacking)
        cues = [cue_not_run(CueName.CHALLENGE), light, *watched.results(), *shared]
        return fuse_cues(face.face.track, self._plan.policy, cues)


class _TrackedFace:
    """One face's cues, and what it looks like."""

    def __init__(self, cues: Sequence[FaceCue], now_ns: int) -> None:
        self.light: LightCue | None = None
        self._cues = cues
        self._mean: Vector | None = None
        self._seen_ns = now_ns

    def is_same(self, face: AnalyzedFace, now_ns: int, same_person: float) -> bool:
        if now_ns - self._seen_ns > _UNSEEN_NS:
            return False
        if face.embedding is None or self._mean is None:
            return True
        return float(self._mean @ face.embedding.vector / np.linalg.norm(self._mean)) >= same_person

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        if face.embedding is not None:
            vector = face.embedding.vector
            self._mean = vector if self._mean is None else _MEMORY * self._mean + (1 - _MEMORY) * vector
            self._seen_ns = frame.captured_ns
        for cue in [*self._cues, *([self.light] if self.light else [])]:
            cue.observe(frame, face)

    def passed(self) -> None:
        for cue in self._cues:
            cue.passed()

    def results(self) -> list[CueResult]:
        return [cue.result() for cue in self._cues]
