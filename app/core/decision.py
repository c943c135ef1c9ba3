"""The decision on one face: identity, quality, access policy, lockout and liveness become one outcome with reasons.

`decide` is the only place that makes it. `docs/decision.md` has the table of all combinations.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import QualityIssue
from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match, Verdict
from app.core.people import Person


class Outcome(StrEnum):
    """Outcome of a decision."""

    VERIFIED = "verified"
    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not-recognised"
    CANNOT_TELL = "cannot-tell"
    DENIED = "denied"


class Check(StrEnum):
    """The check that kept a face from being verified, in the order of the checks."""

    LOCKED_OUT = "locked-out"
    QUALITY = "quality"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_THIS_PERSON = "not-this-person"
    SIMILARITY = "similarity"
    MARGIN = "margin"
    NOT_ACTIVE = "not-active"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    NOT_VALID = "not-valid"
    NOT_IN_GROUP = "not-in-group"
    NOT_NOW = "not-now"
    NOT_LIVE = "not-live"
    LIVENESS_OPEN = "liveness-open"
    LIVENESS_NOT_RUN = "liveness-not-run"


ACCESS_CHECKS = frozenset(
    {
        Check.NOT_ACTIVE,
        Check.NOT_YET_VALID,
        Check.EXPIRED,
        Check.NOT_VALID,
        Check.NOT_IN_GROUP,
        Check.NOT_NOW,
    }
)
"""The checks of validity, groups and schedule."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A check that was not passed.

    Attributes:
        check: The check.
        value: The measured value: a cosine, or for quality the unit of the setting; None without one.
        limit: The required value, in the same unit; None without one.
    """

    check: Check
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class FrameRun:
    """The consecutive frames of one face that a decision is based on.

    Attributes:
        first: Id of the first frame.
        last: Id of the last frame.
        count: Number of frames; less than `last - first + 1` if frames in between were not used.
    """

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one face, made by `decide`.

    Attributes:
        outcome: The outcome.
        reasons: Why it is not VERIFIED; empty if it is. The first one is decisive.
        match: Comparison with the gallery; None if the face was not compared.
        quality_issues: Why it was not compared, in the order in which to correct them.
        frames: The frames that the decision is based on; None for a picture.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    match: Match | None = None
    quality_issues: tuple[QualityIssue, ...] = ()
    frames: FrameRun | None = None

    @property
    def reason(self) -> Reason | None:
        """The decisive reason; None if the face is verified."""
        return self.reasons[0] if self.reasons else None

    @property
    def check(self) -> Check | None:
        """The decisive check; None if the face is verified."""
        return self.reasons[0].check if self.reasons else None

    @property
    def is_identified(self) -> bool:
        """Whether the face is that of a person who is not denied: verified, or recognised and not verified."""
        return self.outcome in {Outcome.VERIFIED, Outcome.RECOGNISED}

    @property
    def meets_policy(self) -> bool:
        """Whether everything that the policy asks for has passed. Liveness that is not asked for does not count."""
        return self.outcome is Outcome.VERIFIED or self.check is Check.LIVENESS_NOT_RUN

    @property
    def person(self) -> Person | None:
        """The identified person; None if the face is not identified."""
        return self.match.person if self.is_identified and self.match else None


def decide(
    match: Match | None,
    liveness: LivenessVerdict | None = None,
    *,
    quality_issues: tuple[QualityIssue, ...] = (),
    access: Check | None = None,
    is_locked_out: bool = False,
    frames: FrameRun | None = None,
) -> Decision:
    """Make the decision on one face. The first check that is not passed gives the outcome.

    Args:
        match: Comparison with the gallery; None if the face could not be judged.
        liveness: Verdict of the liveness check; None if the policy does not ask for one.
        quality_issues: Why the face could not be judged.
        access: Why the matching person has no access here and now; None if they have.
        is_locked_out: Whether a lockout forbids the attempt.
        frames: The frames that the decision is based on.
    """
    outcome, reasons = _result(match, liveness, quality_issues, access, is_locked_out=is_locked_out)
    return Decision(outcome, reasons, match, quality_issues, frames)


def _result(
    match: Match | None,
    liveness: LivenessVerdict | None,
    quality_issues: tuple[QualityIssue, ...],
    access: Check | None,
    *,
    is_locked_out: bool,
) -> tuple[Outcome, tuple[Reason, ...]]:
    if is_locked_out:
        return Outcome.DENIED, (Reason(Check.LOCKED_OUT),)
    if match is None:
        issues = tuple(Reason(Check.QUALITY, issue.value, issue.limit) for issue in quality_issues)
        return Outcome.CANNOT_TELL, issues or (Reason(Check.QUALITY),)
    if not match.accepted:
        reason = _rejection(match)
        is_unclear = reason.check in {Check.MARGIN, Check.QUALITY}
        return Outcome.CANNOT_TELL if is_unclear else Outcome.NOT_RECOGNISED, (reason,)
    if access is not None:
        return Outcome.DENIED, (Reason(access),)
    return _OF_LIVENESS[liveness]


_OF_LIVENESS: dict[LivenessVerdict | None, tuple[Outcome, tuple[Reason, ...]]] = {
    LivenessVerdict.PASSED: (Outcome.VERIFIED, ()),
    LivenessVerdict.FAILED: (Outcome.DENIED, (Reason(Check.NOT_LIVE),)),
    LivenessVerdict.NOT_ENOUGH: (Outcome.RECOGNISED, (Reason(Check.LIVENESS_OPEN),)),
    LivenessVerdict.NOT_RUN: (Outcome.RECOGNISED, (Reason(Check.LIVENESS_OPEN),)),
    None: (Outcome.RECOGNISED, (Reason(Check.LIVENESS_NOT_RUN),)),
}


def _rejection(match: Match) -> Reason:
    match match.verdict:
        case Verdict.GALLERY_EMPTY:
            return Reason(Check.GALLERY_EMPTY)
        case Verdict.AMBIGUOUS:
            return Reason(Check.MARGIN, match.margin, match.min_margin)
        case Verdict.NOT_JUDGED:
            return Reason(Check.QUALITY)
        case _ if match.negative_match is not None:
            return Reason(Check.NOT_THIS_PERSON, match.negative_match.similarity, match.negative_match.marked)
        case _:
            return Reason(Check.SIMILARITY, match.similarity, match.threshold)
