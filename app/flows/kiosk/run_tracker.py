"""What a run of frames says of who somebody is."""

from dataclasses import dataclass

from app.core.faces import QualityHint
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.face_run import FaceRun, FaceRunBuilder
from app.flows.kiosk.reentry_cooldown import CooldownEntry
from app.flows.kiosk.types import DENIAL_REASONS, AccessCheck, BeginRun, DenialReason, KioskRules, Observation


@dataclass(frozen=True, slots=True)
class Matched:
    """A complete run of somebody known, in a frame that itself matches."""

    person: Person
    match: Match


@dataclass(frozen=True, slots=True)
class NotMatched:
    """A face that was judged for long enough and does not match."""

    refusal: DenialReason
    match: Match


class MatchDecider:
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

    def of(
        self, follower: FaceRunBuilder, judge: AccessCheck, claimed: Person | None, now_ns: int
    ) -> Matched | NotMatched | None:
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
            return NotMatched(DenialReason.NOT_RECOGNISED, match)
        return Matched(match.person, match)

    def _doubted(self, match: Match, own: Match, now_ns: int) -> NotMatched | None:
        self._doubt_ns = now_ns if self._doubt_ns is None else self._doubt_ns
        if now_ns - self._doubt_ns < self._deny_ns:
            return None
        doubted = own if match.accepted else match
        return NotMatched(DENIAL_REASONS.get(doubted.verdict, DenialReason.AMBIGUOUS), match)


class RunTracker:
    """Follows one face, and forgets whatever was known of it with the run.

    Args:
        rules: When frames belong together, and how long it takes to refuse somebody.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._follower = FaceRunBuilder(rules.run)
        self._judgement = MatchDecider(rules.deny_ns)
        self.again: CooldownEntry | None = None
        """Whoever is in view has had their answer."""

    @property
    def run(self) -> FaceRun | None:
        """The run that goes on."""
        return self._follower.run

    @property
    def track(self) -> int:
        """The number of its face; 0 where there is none."""
        return self.run.track if self.run else 0

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """Why the face could not be judged in the last frame."""
        return self._follower.hints

    @property
    def last_seen_ns(self) -> int:
        """Since when nobody has been in view."""
        return self._follower.last_seen_ns

    def follow(self, scene: Observation) -> BeginRun | None:
        """Grow the run by this frame, break it, or begin another, which is then told."""
        before = self.run
        run = self._follower.follow(scene.faces, scene.at_ns)
        if run is before:
            return None
        self._judgement.forget()
        self.again = None
        return BeginRun(run.number, run.track) if run else None

    def judge(self, scene: Observation, claimed: Person | None) -> Matched | NotMatched | None:
        """What the run says in this frame, which it has taken in; None while it says nothing."""
        return self._judgement.of(self._follower, scene.judge, claimed, scene.at_ns)

    def forget(self) -> None:
        """Break the run."""
        self._follower.forget()
        self._judgement.forget()
        self.again = None
