"""What the live view says of each face, frame after frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.people import Person
from app.core.types import Hint, Match, Verdict

CONFIRM_FRAMES = 3
"""Judged frames in a row that must agree before the view says so."""

DOUBT_FRAMES = 10
"""Frames in a row that could not be judged, after which an earlier verdict is no longer shown."""

FORGET_AFTER_NS = 2_000_000_000
"""Time between two frames after which a face at the same place may be another one."""


class TrackState(StrEnum):
    """What is said of a tracked face."""

    CHECKING = "checking"
    MATCHED = "matched"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NOBODY_ENROLLED = "nobody-enrolled"
    NOT_JUDGED = "not-judged"


_SETTLED = {
    Verdict.MATCH: TrackState.MATCHED,
    Verdict.NO_MATCH: TrackState.UNKNOWN,
    Verdict.AMBIGUOUS: TrackState.AMBIGUOUS,
    Verdict.NOBODY_ENROLLED: TrackState.NOBODY_ENROLLED,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in one frame.

    Attributes:
        track: Its number.
        match: The comparison with the gallery; None where the face was not judged.
        hints: Why it was not.
    """

    track: int
    match: Match | None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """What is said of a face now.

    Attributes:
        track: Its number.
        state: The settled word on it.
        person: Who it is held to be; only in MATCHED and AMBIGUOUS.
        hints: What the person should mend; only in NOT_JUDGED.
    """

    track: int
    state: TrackState
    person: Person | None = None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """An effect: a face has just been settled in a new way.

    Attributes:
        status: The new word on it.
        match: Of the frame that settled it.
        at_ns: Monotonic time of that frame.
    """

    status: TrackStatus
    match: Match
    at_ns: int


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

    def observe(self, sightings: Sequence[Sighting], now_ns: int) -> list[Decision]:
        """Take in one frame.

        Args:
            sightings: Every face in it.
            now_ns: Monotonic time of the frame.

        Returns:
            The faces that were settled by this frame.
        """
        known = self._tracks if now_ns - self._last_ns <= FORGET_AFTER_NS else {}
        self._tracks = {s.track: known.get(s.track) or _Track(s.track) for s in sightings}
        self._last_ns = now_ns
        decisions = []
        for sighting in sightings:
            track = self._tracks[sighting.track]
            if sighting.match is None:
                track.not_judged(sighting.hints)
            elif track.judged(sighting.match):
                decisions.append(Decision(track.status, sighting.match, now_ns))
        return decisions


class _Track:
    """One face's run of frames."""

    def __init__(self, number: int) -> None:
        self.status = TrackStatus(number, TrackState.CHECKING)
        self._agreeing = 0
        self._unjudged = 0
        self._word: tuple[TrackState, str | None] | None = None

    def judged(self, match: Match) -> bool:
        """Count a judged frame; True when it settles the face in a new way."""
        self._unjudged = 0
        word = _word(match)
        self._agreeing = self._agreeing + 1 if word == self._word else 1
        self._word = word
        if self._agreeing < CONFIRM_FRAMES:
            self.status = TrackStatus(self.status.track, TrackState.CHECKING)
            return False
        is_news = word != _said(self.status)
        person = match.person if word[1] else None
        self.status = TrackStatus(self.status.track, word[0], person)
        return is_news

    def not_judged(self, hints: tuple[Hint, ...]) -> None:
        """Count a frame that could not be judged."""
        self._unjudged += 1
        if self._unjudged >= DOUBT_FRAMES:
            self._agreeing, self._word = 0, None
            self.status = TrackStatus(self.status.track, TrackState.NOT_JUDGED, hints=hints)


def _word(match: Match) -> tuple[TrackState, str | None]:
    state = _SETTLED[match.verdict]
    named = state in {TrackState.MATCHED, TrackState.AMBIGUOUS} and match.person is not None
    return state, match.person.id if named and match.person else None


def _said(status: TrackStatus) -> tuple[TrackState, str | None]:
    return status.state, status.person.id if status.person else None
