"""The run of frames that a kiosk follows, and the match decision on it."""

from dataclasses import dataclass

from app.core.faces import Embedding, QualityHint
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.face_run import FaceRun, FaceRunBuilder
from app.flows.kiosk.reentry_cooldown import CooldownEntry
from app.flows.kiosk.types import DENIAL_REASONS, BeginRun, DenialReason, KioskRules, Observation


@dataclass(frozen=True, slots=True)
class Matched:
    """Match decision: a complete run matches a person, and so does its latest frame alone."""

    person: Person
    match: Match


@dataclass(frozen=True, slots=True)
class NotMatched:
    """Match decision: complete runs failed to match for long enough, or matched another person than the claimed one."""

    reason: DenialReason
    match: Match


class MatchDecider:
    """Decides on complete runs. A single frame neither accepts nor rejects a person.

    Args:
        reject_after_ns: Time for which complete runs must fail to match.
    """

    def __init__(self, reject_after_ns: int) -> None:
        self._reject_after_ns = reject_after_ns
        self._failing_since_ns: int | None = None

    def reset(self) -> None:
        """Forget earlier frames, as for a new face."""
        self._failing_since_ns = None

    def decide(self, runs: FaceRunBuilder, seen: Observation, claimed: Person | None) -> Matched | NotMatched | None:
        """Return the match decision for a frame; None while there is not enough evidence.

        Args:
            runs: Has processed the frame.
            seen: The frame.
            claimed: The person claimed with a badge.
        """
        run = runs.run
        if run is None or not run.is_complete(seen.at_ns):
            return None
        of_run, of_frame = seen.access.compare(run.mean(seen.at_ns)), seen.access.compare(run.latest)
        person = of_run.person if of_run.accepted and of_frame.accepted else None
        if person is None or of_frame.person != person:
            return self._not_matched(of_run, of_frame, seen.at_ns)
        self._failing_since_ns = None
        if claimed is not None and person.id != claimed.id:
            return NotMatched(DenialReason.NOT_RECOGNISED, of_run)
        return Matched(person, of_run)

    def _not_matched(self, of_run: Match, of_frame: Match, now_ns: int) -> NotMatched | None:
        if self._failing_since_ns is None:
            self._failing_since_ns = now_ns
        if now_ns - self._failing_since_ns < self._reject_after_ns:
            return None
        failed = of_frame if of_run.accepted else of_run
        return NotMatched(DENIAL_REASONS.get(failed.verdict, DenialReason.AMBIGUOUS), of_run)


class RunTracker:
    """Follows one face, and discards what is known of it when its run ends.

    Attributes:
        cooldown: Cooldown of the person in view; None if they are not in one.

    Args:
        rules: When frames form one run, and how long it takes to reject a face.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._runs = FaceRunBuilder(rules.run)
        self._decider = MatchDecider(rules.reject_after_ns)
        self.cooldown: CooldownEntry | None = None

    @property
    def run(self) -> FaceRun | None:
        """The current run."""
        return self._runs.run

    @property
    def track(self) -> int:
        """Track number of its face; 0 if there is no run."""
        return self.run.track if self.run else 0

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """Why the face of the last frame could not be judged."""
        return self._runs.hints

    @property
    def last_seen_ns(self) -> int:
        """Monotonic time of the last frame with a face."""
        return self._runs.last_seen_ns

    def mean(self, now_ns: int) -> Embedding | None:
        """Return the mean embedding of the current run; None without a judged fresh frame."""
        return self.run.mean(now_ns) if self.run and self.run.progress(now_ns) > 0 else None

    def follow(self, seen: Observation) -> BeginRun | None:
        """Add a frame to the run, or end the run.

        Returns:
            The effect to emit if a new run begins with this frame.
        """
        before = self.run
        run = self._runs.follow(seen.faces, seen.at_ns)
        if run is before:
            return None
        self._decider.reset()
        self.cooldown = None
        return BeginRun(run.number, run.track) if run else None

    def decide(self, seen: Observation, claimed: Person | None) -> Matched | NotMatched | None:
        """Return the match decision for a frame; None while there is not enough evidence.

        Args:
            seen: A frame that `follow` has processed.
            claimed: The person claimed with a badge.
        """
        return self._decider.decide(self._runs, seen, claimed)

    def reset(self) -> None:
        """End the run."""
        self._runs.reset()
        self._decider.reset()
        self.cooldown = None
