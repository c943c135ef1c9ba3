"""Which frames of an enrolment are kept: for each direction of the head the best ones, no two alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.faces import AlignedFace, Embedding, HeadPose, Pose, Quality


@dataclass(frozen=True, slots=True)
class PoseTarget:
    """A direction that is asked for, in degrees.

    Attributes:
        pose: Its name.
        yaw: Positive to the person's own left.
        pitch: Positive upwards.
        yaw_tolerance: A head that differs by more does not look there.
        pitch_tolerance: Likewise.
    """

    pose: HeadPose
    yaw: float
    pitch: float
    yaw_tolerance: float
    pitch_tolerance: float

    def distance(self, pose: Pose, origin: Pose) -> float:
        """How far a head is off, in tolerances: up to 1 it looks there.

        Args:
            pose: Of the head.
            origin: Of the same head when it looks to the front.
        """
        yaw = abs(pose.yaw - origin.yaw - self.yaw) / self.yaw_tolerance
        pitch = abs(pose.pitch - origin.pitch - self.pitch) / self.pitch_tolerance
        return max(yaw, pitch)

    def is_overshot(self, pose: Pose, origin: Pose) -> bool:
        """Whether a head looks this way, but too far."""
        yaw, pitch = pose.yaw - origin.yaw, pose.pitch - origin.pitch
        too_far_aside = bool(self.yaw) and yaw * self.yaw > 0 and abs(yaw) > abs(self.yaw) + self.yaw_tolerance
        too_far_up = bool(self.pitch) and pitch * self.pitch > 0 and abs(pitch) > abs(self.pitch) + self.pitch_tolerance
        return too_far_aside or too_far_up


@dataclass(frozen=True, slots=True)
class EnrolmentSample:
    """One frame of an enrolment.

    Attributes:
        embedding: Of the face.
        quality: Of the picture.
        score: The same as one number, 0 to 1.
        pose: The direction it counts for.
        taken_ns: Monotonic time of the frame.
        aligned: The face as the embedding saw it; None where that is not at hand.
        source: The file it came from; empty for a camera's.
    """

    embedding: Embedding
    quality: Quality
    score: float
    pose: HeadPose
    taken_ns: int
    aligned: AlignedFace | None = None
    source: str = ""


class PoseSamples:
    """The frames of one direction: those of the streak that goes on, then the best.

    Args:
        target: The direction.
        streak: Frames in a row that have to look there.
        kept: How many of them are kept at most.
        near_duplicate: Cosine from which two are alike.
    """

    def __init__(self, target: PoseTarget, streak: int, kept: int, near_duplicate: float) -> None:
        self.target = target
        self.kept: tuple[EnrolmentSample, ...] = ()
        self._held: list[EnrolmentSample] = []
        self._streak = streak
        self._most = kept
        self._near_duplicate = near_duplicate

    @property
    def share(self) -> float:
        """How much of the streak there is, 0 to 1; 1 once it has been held."""
        return 1.0 if self.kept else len(self._held) / self._streak

    @property
    def done(self) -> bool:
        """Whether it has been held."""
        return bool(self.kept)

    def take(self, sample: EnrolmentSample) -> None:
        """One more frame in a row; once it has been held, better frames still take the place of others."""
        self._held.append(sample)
        if self.done or len(self._held) >= self._streak:
            self.kept = select_best((*self.kept, *self._held), self._most, self._near_duplicate)
            self._held.clear()

    def release(self) -> None:
        """The row has ended."""
        self._held.clear()

    def forget(self) -> None:
        """Keep nothing."""
        self._held.clear()
        self.kept = ()


def select_best(samples: Iterable[EnrolmentSample], most: int, near_duplicate: float) -> tuple[EnrolmentSample, ...]:
    """The best samples, no two of which are alike, best first.

    Args:
        samples: Of one person.
        most: How many at most.
        near_duplicate: Cosine from which two are alike.
    """
    chosen: list[EnrolmentSample] = []
    for sample in sorted(samples, key=lambda sample: -sample.score):
        alike = (float(sample.embedding.vector @ other.embedding.vector) >= near_duplicate for other in chosen)
        if len(chosen) < most and not any(alike):
            chosen.append(sample)
    return tuple(chosen)
