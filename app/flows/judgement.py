"""What a run of frames says of who somebody is."""

from dataclasses import dataclass

from app.core.people import Person
from app.core.types import Match
from app.flows.face_run import FaceFollower
from app.flows.kiosk_types import DOUBTS, Judge, Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """A complete run of somebody known, in a frame that itself matches."""

    person: Person
    match: Match


@dataclass(frozen=True, slots=True)
class Doubted:
    """A face that was judged for long enough and does not match."""

    refusal: Refusal
    match: Match


class Judgement:
    """Decides on complete runs. A single frame decides neither for nor against anybody.

    Args:
        deny_ns: How long complete runs must speak against somebody.
    """

    def __init__(self, deny_ns: int) -> None:
        self._deny_ns = deny_ns
        self._doubt_ns: int | None = None

    def forget(self) -> None:
        """Begin anew, as with another face."""
        self._doubt_ns = None

    def of(self, follower: FaceFollower, judge: Judge, claimed: Person | None, now_ns: int) -> Known | Doubted | None:
        """What is to be said in this frame; None while nothing can be.

        Args:
            follower: Has taken in the frame.
            judge: As of the frame.
            claimed: Whom somebody said to be.
            now_ns: Monotonic time of the frame.
        """
        run, face = follower.run, follower.face
        if run is None or face is None or face.embedding is None or not run.is_complete(now_ns):
            return None
        match, own = judge.compare(run.mean(now_ns)), judge.compare(face.embedding)
        if not (match.accepted and own.accepted and match.person and own.person and match.person.id == own.person.id):
            return self._doubted(match, own, now_ns)
        self._doubt_ns = None
        if claimed is not None and match.person.id != claimed.id:
            return Doubted(Refusal.NOT_RECOGNISED, match)
        return Known(match.person, match)

    def _doubted(self, match: Match, own: Match, now_ns: int) -> Doubted | None:
        self._doubt_ns = now_ns if self._doubt_ns is None else self._doubt_ns
        if now_ns - self._doubt_ns < self._deny_ns:
            return None
        doubted = own if match.accepted else match
        return Doubted(DOUBTS.get(doubted.verdict, Refusal.AMBIGUOUS), match)
