"""Selection of an enrolment's samples: the best frames of each head pose, without near-duplicates."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.faces import AlignedFace, Embedding, HeadPose, Pose, Quality


@dataclass(frozen=True, slots=True)
class PoseTarget:
    """A head pose that an enrolment asks for. Angles in degrees.

    Attributes:
        pose: Its name.
        yaw: Yaw, positive to the person's own left.
        pitch: Pitch, positive upwards.
        yaw_tolerance: Largest deviation of the yaw.
        pitch_tolerance: Largest deviation of the pitch.
    """

    pose: HeadPose
    yaw: float
    pitch: float
    yaw_tolerance: float
    pitch_tolerance: float

    def distance(self, pose: Pose, origin: Pose) -> float:
        """Return the deviation of a pose in tolerances; up to 1 the pose is within the target.

        Args:
            pose: Pose of the head.
            origin: Pose of the same head when it looks straight ahead.
        """
        yaw = abs(pose.yaw - origin.yaw - self.yaw) / self.yaw_tolerance
        pitch = abs(pose.pitch - origin.pitch - self.pitch) / self.pitch_tolerance
        return max(yaw, pitch)

    def is_overshot(self, pose: Pose, origin: Pose) -> bool:
        """Whether the head is turned in the target's direction, but too far.

        Args:
            pose: Pose of the head.
            origin: Pose of the same head when it looks straight ahead.
        """
        yaw, pitch = pose.yaw - origin.yaw, pose.pitch - origin.pitch
        yaw_overshot = bool(self.yaw) and yaw * self.yaw > 0 and abs(yaw) > abs(self.yaw) + self.yaw_tolerance
        limit = abs(self.pitch) + self.pitch_tolerance
        pitch_overshot = bool(self.pitch) and pitch * self.pitch > 0 and abs(pitch) > limit
        return yaw_overshot or pitch_overshot


@dataclass(frozen=True, slots=True)
class EnrolmentSample:
    """One frame of an enrolment.

    Attributes:
        embedding: Embedding of the face, of unit length.
        quality: Quality of the face.
        score: Quality as one number, 0 to 1.
        pose: Head pose that the frame counts for.
        taken_ns: Monotonic time of the frame.
        aligned: Aligned crop that was embedded; None if it is not available.
        source: File that the frame came from; empty for a camera.
    """

    embedding: Embedding
    quality: Quality
    score: float
    pose: HeadPose
    taken_ns: int
    aligned: AlignedFace | None = None
    source: str = ""


class PoseSamples:
    """The samples of one head pose: first those of the current streak, then the best of a completed one.

    Attributes:
        target: The head pose.
        selected: The best samples; empty until a streak is complete.

    Args:
        target: The head pose.
        streak: Consecutive frames that must show the pose.
        max_selected: Largest number of selected samples.
        near_duplicate: Cosine, -1 to 1, from which two samples are near-duplicates.
    """

    def __init__(self, target: PoseTarget, streak: int, max_selected: int, near_duplicate: float) -> None:
        self.target = target
        self.selected: tuple[EnrolmentSample, ...] = ()
        self._current: list[EnrolmentSample] = []
        self._streak = streak
        self._max_selected = max_selected
        self._near_duplicate = near_duplicate

    @property
    def share(self) -> float:
        """Completed share of the streak, 0 to 1."""
        return 1.0 if self.selected else len(self._current) / self._streak

    @property
    def is_done(self) -> bool:
        """Whether a streak was completed."""
        return bool(self.selected)

    def add(self, sample: EnrolmentSample) -> None:
        """Add a frame to the streak. After a completed streak, better frames still replace others."""
        self._current.append(sample)
        if self.is_done or len(self._current) >= self._streak:
            candidates = (*self.selected, *self._current)
            self.selected = select_best(candidates, self._max_selected, self._near_duplicate)
            self._current.clear()

    def end_streak(self) -> None:
        """Discard an incomplete streak."""
        self._current.clear()

    def reset(self) -> None:
        """Discard all samples."""
        self._current.clear()
        self.selected = ()


def select_best(
    samples: Iterable[EnrolmentSample], max_selected: int, near_duplicate: float
) -> tuple[EnrolmentSample, ...]:
    """Select the samples of the highest scores, without near-duplicates, best first.

    Args:
        samples: Samples of one person.
        max_selected: Largest number of samples to select.
        near_duplicate: Cosine, -1 to 1, from which two samples are near-duplicates.
    """
    selected: list[EnrolmentSample] = []
    for sample in sorted(samples, key=lambda sample: -sample.score):
        similarities = (float(sample.embedding.vector @ other.embedding.vector) for other in selected)
        if len(selected) < max_selected and all(similarity < near_duplicate for similarity in similarities):
            selected.append(sample)
    return tuple(selected)
