"""What a kiosk's screen is shown."""

from dataclasses import dataclass

from app.core.errors import FacelatchError
from app.core.liveness import Liveness
from app.flows.challenge import ChallengeStatus
from app.flows.kiosk_types import KioskStatus
from app.flows.light import LightSequence
from app.pipeline.recognition import FrameResult


@dataclass(frozen=True, slots=True)
class LeaveStatus:
    """Whether the kiosk may be left.

    Attributes:
        allowed: The admin PIN was right.
        wrong: How many were wrong so far.
        until_ns: Until when none is taken; None where one is.
        possible: Whether there is an admin PIN at all.
    """

    allowed: bool = False
    wrong: int = 0
    until_ns: int | None = None
    possible: bool = True


@dataclass(frozen=True, slots=True)
class KioskView:
    """All that a screen shows, as of one moment.

    Attributes:
        status: Where the machine stands.
        result: The newest frame; None before the first, and while there are no usable pictures.
        problem: Why there are no usable pictures; None while the camera is only being opened.
        challenge: What somebody is being asked to do, in CHALLENGE.
        trouble: What went wrong otherwise: an action of an unlock, a database out of reach.
        leave: Whether the kiosk may be left.
        at_ns: Monotonic time.
        liveness: What is said of whether the face in view, or that of the last answer, is living; None where none was
            looked at.
        light: The colours that the screen is to show, or is about to.
    """

    status: KioskStatus
    result: FrameResult | None
    problem: FacelatchError | None
    challenge: ChallengeStatus | None
    trouble: FacelatchError | None
    leave: LeaveStatus
    at_ns: int
    liveness: Liveness | None = None
    light: LightSequence | None = None
