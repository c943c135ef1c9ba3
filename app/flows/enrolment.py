"""Taking several good pictures of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.core.types import AnalyzedFace, Embedding, Hint, Quality

_BYSTANDER_SHARE = 0.5
"""A face less than this share of the largest one's width stands behind, and is not the one enrolled."""


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    COLLECTING = "collecting"
    COMPLETE = "complete"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"


class Guidance(StrEnum):
    """What the person in front of the camera should know."""

    SHOW_FACE = "show-face"
    ONE_AT_A_TIME = "one-at-a-time"
    SOMEONE_ELSE = "someone-else"
    IMPROVE = "improve"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture taken.

    Attributes:
        embedding: Of the face.
        quality: Of the picture.
    """

    embedding: Embedding
    quality: Quality


@dataclass(frozen=True, slots=True)
class EnrolmentStatus:
    """Where an enrolment stands.

    Attributes:
        state: Of the whole.
        guidance: For the person, while collecting.
        hints: What to mend, where the guidance is IMPROVE.
        taken: Pictures so far.
        wanted: Pictures needed.
    """

    state: EnrolmentState
    guidance: Guidance
    hints: tuple[Hint, ...]
    taken: int
    wanted: int


@dataclass(frozen=True, slots=True)
class EnrolmentPlan:
    """What an enrolment asks for.

    Attributes:
        wanted: Pictures.
        interval_ns: Least time between two, so that they differ.
        timeout_ns: Longest time from the first frame to the last picture.
        same_person: Cosine that a picture must have to the mean of those before it.
    """

    wanted: int
    interval_ns: int
    timeout_ns: int
    same_person: float


class EnrolmentFlow:
    """Collects pictures until there are enough.

    ```mermaid
    stateDiagram-v2
        [*] --> collecting
        collecting --> collecting: a frame (taken when it is good, alone, the same person, and late enough)
        collecting --> complete: the last picture
        collecting --> timed_out: too long
        collecting --> cancelled: cancel
        complete --> [*]
        timed_out --> [*]
        cancelled --> [*]
    ```

    Args:
        plan: What is asked for.
    """

    def __init__(self, plan: EnrolmentPlan) -> None:
        self._plan = plan
        self._samples: list[Sample] = []
        self._started_ns: int | None = None
        self._taken_ns: int | None = None
        self._status = EnrolmentStatus(EnrolmentState.COLLECTING, Guidance.SHOW_FACE, (), 0, plan.wanted)

    @property
    def status(self) -> EnrolmentStatus:
        """Where it stands."""
        return self._status

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The pictures taken; empty after a cancel or a time-out."""
        return tuple(self._samples)

    def observe(self, faces: Sequence[AnalyzedFace], now_ns: int) -> EnrolmentStatus:
        """Take in one frame.

        Args:
            faces: All in view.
            now_ns: Monotonic time of the frame.
        """
        if self._status.state is not EnrolmentState.COLLECTING:
            return self._status
        self._started_ns = now_ns if self._started_ns is None else self._started_ns
        if now_ns - self._started_ns > self._plan.timeout_ns:
            return self._end(EnrolmentState.TIMED_OUT)
        guidance, hints, sample = self._judge(faces)
        if sample is not None and self._late_enough(now_ns):
            self._samples.append(sample)
            self._taken_ns = now_ns
        state = EnrolmentState.COMPLETE if len(self._samples) == self._plan.wanted else EnrolmentState.COLLECTING
        return self._say(state, guidance, hints)

    def cancel(self) -> EnrolmentStatus:
        """Give up and forget the pictures. Without effect once complete."""
        if self._status.state is EnrolmentState.COLLECTING:
            self._end(EnrolmentState.CANCELLED)
        return self._status

    def _judge(self, faces: Sequence[AnalyzedFace]) -> tuple[Guidance, tuple[Hint, ...], Sample | None]:
        near = _in_front(faces)
        if not near:
            return Guidance.SHOW_FACE, (), None
        if len(near) > 1:
            return Guidance.ONE_AT_A_TIME, (), None
        face = near[0]
        if face.embedding is None or not face.quality.judgeable:
            return Guidance.IMPROVE, face.quality.hints, None
        if not self._is_same_person(face.embedding):
            return Guidance.SOMEONE_ELSE, (), None
        return Guidance.HOLD, (), Sample(face.embedding, face.quality)

    def _is_same_person(self, embedding: Embedding) -> bool:
        if not self._samples:
            return True
        mean = np.mean([sample.embedding.vector for sample in self._samples], axis=0)
        return float(mean @ embedding.vector / np.linalg.norm(mean)) >= self._plan.same_person

    def _late_enough(self, now_ns: int) -> bool:
        return self._taken_ns is None or now_ns - self._taken_ns >= self._plan.interval_ns

    def _end(self, state: EnrolmentState) -> EnrolmentStatus:
        self._samples.clear()
        return self._say(state, Guidance.SHOW_FACE, ())

    def _say(self, state: EnrolmentState, guidance: Guidance, hints: tuple[Hint, ...]) -> EnrolmentStatus:
        self._status = EnrolmentStatus(state, guidance, hints, len(self._samples), self._plan.wanted)
        return self._status


def _in_front(faces: Sequence[AnalyzedFace]) -> list[AnalyzedFace]:
    widest = max((face.face.box.width for face in faces), default=0.0)
    return [face for face in faces if face.face.box.width >= widest * _BYSTANDER_SHARE]
