"""Runs: consecutive frames that consistently show one tracked face."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.faces import Box, Embedding, QualityHint


@dataclass(frozen=True, slots=True)
class ObservedFace:
    """A face in one frame, reduced to what a run needs.

    Attributes:
        track: Track number.
        box: Bounding box in pixels of the frame.
        embedding: Embedding of unit length; None if the face could not be judged.
        weight: Quality of the face, 0 to 1.
        hints: Why the face could not be judged.
        share: Height of the face, as a share of the height of the picture.
        offset: Distance of its centre from the centre of the picture, in half diagonals of the picture, 0 to 1.
    """

    track: int
    box: Box
    embedding: Embedding | None
    weight: float = 1.0
    hints: tuple[QualityHint, ...] = ()
    share: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class RunRule:
    """When frames form one run, and when a run is complete.

    Attributes:
        frames: Judged frames of a complete run.
        min_iou: Least overlap (intersection over union, 0 to 1) of the boxes of two consecutive frames.
        agreement: Least cosine, -1 to 1, of a frame's embedding to the mean of those before it.
        fresh_ns: Time within which all frames of a complete run must lie.
        gap_ns: Longest time between two consecutive frames, judged or not.
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


_MIN_WEIGHT = 0.05
"""Keeps the weighted mean defined for frames of quality 0."""


class FaceRun:
    """A run that grows frame by frame until a frame contradicts that it shows the same face.

    Args:
        number: Number of the run; results for another run do not hold for it.
        face: The face of the first frame.
        now_ns: Monotonic time of that frame.
        rule: When frames form one run.
    """

    def __init__(self, number: int, face: ObservedFace, now_ns: int, rule: RunRule) -> None:
        self.number = number
        self.track = face.track
        self._rule = rule
        self._box = face.box
        self._seen_ns = now_ns
        self._samples: list[_Sample] = []
        self._append(face, now_ns)

    @property
    def is_judged(self) -> bool:
        """Whether any frame of the run has an embedding."""
        return bool(self._samples)

    def progress(self, now_ns: int) -> float:
        """Return the share of a complete run that is there, 0 to 1."""
        return min(len(self._fresh(now_ns)) / self._rule.frames, 1.0)

    def continues_with(self, face: ObservedFace, now_ns: int) -> bool:
        """Whether a face is taken for the face of the previous frame.

        Args:
            face: The face in the new frame.
            now_ns: Monotonic time of that frame.
        """
        return (
            face.track == self.track
            and 0 <= now_ns - self._seen_ns <= self._rule.gap_ns
            and face.box.iou(self._box) >= self._rule.min_iou
            and (face.embedding is None or self._agrees(face.embedding))
        )

    def add(self, face: ObservedFace, now_ns: int) -> None:
        """Add a frame with which the run continues.

        Args:
            face: The face in the frame.
            now_ns: Monotonic time of the frame.
        """
        self._box, self._seen_ns = face.box, now_ns
        self._append(face, now_ns)

    def is_complete(self, now_ns: int) -> bool:
        """Whether there are enough fresh judged frames, the latest of them at this time."""
        fresh = self._fresh(now_ns)
        return len(fresh) == self._rule.frames and fresh[-1].at_ns == now_ns

    @property
    def latest(self) -> Embedding:
        """Embedding of the latest judged frame; a complete run has one."""
        return self._samples[-1].embedding

    def mean(self, now_ns: int) -> Embedding:
        """Return the mean embedding of the fresh judged frames, weighted by quality, of unit length.

        Raises:
            ValueError: No frame is fresh.
        """
        fresh = self._fresh(now_ns)
        if not fresh:
            raise ValueError("a run without fresh frames has no mean")
        return _mean(fresh)

    def _append(self, face: ObservedFace, now_ns: int) -> None:
        if face.embedding is None:
            return
        weight = max(face.weight, _MIN_WEIGHT)
        self._samples = [*self._samples, _Sample(face.embedding, weight, now_ns)][-self._rule.frames :]

    def _fresh(self, now_ns: int) -> list[_Sample]:
        return [sample for sample in self._samples if now_ns - sample.at_ns <= self._rule.fresh_ns]

    def _agrees(self, embedding: Embedding) -> bool:
        if not self._samples:
            return True
        mean = _mean(self._samples)
        return mean.model == embedding.model and float(mean.vector @ embedding.vector) >= self._rule.agreement


class FaceRunBuilder:
    """Follows one face from frame to frame and builds one run after the other.

    Attributes:
        run: The current run; None while no face is in view.
        face: The followed face in the last frame.
        last_seen_ns: Monotonic time of the last frame with a face.

    Args:
        rule: When frames form one run.
    """

    def __init__(self, rule: RunRule) -> None:
        self._rule = rule
        self._runs = 0
        self.run: FaceRun | None = None
        self.face: ObservedFace | None = None
        self.last_seen_ns = 0

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """Why the face of the last frame could not be judged."""
        return self.face.hints if self.face else ()

    def follow(self, faces: Sequence[ObservedFace], now_ns: int) -> FaceRun | None:
        """Extend the current run by a frame, or begin a new run.

        Args:
            faces: The faces to follow, the likeliest first.
            now_ns: Monotonic time of the frame.

        Returns:
            The current run; None if the frame shows no face.
        """
        self.face = self._select(faces)
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

    def reset(self) -> None:
        """End the current run."""
        self.run, self.face = None, None

    def _select(self, faces: Sequence[ObservedFace]) -> ObservedFace | None:
        """Return the face that is followed already, or else the first."""
        followed = (face for face in faces if self.run and face.track == self.run.track)
        return next(followed, faces[0] if faces else None)


def _mean(samples: Sequence[_Sample]) -> Embedding:
    """Return the weighted mean of the samples, of unit length."""
    vectors = np.stack([sample.embedding.vector for sample in samples])
    mean = np.average(vectors, axis=0, weights=[sample.weight for sample in samples])
    return Embedding((mean / np.linalg.norm(mean)).astype(np.float32), samples[0].embedding.model)
