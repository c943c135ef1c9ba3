"""Inputs, status and effects of the kiosk's state machine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.core.faces import Embedding, QualityHint
from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.kiosk.candidates import IntentRule
from app.flows.kiosk.face_run import ObservedFace, RunRule
from app.flows.kiosk.rejected_faces import RejectionRule

SECOND_NS = 1_000_000_000


class KioskState(StrEnum):
    """State of a kiosk."""

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
    """Why access is denied."""

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
    BADGES_LOCKED = "badges-locked"
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
"""Reasons that count as a failed attempt and bring a lockout nearer."""

DENIAL_REASONS = {
    Verdict.NO_MATCH: DenialReason.NOT_RECOGNISED,
    Verdict.AMBIGUOUS: DenialReason.AMBIGUOUS,
    Verdict.GALLERY_EMPTY: DenialReason.GALLERY_EMPTY,
}
"""The reason for each verdict that is not a match."""


class AuthMethod(StrEnum):
    """How a person authenticated."""

    FACE = "face"
    PIN = "pin"
    FACE_AND_PIN = "face-and-pin"


class IdentifyBy(StrEnum):
    """How a person is identified: by the face (1:N), or by a badge, whose owner the face is compared with (1:1)."""

    FACE = "face"
    CLAIM = "claim"


class PinUse(StrEnum):
    """What a PIN is for: nothing, an alternative to the face, or a second factor."""

    OFF = "off"
    INSTEAD = "instead"
    AS_WELL = "as-well"


class PinInsteadOfChallenge(StrEnum):
    """Whether the recognised person's PIN replaces the movement challenge, for people who cannot move."""

    NEVER = "never"
    OFFERED = "offered"
    ALWAYS = "always"


class ReentryMode(StrEnum):
    """When the same person can be granted access again: after leaving the view, or after a time."""

    LEAVE = "leave"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class KioskRules:
    """Requirements and time limits of a kiosk. Times in nanoseconds.

    Attributes:
        run: When frames form one run, and how many a complete run needs.
        identify_by: Whether a face is followed without a badge.
        intent: When a face is taken for a person who wants to enter.
        rejection: When a rejected face may try again.
        liveness: Whether the face must pass the liveness check.
        pin: What a PIN is for.
        pin_instead_of_challenge: Whether the recognised person's PIN replaces the movement challenge.
        reentry: Whether the same person must leave the view before the next grant.
        reentry_ns: Time out of view, or time since the last answer, before the next grant.
        relock_ns: Time from unlock to relock.
        reject_after_ns: Time for which complete runs must fail to match before the face is rejected. A challenge that
            is abandoned after this time counts as a failed attempt.
        denied_ns: Time for which a denial is shown.
        looking_ns: Longest time with a face that cannot be judged, or with a badge but no face.
        verifying_ns: Longest time without a complete run.
        challenge_ns: Longest time for the liveness check.
        pin_ns: Longest time without a key press; also the time for which an accepted PIN waits for the face.
        lost_ns: Time without a face before the kiosk becomes idle.
    """

    run: RunRule = field(default_factory=RunRule)
    identify_by: IdentifyBy = IdentifyBy.FACE
    intent: IntentRule = field(default_factory=IntentRule)
    rejection: RejectionRule = field(default_factory=RejectionRule)
    liveness: bool = False
    pin: PinUse = PinUse.INSTEAD
    pin_instead_of_challenge: PinInsteadOfChallenge = PinInsteadOfChallenge.NEVER
    reentry: ReentryMode = ReentryMode.LEAVE
    reentry_ns: int = 3 * SECOND_NS
    relock_ns: int = 5 * SECOND_NS
    reject_after_ns: int = SECOND_NS * 3 // 2
    denied_ns: int = 3 * SECOND_NS
    looking_ns: int = 15 * SECOND_NS
    verifying_ns: int = 8 * SECOND_NS
    challenge_ns: int = 40 * SECOND_NS
    pin_ns: int = 30 * SECOND_NS
    lost_ns: int = SECOND_NS


class AccessCheck(Protocol):
    """The access policy as of one moment. Does no I/O: all data was read before."""

    def compare(self, probe: Embedding) -> Match:
        """Compare a probe with the gallery (1:N), or with the claimed person only (1:1)."""
        ...

    def denial_reason(self, person: Person) -> DenialReason | None:
        """Why the policy denies this person access now; None if it does not."""
        ...


@dataclass(frozen=True, slots=True)
class LivenessStatus:
    """Liveness of the face of one run.

    Attributes:
        run: Number of the run; the status holds for no other run.
        verdict: Verdict so far.
        prompted: Whether the face has seen an unpredictable prompt: a movement or a colour.
        is_final: Whether the verdict cannot change any more.
    """

    run: int
    verdict: LivenessVerdict
    prompted: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """One frame as input of the state machine.

    Attributes:
        faces: All faces in the frame.
        access: The access policy as of this frame.
        at_ns: Monotonic time of the frame.
        liveness: Liveness of the face of one run; None if unknown.
    """

    faces: Sequence[ObservedFace]
    access: AccessCheck
    at_ns: int
    liveness: LivenessStatus | None = None

    def liveness_of(self, run: int) -> LivenessStatus:
        """Return the liveness of the face of this run; "not run" if the frame says nothing about it."""
        if self.liveness is not None and self.liveness.run == run:
            return self.liveness
        return LivenessStatus(run, LivenessVerdict.NOT_RUN)


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """Snapshot of the state machine for the screen.

    Attributes:
        state: Current state.
        hints: What the person can do to be recognised; in LOOKING and VERIFYING.
        reason: Why access was denied; in DENIED.
        person: The person who was granted access, is asked for a PIN, or was claimed with a badge.
        progress: Share of a complete run, 0 to 1.
        since_ns: Monotonic time at which the state began.
        until_ns: Monotonic time at which the state ends by itself; None if it does not.
        run: Number of the current run of frames; 0 if there is none.
        track: Track number of its face; 0 if there is none.
        must_leave: Whether the person in view was granted access before and must leave the view first.
        is_rejected: Whether the only faces in view were rejected, and must leave the view or wait.
        pin_wrong: Whether the last PIN was wrong.
        pin_until_ns: Monotonic time until which PIN entry is locked; None if it is not.
    """

    state: KioskState
    hints: tuple[QualityHint, ...] = ()
    reason: DenialReason | None = None
    person: Person | None = None
    progress: float = 0.0
    since_ns: int = 0
    until_ns: int | None = None
    run: int = 0
    track: int = 0
    must_leave: bool = False
    is_rejected: bool = False
    pin_wrong: bool = False
    pin_until_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Unlock:
    """Effect: grant access.

    Attributes:
        method: How the person authenticated.
        person: The person; None for the PIN of the site.
        match: Comparison of the run's mean embedding; None for a PIN alone.
        at_ns: Monotonic time.
    """

    method: AuthMethod
    person: Person | None
    match: Match | None
    at_ns: int


@dataclass(frozen=True, slots=True)
class Relock:
    """Effect: lock again."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class Deny:
    """Effect: deny access.

    Attributes:
        reason: Why.
        person: The person claimed or recognised; None if there is none.
        match: Comparison of the run's mean embedding; None if nothing was compared.
        at_ns: Monotonic time.
        by_pin: Whether a PIN was rejected, and not a face.
        is_claimed: Whether a badge claimed the person. An identity that no badge claimed is not counted against.
    """

    reason: DenialReason
    person: Person | None
    match: Match | None
    at_ns: int
    by_pin: bool = False
    is_claimed: bool = False

    @property
    def is_failed_attempt(self) -> bool:
        """Whether this counts towards a lockout."""
        return self.reason in FAILED_ATTEMPTS


@dataclass(frozen=True, slots=True)
class BeginRun:
    """Effect: a new run of frames begins. Liveness results of earlier runs are void."""

    run: int
    track: int


@dataclass(frozen=True, slots=True)
class BeginChallenge:
    """Effect: the face of this run is recognised and must pass the liveness check."""

    run: int
    track: int


Effect = Unlock | Relock | Deny | BeginRun | BeginChallenge
