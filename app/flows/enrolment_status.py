"""Plan and status of an enrolment."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import HeadPose, QualityHint
from app.flows.sample_selection import PoseTarget


class EnrolmentState(StrEnum):
    """State of an enrolment."""

    COLLECTING = "collecting"
    TESTING = "testing"
    COMPLETE = "complete"
    TEST_FAILED = "test-failed"
    INCOMPLETE = "incomplete"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"


class Guidance(StrEnum):
    """Instruction for the person in front of the camera."""

    SHOW_FACE = "show-face"
    ONE_AT_A_TIME = "one-at-a-time"
    OTHER_PERSON = "other-person"
    IMPROVE = "improve"
    UNCOVER = "uncover"
    TURN = "turn"
    TURN_LESS = "turn-less"
    HOLD = "hold"
    LOOK_AHEAD = "look-ahead"


@dataclass(frozen=True, slots=True)
class EnrolmentPlan:
    """Parameters of an enrolment.

    Attributes:
        targets: Head poses in the order in which they are asked for; the front among them.
        streak: Consecutive good frames of each pose.
        kept_per_pose: Largest number of samples of each pose.
        near_duplicate: Cosine, -1 to 1, from which two samples are near-duplicates.
        same_person: Least cosine, -1 to 1, of a frame to the mean of the selected samples.
        max_covered: Largest covered share of a face, 0 to 1.
        threshold: Cosine, -1 to 1, at which the self-test recognises the person.
        test_margin: Least difference of cosines to the nearest other person in the self-test.
        test_frames: Good frames after which the self-test fails.
        timeout_ns: Longest time from the first frame to the end.
        person_id: Id of a person who is enrolled already, and does not count as another person in the self-test.
        any_pose: Whether every frame counts for its nearest pose, no pose is required, and frames are collected until
            `EnrolmentFlow.end` is called.
    """

    targets: tuple[PoseTarget, ...]
    streak: int
    kept_per_pose: int
    near_duplicate: float
    same_person: float
    max_covered: float
    threshold: float
    test_margin: float
    test_frames: int
    timeout_ns: int
    person_id: str = ""
    any_pose: bool = False


@dataclass(frozen=True, slots=True)
class PoseProgress:
    """Progress of one head pose.

    Attributes:
        pose: The pose.
        share: Completed share of the streak, 0 to 1.
    """

    pose: HeadPose
    share: float

    @property
    def done(self) -> bool:
        """Whether the streak was completed."""
        return self.share >= 1


@dataclass(frozen=True, slots=True)
class EnrolmentSelfTest:
    """Comparison of a fresh frame with the new samples.

    Attributes:
        similarity: Cosine to the nearest sample, -1 to 1.
        rival: Name of the nearest other person; empty if there is none, or if only the similarity is known.
        rival_similarity: Cosine to that person; -1 if there is none.
        passed: Whether the similarity reaches the threshold with margin to the other person.
        took_ns: Time from the start of the self-test to this frame.
    """

    similarity: float
    rival: str
    rival_similarity: float
    passed: bool
    took_ns: int


@dataclass(frozen=True, slots=True)
class EnrolmentStatus:
    """Snapshot of an enrolment.

    Attributes:
        state: Current state.
        guidance: Instruction for the person.
        hints: Quality hints, if the guidance is IMPROVE.
        pose: Head pose that is asked for or being held; None once all are done.
        ring: Progress of each head pose, in the order in which they are asked for.
        kept: Samples selected so far.
        can_skip_missing_poses: Whether the missing poses can be skipped.
        test: Self-test of the latest frame; None before the first.
    """

    state: EnrolmentState
    guidance: Guidance
    hints: tuple[QualityHint, ...] = ()
    pose: HeadPose | None = None
    ring: tuple[PoseProgress, ...] = ()
    kept: int = 0
    can_skip_missing_poses: bool = False
    test: EnrolmentSelfTest | None = None

    @property
    def is_running(self) -> bool:
        """Whether the enrolment still processes frames."""
        return self.state in {EnrolmentState.COLLECTING, EnrolmentState.TESTING}

    @property
    def done(self) -> int:
        """Number of completed head poses."""
        return sum(progress.done for progress in self.ring)
