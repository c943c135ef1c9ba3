"""Somebody holds one thing after the other in front of the camera, to learn what this liveness check lets pass here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.liveness import LivenessPolicy, LivenessResult, LivenessVerdict
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.liveness_decision import LivenessDecision

TESTED_POLICIES = (LivenessPolicy.PASSIVE, LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT)
"""All that look at all; each has its word on the same frames."""


class Species(StrEnum):
    """What is held in front of the camera; the words are those of the folders of `facelatch evaluate liveness`."""

    LIVE = "live"
    PRINT = "print"
    BENT_PRINT = "bent-print"
    PHONE_PICTURE = "phone-picture"
    PHONE_CLIP = "phone-clip"


class LivenessTestState(StrEnum):
    """Where a session stands."""

    READY = "ready"
    WATCHING = "watching"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PresentationResult:
    """What was said of one presentation.

    Attributes:
        species: What was presented.
        words: What each policy said.
        face: Whether any face was seen.
    """

    species: Species
    words: dict[LivenessPolicy, LivenessVerdict]
    face: bool


@dataclass(frozen=True, slots=True)
class LivenessTestStatus:
    """Where a session stands.

    Attributes:
        state: Of the whole.
        species: What is to be presented, or is; None when it is over.
        number: Of this presentation, from 1.
        count: Presentations in all.
        challenge: Where its challenge stands; None unless WATCHING.
        outcomes: Of those before, without those that were skipped.
    """

    state: LivenessTestState
    species: Species | None
    number: int
    count: int
    challenge: ChallengeStatus | None
    outcomes: tuple[PresentationResult, ...]

    @property
    def over(self) -> bool:
        """Whether no presentation follows."""
        return self.state in {LivenessTestState.DONE, LivenessTestState.STOPPED}


def presentation_plan(rounds: int, species: Sequence[Species] = tuple(Species)) -> tuple[Species, ...]:
    """Each species so many times, one kind after the other, so that nobody has to fetch a thing twice.

    Args:
        rounds: At least 1.
        species: In the order of the session.
    """
    return tuple(one for one in species for _ in range(rounds))


class LivenessTestFlow:
    """One session. Nothing is watched until whoever presents says so, and each presentation can be left out or redone.

    ```mermaid
    stateDiagram-v2
        [*] --> ready
        ready --> watching: begin
        watching --> ready: every policy has its word, or the challenge is over; one is left
        watching --> done: likewise; none is left
        watching --> ready: again
        ready --> ready: again, skip; one is left
        ready --> done: skip; none is left
        ready --> stopped: stop
        watching --> stopped: stop
        done --> [*]
        stopped --> [*]
    ```

    Args:
        plan: What is presented, in order; not empty.
    """

    def __init__(self, plan: Sequence[Species]) -> None:
        self._plan = tuple(plan)
        self._state = LivenessTestState.READY
        self._at = 0
        self._begun_ns = 0
        self._words: tuple[LivenessDecision, ...] = ()
        self._face = False
        self._challenge: ChallengeStatus | None = None
        self._outcomes: dict[int, PresentationResult] = {}

    @property
    def status(self) -> LivenessTestStatus:
        """Where it stands."""
        over = self._state in {LivenessTestState.DONE, LivenessTestState.STOPPED}
        return LivenessTestStatus(
            state=self._state,
            species=None if over else self._plan[self._at],
            number=min(self._at + 1, len(self._plan)),
            count=len(self._plan),
            challenge=self._challenge if self._state is LivenessTestState.WATCHING else None,
            outcomes=tuple(self._outcomes[number] for number in sorted(self._outcomes)),
        )

    def begin(self, now_ns: int) -> None:
        """The thing is in front of the camera. Frames that were taken before `now_ns` do not count."""
        if self._state is LivenessTestState.READY:
            self._state, self._begun_ns = LivenessTestState.WATCHING, now_ns
            self._words = tuple(LivenessDecision(policy) for policy in TESTED_POLICIES)
            self._face, self._challenge = False, None

    def skip(self) -> None:
        """Leave out what is to be presented now."""
        if self._state is LivenessTestState.READY:
            self._go_on()

    def again(self) -> None:
        """Forget what is being watched; or, between two presentations, the one before."""
        if self._state is LivenessTestState.READY and self._at > 0:
            self._at -= 1
            self._outcomes.pop(self._at, None)
        elif self._state is LivenessTestState.WATCHING:
            self._state = LivenessTestState.READY

    def stop(self) -> None:
        """End it; what was judged already stays."""
        if not self.status.over:
            self._state = LivenessTestState.STOPPED

    def observe(
        self, living: Sequence[LivenessResult], challenge: ChallengeStatus | None, captured_ns: int
    ) -> LivenessTestStatus:
        """Take in one frame.

        Args:
            living: What the cues say of each face, the largest first.
            challenge: Where the challenge of this presentation stands; None before its first frame.
            captured_ns: Monotonic time of the frame.
        """
        if self._state is LivenessTestState.WATCHING and captured_ns >= self._begun_ns:
            self._face = self._face or bool(living)
            self._challenge = challenge
            self._judge(living, challenge)
        return self.status

    def _judge(self, living: Sequence[LivenessResult], challenge: ChallengeStatus | None) -> None:
        largest = living[0] if living else None
        asked = next((one for one in living if challenge and one.track == challenge.track), None)
        for word in self._words:
            word.observe(largest if word.policy is LivenessPolicy.PASSIVE else asked, challenge)
        if (challenge is not None and challenge.over) or all(word.said for word in self._words):
            words = {word.policy: word.final for word in self._words}
            self._outcomes[self._at] = PresentationResult(self._plan[self._at], words, self._face)
            self._go_on()

    def _go_on(self) -> None:
        self._at += 1
        self._state = LivenessTestState.READY if self._at < len(self._plan) else LivenessTestState.DONE
