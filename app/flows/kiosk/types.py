"""What goes into the kiosk's machine and what comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.core.faces import Embedding, QualityHint
from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.kiosk.face_run import ObservedFace, RunRule

SECOND_NS = 1_000_000_000


class KioskState(StrEnum):
    """Where a kiosk stands."""

    IDLE = "idle"
    LOOKING = "looking"
    VERIFYING = "verifying"
    CHALLENGE = "challenge"
    GRANTED = "granted"
    DENIED = "denied"
    LOCKED_OUT = "locked-out"
    PIN = "pin"
    FAULT = "fault"


class DenialReason(StrEnum):
    """Why somebody is not let in."""

    NOT_RECOGNISED = "not-recognised"
    AMBIGUOUS = "ambiguous"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_LIVE = "not-live"
    NOT_FINISHED = "not-finished"
    CANNOT_JUDGE = "cannot-judge"
    NOT_IN_GROUP = "not-in-group"
    NOT_NOW = "not-now"
    NOT_VALID = "not-valid"
    UNKNOWN_BADGE = "unknown-badge"
    IDENTITY_LOCKED = "identity-locked"
    WRONG_PIN = "wrong-pin"
    NO_PIN = "no-pin"
    ACTION_FAILED = "action-failed"


FAILED_ATTEMPTS = frozenset(
    {
        DenialReason.NOT_RECOGNISED,
        DenialReason.AMBIGUOUS,
        DenialReason.GALLERY_EMPTY,
        DenialReason.NOT_LIVE,
        DenialReason.NOT_FINISHED,
        DenialReason.WRONG_PIN,
    }
)
"""Refusals of somebody who was judged, which bring a lockout nearer."""

DENIAL_REASONS = {
    Verdict.NO_MATCH: DenialReason.NOT_RECOGNISED,
    Verdict.AMBIGUOUS: DenialReason.AMBIGUOUS,
    Verdict.GALLERY_EMPTY: DenialReason.GALLERY_EMPTY,
}
"""Why a face that was judged and does not match is not let in."""


class AuthMethod(StrEnum):
    """By what somebody was let in."""

    FACE = "face"
    PIN = "pin"
    FACE_AND_PIN = "face-and-pin"


class PinUse(StrEnum):
    """What a PIN is for."""

    OFF = "off"
    INSTEAD = "instead"
    AS_WELL = "as-well"


class PinInsteadOfChallenge(StrEnum):
    """Whether the PIN of the person seen stands in for being shown to be living, for people who cannot move."""

    NEVER = "never"
    OFFERED = "offered"
    ALWAYS = "always"


class ReentryMode(StrEnum):
    """When the same person can be let in again."""

    LEAVE = "leave"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class KioskRules:
    """What a kiosk asks for. Times in nanoseconds.

    Attributes:
        run: When frames belong together, and how many are needed.
        liveness: Whether a face must be shown to be living.
        pin: What a PIN is for.
        pin_instead_of_challenge: Whether the PIN of the person seen stands in for being shown to be living.
        rearm: Whether the same person must leave the view first.
        rearm_ns: How long that person must be out of view, or how long it takes since the last time.
        relock_ns: How long it stays unlocked.
        deny_ns: How long a face is judged before it is refused; also how long one must have been watched for signs of
            life so that leaving counts.
        denied_ns: How long a refusal is shown.
        looking_ns: Longest time with a face that cannot be judged, or with a claim and no face.
        verifying_ns: Longest time without a complete run.
        challenge_ns: Longest time to be shown to be living.
        pin_ns: Longest time without a key pressed; also how long a PIN waits for its face.
        lost_ns: How long nobody must be in view before the kiosk is idle.
    """

    run: RunRule = field(default_factory=RunRule)
    liveness: bool = False
    pin: PinUse = PinUse.INSTEAD
    pin_instead_of_challenge: PinInsteadOfChallenge = PinInsteadOfChallenge.NEVER
    rearm: ReentryMode = ReentryMode.LEAVE
    rearm_ns: int = 3 * SECOND_NS
    relock_ns: int = 5 * SECOND_NS
    deny_ns: int = SECOND_NS * 3 // 2
    denied_ns: int = 3 * SECOND_NS
    looking_ns: int = 15 * SECOND_NS
    verifying_ns: int = 8 * SECOND_NS
    challenge_ns: int = 40 * SECOND_NS
    pin_ns: int = 30 * SECOND_NS
    lost_ns: int = SECOND_NS


class AccessCheck(Protocol):
    """Who may come in, as of one moment. Pure: it has been given all that it needs to know."""

    def compare(self, probe: Embedding) -> Match:
        """Who this is; with a claim, whether it is the one claimed."""
        ...

    def denial_reason(self, person: Person) -> DenialReason | None:
        """Why this person may not come in here and now; None if they may."""
        ...


@dataclass(frozen=True, slots=True)
class LivenessStatus:
    """What is said of whether a face is living.

    Attributes:
        run: The run whose face was looked at; it says nothing of another.
        verdict: The word on it.
        asked: The face has been asked for something that nobody could know before.
        over: Nothing more is asked: the verdict will not get better.
    """

    run: int
    verdict: LivenessVerdict
    asked: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """One frame.

    Attributes:
        faces: All in view, the largest first.
        judge: As of this frame.
        at_ns: Monotonic time of the frame.
        living: What is said of the face of a run, where that is known.
    """

    faces: Sequence[ObservedFace]
    judge: AccessCheck
    at_ns: int
    living: LivenessStatus | None = None

    def liveness_of(self, run: int) -> LivenessStatus:
        """What is said of the face of this run, and of no other."""
        known = self.living is not None and self.living.run == run
        return self.living if self.living and known else LivenessStatus(run, LivenessVerdict.NOT_RUN)


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """What a screen needs to know.

    Attributes:
        state: Where it stands.
        hints: What the person should mend; while LOOKING or VERIFYING.
        refusal: Why, in DENIED.
        person: Who was let in, or is being asked for a PIN, or was claimed.
        progress: Of the run, 0 to 1.
        since_ns: When the state began.
        until_ns: When it ends by itself; None where it does not.
        run: The number of the run of frames; 0 where there is none.
        track: The number of its face; 0 where there is none.
        again: The person in view was let in already and has to step away first.
        pin_wrong: The last PIN was.
        pin_until_ns: Until when no PIN is taken; None where one is.
    """

    state: KioskState
    hints: tuple[QualityHint, ...] = ()
    refusal: DenialReason | None = None
    person: Person | None = None
    progress: float = 0.0
    since_ns: int = 0
    until_ns: int | None = None
    run: int = 0
    track: int = 0
    again: bool = False
    pin_wrong: bool = False
    pin_until_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Unlock:
    """An effect: let somebody in.

    Attributes:
        means: By what.
        person: Who; None where a PIN of the site says no name.
        match: Of the run's mean; None where a PIN alone did it.
        at_ns: Monotonic time.
    """

    means: AuthMethod
    person: Person | None
    match: Match | None
    at_ns: int


@dataclass(frozen=True, slots=True)
class Relock:
    """An effect: lock again."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class Deny:
    """An effect: somebody was not let in.

    Attributes:
        refusal: Why.
        person: Who was claimed or recognised; None where nobody was.
        match: Of the run's mean, where there was one.
        at_ns: Monotonic time.
        by_pin: It was a PIN that did not let them in.
    """

    refusal: DenialReason
    person: Person | None
    match: Match | None
    at_ns: int
    by_pin: bool = False

    @property
    def counted(self) -> bool:
        """Whether it brings a lockout nearer."""
        return self.refusal in FAILED_ATTEMPTS


@dataclass(frozen=True, slots=True)
class BeginRun:
    """An effect: a new run of frames has begun. Whatever was known of the face's living is void."""

    run: int
    track: int


@dataclass(frozen=True, slots=True)
class BeginChallenge:
    """An effect: the face of this run is known and has to be shown to be living."""

    run: int
    track: int


Effect = Unlock | Relock | Deny | BeginRun | BeginChallenge
