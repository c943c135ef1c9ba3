"""State machine of the live view: the settled result for each tracked face."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.decision import Decision, FrameRun, decide
from app.core.faces import QualityHint, QualityIssue
from app.core.liveness import LivenessResult
from app.core.match_decision import Match, Verdict
from app.core.people import Person

CONFIRM_FRAMES = 3
"""Consecutive judged frames that must agree before a result is shown."""

STALE_FRAMES = 10
"""Consecutive frames that could not be judged, after which an earlier result is not shown any more."""

NOT_JUDGED_REPORT_NS = 5_000_000_000
"""Time without a judged frame after which that is reported as a decision."""

FORGET_AFTER_NS = 2_000_000_000
"""Time between two frames after which a face with the same track number may be another one."""


class TrackState(StrEnum):
    """Result for a tracked face."""

    CHECKING = "checking"
    MATCHED = "matched"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_JUDGED = "not-judged"


_SETTLED = {
    Verdict.MATCH: TrackState.MATCHED,
    Verdict.NO_MATCH: TrackState.UNKNOWN,
    Verdict.AMBIGUOUS: TrackState.AMBIGUOUS,
    Verdict.GALLERY_EMPTY: TrackState.GALLERY_EMPTY,
}


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """A face in one frame as input of the state machine.

    Attributes:
        track: Track number.
        match: Comparison with the gallery; None if the face was not judged.
        quality_issues: Why it was not judged.
        frame: Id of the frame; 0 if frames are not numbered.
        is_reused: Whether the face was not embedded in this frame. `match` is then that of an earlier frame or None,
            and counts neither for the result nor against it.
        liveness: Liveness of the face; None if the policy asks for none.
    """

    track: int
    match: Match | None
    quality_issues: tuple[QualityIssue, ...] = ()
    frame: int = 0
    is_reused: bool = False
    liveness: LivenessResult | None = None


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """Current result for a face.

    Attributes:
        track: Track number.
        state: The settled result, or CHECKING.
        person: The nearest person; only in MATCHED and AMBIGUOUS.
        decision: The decision on the face; None in CHECKING.
        liveness: Liveness of the face that the decision is based on; None without a check.
        at_ns: Monotonic time of the frame that the status is based on.
    """

    track: int
    state: TrackState
    person: Person | None = None
    decision: Decision | None = None
    liveness: LivenessResult | None = None
    at_ns: int = 0

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """What the person can do to be recognised; only in NOT_JUDGED."""
        return tuple(issue.hint for issue in self.decision.quality_issues) if self.decision else ()


class VerificationFlow:
    """Follows each tracked face from its first frame to a result.

    A single frame never settles a result, but a single judged frame that contradicts it takes it back. A frame that
    cannot be judged, such as a blink or a blur, does not.

    ```mermaid
    stateDiagram-v2
        [*] --> checking: first frame
        checking --> settled: 3 judged frames agree
        settled --> checking: a judged frame disagrees
        checking --> not_judged: 10 frames could not be judged
        settled --> not_judged: 10 frames could not be judged
        not_judged --> checking: a judged frame
        checking --> [*]: out of view, or no frame for 2 s
        settled --> [*]: out of view, or no frame for 2 s
        not_judged --> [*]: out of view, or no frame for 2 s
        note right of settled: matched, unknown, ambiguous or nobody-enrolled
    ```
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._last_ns = 0

    @property
    def status(self) -> tuple[TrackStatus, ...]:
        """The result for every face of the last frame, in its order."""
        return tuple(track.status for track in self._tracks.values())

    def observe(self, observations: Sequence[FaceObservation], now_ns: int) -> list[TrackStatus]:
        """Process one frame.

        Args:
            observations: Every face in the frame.
            now_ns: Monotonic time of the frame.

        Returns:
            The status of each face on which the decision has changed, or that could not be judged for
            `NOT_JUDGED_REPORT_NS`.
        """
        known = self._tracks if now_ns - self._last_ns <= FORGET_AFTER_NS else {}
        self._tracks = {seen.track: known.get(seen.track) or _Track(seen.track) for seen in observations}
        self._last_ns = now_ns
        decisions = []
        for seen in observations:
            track = self._tracks[seen.track]
            if track.observe(seen, now_ns):
                decisions.append(track.status)
        return decisions


_NO_FRAMES = FrameRun(0, 0, 0)

_Result = tuple[TrackState, str | None]
"""A result and the id of the person it names."""

_Evidence = tuple[Match | None, tuple[QualityIssue, ...], FrameRun]
"""What a decision is based on, beside the liveness."""


class _Track:
    """The frames of one face."""

    def __init__(self, number: int) -> None:
        self.status = TrackStatus(number, TrackState.CHECKING)
        self._result: _Result | None = None
        self._agreeing = self._not_judged = _NO_FRAMES
        self._not_judged_since_ns: int | None = None
        self._evidence: _Evidence = (None, (), _NO_FRAMES)

    def observe(self, seen: FaceObservation, now_ns: int) -> bool:
        """Process a frame and return whether it brings a decision.

        Args:
            seen: The face in this frame.
            now_ns: Monotonic time of the frame, in nanoseconds.
        """
        before = _decision_key(self.status)
        is_due = self._settle(seen, now_ns)
        self.status = replace(self.status, decision=self._decide(seen), liveness=seen.liveness, at_ns=now_ns)
        has_decision = self.status.state not in {TrackState.CHECKING, TrackState.NOT_JUDGED}
        return is_due or (has_decision and _decision_key(self.status) != before)

    def _settle(self, seen: FaceObservation, now_ns: int) -> bool:
        """Update the identity, and return whether a face that cannot be judged is to be reported."""
        if seen.is_reused:
            self._not_judged, self._not_judged_since_ns = _NO_FRAMES, None
        elif seen.match is None:
            return self._add_not_judged(seen, now_ns)
        else:
            self._add_judged(seen.match, seen.frame)
        return False

    def _decide(self, seen: FaceObservation) -> Decision | None:
        """The decision on the settled evidence, with the liveness of this frame."""
        if self.status.state is TrackState.CHECKING:
            return None
        match, issues, frames = self._evidence
        liveness = seen.liveness.required_verdict if seen.liveness else None
        return decide(match, liveness, quality_issues=issues, frames=frames)

    def _add_judged(self, match: Match, frame: int) -> None:
        self._not_judged, self._not_judged_since_ns = _NO_FRAMES, None
        result = _result_of(match)
        self._agreeing = _extended(self._agreeing if result == self._result else _NO_FRAMES, frame)
        self._result, self._evidence = result, (match, (), self._agreeing)
        is_settled = self._agreeing.count >= CONFIRM_FRAMES
        state = result[0] if is_settled else TrackState.CHECKING
        person = match.person if is_settled and result[1] else None
        self.status = TrackStatus(self.status.track, state, person)

    def _add_not_judged(self, seen: FaceObservation, now_ns: int) -> bool:
        self._not_judged_since_ns = self._not_judged_since_ns if self._not_judged.count else now_ns
        self._not_judged = _extended(self._not_judged, seen.frame)
        if self._not_judged.count < STALE_FRAMES:
            return False
        self._result, self._evidence = None, (None, seen.quality_issues, self._not_judged)
        self.status = TrackStatus(self.status.track, TrackState.NOT_JUDGED)
        return self._report_is_due(now_ns)

    def _report_is_due(self, now_ns: int) -> bool:
        """Whether the face could not be judged for long; True once, until it is judged again."""
        if self._not_judged_since_ns is None or now_ns - self._not_judged_since_ns < NOT_JUDGED_REPORT_NS:
            return False
        self._not_judged_since_ns = None
        return True


def _decision_key(status: TrackStatus) -> object:
    decision = status.decision
    return status.state, status.person and status.person.id, decision and (decision.outcome, decision.check)


def _extended(run: FrameRun, frame: int) -> FrameRun:
    return FrameRun(run.first if run.count else frame, frame, run.count + 1)


def _result_of(match: Match) -> _Result:
    state = _SETTLED[match.verdict]
    has_person = state in {TrackState.MATCHED, TrackState.AMBIGUOUS}
    return state, match.person.id if has_person and match.person is not None else None
