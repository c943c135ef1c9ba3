"""What an enrolment asks for, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import HeadPose, QualityHint
from app.flows.sample_selection import PoseTarget


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    COLLECTING = "collecting"
    TESTING = "testing"
    COMPLETE = "complete"
    TEST_FAILED = "test-failed"
    INCOMPLETE = "incomplete"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"


class Guidance(StrEnum):
    """What the person in front of the camera should know."""

    SHOW_FACE = "show-face"
    ONE_AT_A_TIME = "one-at-a-time"
    SOMEONE_ELSE = "someone-else"
    IMPROVE = "improve"
    UNCOVER = "uncover"
    TURN = "turn"
    TURN_LESS = "turn-less"
    HOLD = "hold"
    LOOK_AHEAD = "look-ahead"


@dataclass(frozen=True, slots=True)
class EnrolmentPlan:
    """What an enrolment asks for.

    Attributes:
        targets: The directions, in the order in which they are asked for; the front among them.
        streak: Good frames in a row of each.
        kept_per_pose: How many of each are kept at most.
        near_duplicate: Cosine from which two frames are alike.
        same_person: Cosine that a frame must have to the mean of those kept.
        max_covered: Share of a face that may be covered, 0 to 1.
        threshold: Cosine at which the self-test recognises the person.
        test_margin: By which anybody else must be behind in it.
        test_frames: Good frames after which it has failed.
        timeout_ns: Longest time from the first frame to the end.
        person_id: Who gets the pictures, where they are enrolled already; nobody's rival.
        any_pose: Every frame counts for the direction that is nearest, no direction has to be there, and frames are
            taken in until it is said that there are no more.
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
    """How much of a direction is there: what fills its part of the ring.

    Attributes:
        pose: The direction.
        share: Of the streak, 0 to 1; 1 once it has been held.
    """

    pose: HeadPose
    share: float

    @property
    def done(self) -> bool:
        """Whether it has been held."""
        return self.share >= 1


@dataclass(frozen=True, slots=True)
class EnrolmentSelfTest:
    """How a fresh frame fared with the new pictures.

    Attributes:
        similarity: Cosine to the nearest of them, -1 to 1.
        rival: The name of the nearest other person; empty where there is none, or where only the similarity is known.
        rival_similarity: The same to them; -1 where there is nobody.
        passed: Whether the similarity was high enough, and the rival far enough behind.
        took_ns: From the beginning of the test to this frame.
    """

    similarity: float
    rival: str
    rival_similarity: float
    passed: bool
    took_ns: int


@dataclass(frozen=True, slots=True)
class EnrolmentStatus:
    """Where an enrolment stands.

    Attributes:
        state: Of the whole.
        guidance: For the person.
        hints: What to mend, where the guidance is IMPROVE.
        pose: The direction that is asked for or being held; None once all are there.
        ring: How much there is of each direction, in the order in which they are asked for.
        kept: Pictures kept so far.
        can_skip_missing_poses: Whether the directions still missing may be left out.
        test: Of the newest frame tried; None before.
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
        """Whether frames still matter."""
        return self.state in {EnrolmentState.COLLECTING, EnrolmentState.TESTING}

    @property
    def done(self) -> int:
        """How many directions have been held."""
        return sum(progress.done for progress in self.ring)
