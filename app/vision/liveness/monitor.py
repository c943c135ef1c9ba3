"""The liveness monitor: feeds every cue, binds them to faces, and fuses their verdicts."""

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

_MAX_UNSEEN_NS = 1_000_000_000
"""Time without an embedding after which a face starts again, in nanoseconds."""

_MEMORY = 0.9
"""Weight of the earlier embeddings in the running mean of a face's embeddings."""


@dataclass(frozen=True, slots=True)
class MonitorPlan:
    """Settings of a monitor.

    Attributes:
        policy: The evidence that is needed; OFF disables every cue.
        same_person: Least cosine of a face's next embedding to the mean of the earlier ones.
        light: Whether a light challenge is needed, so that a face without one has not enough evidence.
    """

    policy: LivenessPolicy
    same_person: float
    light: bool = False


class LivenessMonitor:
    """Feeds the cues of every tracked face of one source, and fuses their verdicts. Owned by one thread.

    Evidence never passes from one face to another: a face starts again with new cues if its track number changes, if it
    no longer resembles itself, or if it could not be embedded for a second.

    Args:
        plan: The settings.
        make_face_cues: Creates the cues of a new face.
        source_cues: Cues on all frames of the source.
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
        self._tracked: dict[int, _TrackedFace] = {}

    def observe(self, frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """Process a frame with new landmarks.

        Args:
            frame: From the same source as the frames before it.
            faces: All faces in it, with their track numbers.

        Returns:
            The liveness of each face, in the same order. The challenge cue is "not run": the frame path adds it.
        """
        if self._plan.policy is LivenessPolicy.OFF:
            return tuple(fuse_cues(face.face.track, LivenessPolicy.OFF, ()) for face in faces)
        for cue in self._source_cues:
            cue.observe(frame)
        shared = [cue.result() for cue in self._source_cues]
        self._tracked = {face.face.track: self._track(frame, face) for face in faces}
        return tuple(self._fuse(face, shared) for face in faces)

    def skip_frame(self, frame: Frame) -> None:
        """Count a frame without new landmarks; only the source cues process it.

        Args:
            frame: From the same source.
        """
        for cue in self._source_cues:
            cue.observe(frame)
        for tracked in self._tracked.values():
            tracked.skip_frame()

    def start_light_challenge(self, light: LightStimulus) -> None:
        """Check whether the faces in view reflect the colours that the screen shows.

        Args:
            light: The colours, by time.
        """
        for tracked in self._tracked.values():
            tracked.light = LightCue(light)

    def _track(self, frame: Frame, face: AnalyzedFace) -> "_TrackedFace":
        tracked = self._tracked.get(face.face.track)
        if tracked is None or not tracked.is_same(face, frame.captured_ns, self._plan.same_person):
            tracked = _TrackedFace(self._make_face_cues(), frame.captured_ns)
        tracked.observe(frame, face)
        return tracked

    def _fuse(self, face: AnalyzedFace, shared: list[CueResult]) -> LivenessResult:
        tracked = self._tracked[face.face.track]
        no_light = LivenessVerdict.NOT_ENOUGH if self._plan.light else LivenessVerdict.NOT_RUN
        light = tracked.light.result() if tracked.light else CueResult(CueName.LIGHT, no_light)
        cues = [cue_not_run(CueName.CHALLENGE), light, *tracked.results(), *shared]
        return fuse_cues(face.face.track, self._plan.policy, cues)


class _TrackedFace:
    """The cues of one face, and the mean of its embeddings."""

    def __init__(self, cues: Sequence[FaceCue], now_ns: int) -> None:
        self.light: LightCue | None = None
        self._cues = cues
        self._mean: Vector | None = None
        self._embedded_ns = now_ns

    def is_same(self, face: AnalyzedFace, now_ns: int, same_person: float) -> bool:
        """Return whether a face with the same track number is the face observed so far.

        Args:
            face: In the current frame.
            now_ns: Monotonic time of the frame, in nanoseconds.
            same_person: Least cosine, -1 to 1, of its embedding to the mean of the earlier ones.

        Returns:
            False if the last embedding is older than a second, or if the embeddings differ too much. True without an
            embedding of either: they cannot be compared.
        """
        if now_ns - self._embedded_ns > _MAX_UNSEEN_NS:
            return False
        if face.embedding is None or self._mean is None:
            return True
        return float(self._mean @ face.embedding.vector / np.linalg.norm(self._mean)) >= same_person

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Update the mean embedding, and pass the frame to every cue.

        Args:
            frame: The frame that the face was detected in.
            face: With landmarks in pixels of the frame; the mean stays as it is if its embedding is None.
        """
        if face.embedding is not None:
            vector = face.embedding.vector
            self._mean = vector if self._mean is None else _MEMORY * self._mean + (1 - _MEMORY) * vector
            self._embedded_ns = frame.captured_ns
        for cue in [*self._cues, *([self.light] if self.light else [])]:
            cue.observe(frame, face)

    def skip_frame(self) -> None:
        for cue in self._cues:
            cue.skip_frame()

    def results(self) -> list[CueResult]:
        return [cue.result() for cue in self._cues]
