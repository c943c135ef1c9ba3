"""A run of consistent frames of one tracked face."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.faces import Box, Embedding, QualityHint


@dataclass(frozen=True, slots=True)
class ObservedFace:
    """What a run needs to know of a face in a frame.

    Attributes:
        track: Its number.
        box: In pixels of the frame.
        embedding: None where the face could not be judged.
        weight: What the picture is worth, 0 to 1.
        hints: Why it could not be judged.
    """

    track: int
    box: Box
    embedding: Embedding | None
    weight: float = 1.0
    hints: tuple[QualityHint, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRule:
    """When frames belong together, and when there are enough.

    Attributes:
        frames: Judged frames of a complete run.
        min_iou: Least overlap of the boxes of two frames in a row.
        agreement: Least cosine of a frame's embedding to the mean of those before it.
        fresh_ns: All frames of a complete run lie within so much time.
        gap_ns: Longest time between two frames, judged or not.
    """

    frames: int = 5
    min_iou: float = 0.3
    agreement: float = 0.5
    fresh_ns: int = 2_000_000_000
    gap_ns: int = 500_000_000


@dataclass(frozen=True, slots=True)
class _Sample:
    embedding: Embedding
    weight: float
    at_ns: int


_LEAST_WEIGHT = 0.05
"""So that frames of no quality at all still have a mean."""


class FaceRun:
    """Grows frame by frame as long as nothing contradicts that it is one face.

    Args:
        number: Of this run; what is said of another run does not hold for it.
        face: The first.
        now_ns: Monotonic time of its frame.
        rule: When frames belong together.
    """

    def __init__(self, number: int, face: ObservedFace, now_ns: int, rule: RunRule) -> None:
        self.number = number
        self.track = face.track
        self._rule = rule
        self._box = face.box
        self._seen_ns = now_ns
        self._samples: list[_Sample] = []
        self._take(face, now_ns)

    @property
    def judged(self) -> bool:
        """Whether any frame of it was."""
        return bool(self._samples)

    def progress(self, now_ns: int) -> float:
        """How much of a complete run there is, 0 to 1."""
        return min(len(self._fresh(now_ns)) / self._rule.frames, 1.0)

    def continues_with(self, face: ObservedFace, now_ns: int) -> bool:
        """Whether this face is held to be the one of the frame before."""
        return (
            face.track == self.track
            and 0 <= now_ns - self._seen_ns <= self._rule.gap_ns
            and face.box.iou(self._box) >= self._rule.min_iou
            and (face.embedding is None or self._agrees(face.embedding))
        )

    def add(self, face: ObservedFace, now_ns: int) -> None:
        """Take in a frame with which it goes on."""
        self._box, self._seen_ns = face.box, now_ns
        self._take(face, now_ns)

    def is_complete(self, now_ns: int) -> bool:
        """Whether enough judged frames lie close enough together, the last of them in this frame."""
        fresh = self._fresh(now_ns)
        return len(fresh) == self._rule.frames and fresh[-1].at_ns == now_ns

    def mean(self, now_ns: int) -> Embedding:
        """The mean of the latest judged frames, weighted by quality, of unit length.

        Raises:
            ValueError: No frame is fresh enough.
        """
        fresh = self._fresh(now_ns)
        if not fresh:
            raise ValueError("a run without fresh frames has no mean")
        return _mean(fresh)

    def _take(self, face: ObservedFace, now_ns: int) -> None:
        if face.embedding is None:
            return
        weight = max(face.weight, _LEAST_WEIGHT)
        self._samples = [*self._samples, _Sample(face.embedding, weight, now_ns)][-self._rule.frames :]

    def _fresh(self, now_ns: int) -> list[_Sample]:
        return [sample for sample in self._samples if now_ns - sample.at_ns <= self._rule.fresh_ns]

    def _agrees(self, embedding: Embedding) -> bool:
        if not self._samples:
            return True
        mean = _mean(self._samples)
        return mean.model == embedding.model and float(mean.vector @ embedding.vector) >= self._rule.agreement


class FaceRunBuilder:
    """Follows one face from frame to frame, in one run after the other.

    Args:
        rule: When frames belong together.
    """

    def __init__(self, rule: RunRule) -> None:
        self._rule = rule
        self._runs = 0
        self.run: FaceRun | None = None
        self.face: ObservedFace | None = None
        self.last_seen_ns = 0
        """Since when nobody has been in view."""

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """Why the face could not be judged in the last frame."""
        return self.face.hints if self.face else ()

    def follow(self, faces: Sequence[ObservedFace], now_ns: int) -> FaceRun | None:
        """Grow the run by this frame, or break it, or begin another; None when nobody is in view.

        Args:
            faces: All in view, the largest first.
            now_ns: Monotonic time of the frame.
        """
        self.face = self._pick(faces)
        if self.face is None:
            self.run = None
            return None
        self.last_seen_ns = now_ns
        if self.run is not None and self.run.continues_with(self.face, now_ns):
            self.run.add(self.face, now_ns)
        else:
            self._runs += 1
            self.run = FaceRun(self._runs, self.face, now_ns, self._rule)
        return self.run

    def forget(self) -> None:
        """Break the run."""
        self.run, self.face = None, None

    def _pick(self, faces: Sequence[ObservedFace]) -> ObservedFace | None:
        """The face that is followed already; else the largest."""
        followed = (face for face in faces if self.run and face.track == self.run.track)
        return next(followed, faces[0] if faces else None)


def _mean(samples: Sequence[_Sample]) -> Embedding:
    vectors = np.stack([sample.embedding.vector for sample in samples])
    mean = np.average(vectors, axis=0, weights=[sample.weight for sample in samples])
    return Embedding((mean / np.linalg.norm(mean)).astype(np.float32), samples[0].embedding.model)
