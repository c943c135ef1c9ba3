"""What the live view says of each face, frame after frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import QualityHint, QualityIssue
from app.core.liveness import LivenessResult
from app.core.match_decision import DecisionReasons, FrameRun, Match, Verdict
from app.core.people import Person

CONFIRM_FRAMES = 3
"""Judged frames in a row that must agree before the view says so."""

STALE_FRAMES = 10
"""Frames in a row that could not be judged, after which an earlier verdict is no longer shown."""

NOT_JUDGED_REPORT_NS = 5_000_000_000
"""Time for which a face could not be judged, after which that is worth being written down."""

FORGET_AFTER_NS = 2_000_000_000
"""Time between two frames after which a face at the same place may be another one."""


class TrackState(StrEnum):
    """What is said of a tracked face."""

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
    """A face in one frame.

    Attributes:
        track: Its number.
        match: The comparison with the gallery; None where the face was not judged.
        shortfalls: Why it was not.
        frame: The frame's id; 0 where frames are not numbered.
        kept: Whether the face was not embedded: `match` is that of an earlier frame or missing, and counts neither for
            the word on it nor against.
    """

    track: int
    match: Match | None
    quality_issues: tuple[QualityIssue, ...] = ()
    frame: int = 0
    kept: bool = False


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """What is said of a face now.

    Attributes:
        track: Its number.
        state: The settled word on it.
        person: Who it is held to be; only in MATCHED and AMBIGUOUS.
        reasons: Why; None while the face is being checked.
    """

    track: int
    state: TrackState
    person: Person | None = None
    reasons: DecisionReasons | None = None

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """What the person should mend; only in NOT_JUDGED."""
        return tuple(quality_issue.hint for quality_issue in self.reasons.quality_issues) if self.reasons else ()


@dataclass(frozen=True, slots=True)
class Decision:
    """An effect: a face has just been settled in a new way, or could not be judged for long.

    Attributes:
        status: The new word on it, with the reasons.
        at_ns: Monotonic time of the frame that settled it.
        liveness: What was known by then of whether the face is living; None where that is not for the flow to know.
    """

    status: TrackStatus
    at_ns: int
    liveness: LivenessResult | None = None


class VerificationFlow:
    """Follows each tracked face from first sight to a verdict.

    One frame never decides, and one frame is enough to doubt: a judged frame that contradicts the word on a face takes
    it back at once, while a blink or a blur does not.

    ```mermaid
    stateDiagram-v2
        [*] --> checking: first sight
        checking --> settled: 3 judged frames agree
        settled --> checking: a judged frame disagrees
        checking --> not_judged: 10 frames could not be judged
        settled --> not_judged: 10 frames could not be judged
        not_judged --> checking: a judged frame
        checking --> [*]: out of sight, or no frame for 2 s
        settled --> [*]: out of sight, or no frame for 2 s
        not_judged --> [*]: out of sight, or no frame for 2 s
        note right of settled: matched, unknown, ambiguous or nobody-enrolled
    ```
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._last_ns = 0

    @property
    def status(self) -> tuple[TrackStatus, ...]:
        """The word on every face of the last frame, in its order."""
        return tuple(track.status for track in self._tracks.values())

    def observe(self, observations: Sequence[FaceObservation], now_ns: int) -> list[Decision]:
        """Take in one frame.

        Args:
            observations: Every face in it.
            now_ns: Monotonic time of the frame.

        Returns:
            The faces that were settled by this frame, or that it has kept from being judged for `NOT_JUDGED_REPORT_NS`.
        """
        known = self._tracks if now_ns - self._last_ns <= FORGET_AFTER_NS else {}
        self._tracks = {s.track: known.get(s.track) or _Track(s.track) for s in observations}
        self._last_ns = now_ns
        decisions = []
        for sighting in observations:
            track = self._tracks[sighting.track]
            if track.sees(sighting, now_ns):
                decisions.append(Decision(track.status, now_ns))
        return decisions


_NO_FRAMES = FrameRun(0, 0, 0)


class _Track:
    """One face's run of frames."""

    def __init__(self, number: int) -> None:
        self.status = TrackStatus(number, TrackState.CHECKING)
        self._word: tuple[TrackState, str | None] | None = None
        self._agreeing = self._unjudged = _NO_FRAMES
        self._unjudged_since_ns: int | None = None

    def sees(self, sighting: FaceObservation, now_ns: int) -> bool:
        """Count a frame; True when it is worth saying what has become of the face."""
        if sighting.kept:
            self._unjudged, self._unjudged_since_ns = _NO_FRAMES, None
            return False
        if sighting.match is None:
            return self._not_judged(sighting, now_ns)
        return self._judged(sighting.match, sighting.frame)

    def _judged(self, match: Match, frame: int) -> bool:
        self._unjudged, self._unjudged_since_ns = _NO_FRAMES, None
        word = _word(match)
        self._agreeing = _longer(self._agreeing if word == self._word else _NO_FRAMES, frame)
        self._word = word
        if self._agreeing.count < CONFIRM_FRAMES:
            self.status = TrackStatus(self.status.track, TrackState.CHECKING)
            return False
        is_news = word != _said(self.status)
        person = match.person if word[1] else None
        self.status = TrackStatus(self.status.track, word[0], person, DecisionReasons(self._agreeing, match))
        return is_news

    def _not_judged(self, sighting: FaceObservation, now_ns: int) -> bool:
        self._unjudged_since_ns = self._unjudged_since_ns if self._unjudged.count else now_ns
        self._unjudged = _longer(self._unjudged, sighting.frame)
        if self._unjudged.count < STALE_FRAMES:
            return False
        self._word = None
        reasons = DecisionReasons(self._unjudged, quality_issues=sighting.quality_issues)
        self.status = TrackStatus(self.status.track, TrackState.NOT_JUDGED, reasons=reasons)
        return self._has_been_long(now_ns)

    def _has_been_long(self, now_ns: int) -> bool:
        """Whether a face could not be judged for long; said once, until it is judged again."""
        if self._unjudged_since_ns is None or now_ns - self._unjudged_since_ns < NOT_JUDGED_REPORT_NS:
            return False
        self._unjudged_since_ns = None
        return True


def _longer(run: FrameRun, frame: int) -> FrameRun:
    return FrameRun(run.first if run.count else frame, frame, run.count + 1)


def _word(match: Match) -> tuple[TrackState, str | None]:
    state = _SETTLED[match.verdict]
    named = state in {TrackState.MATCHED, TrackState.AMBIGUOUS} and match.person is not None
    return state, match.person.id if named and match.person else None


def _said(status: TrackStatus) -> tuple[TrackState, str | None]:
    return status.state, status.person.id if status.person else None
