"""The guided liveness test: the user presents faces and attacks to the camera, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.liveness import LivenessPolicy, LivenessResult, LivenessVerdict
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.liveness_decision import LivenessDecision

TESTED_POLICIES = (LivenessPolicy.PASSIVE, LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT)
"""The policies that check liveness at all; each decides on the same frames."""


class Species(StrEnum):
    """What is presented: a bona fide face, or a presentation attack instrument species (ISO/IEC 30107-3).

    The values are the folder names of `facelatch evaluate liveness`.
    """

    LIVE = "live"
    PRINT = "print"
    BENT_PRINT = "bent-print"
    PHONE_PICTURE = "phone-picture"
    PHONE_CLIP = "phone-clip"


class LivenessTestState(StrEnum):
    """State of a liveness test."""

    READY = "ready"
    WATCHING = "watching"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PresentationResult:
    """Verdicts on one presentation; the names are those of the JSON output.

    Attributes:
        species: What was presented.
        words: Verdict of each policy.
        face: Whether a face was detected.
    """

    species: Species
    words: dict[LivenessPolicy, LivenessVerdict]
    face: bool


@dataclass(frozen=True, slots=True)
class LivenessTestStatus:
    """Snapshot of a liveness test.

    Attributes:
        state: Current state.
        species: What to present now; None when the test is over.
        number: Number of this presentation, from 1.
        count: Presentations in all.
        challenge: Status of its challenge; None unless WATCHING.
        outcomes: Results of the completed presentations, without the skipped ones.
    """

    state: LivenessTestState
    species: Species | None
    number: int
    count: int
    challenge: ChallengeStatus | None
    outcomes: tuple[PresentationResult, ...]

    @property
    def is_over(self) -> bool:
        """Whether no presentation follows."""
        return self.state in {LivenessTestState.DONE, LivenessTestState.STOPPED}


def presentation_plan(rounds: int, species: Sequence[Species] = tuple(Species)) -> tuple[Species, ...]:
    """Return each species repeated, one species after the other, so that no object has to be fetched twice.

    Args:
        rounds: Presentations of each species, at least 1.
        species: Species in the order of the test.
    """
    return tuple(one for one in species for _ in range(rounds))


class LivenessTestFlow:
    """One liveness test. The user starts, skips or repeats each presentation.

    ```mermaid
    stateDiagram-v2
        [*] --> ready
        ready --> watching: begin
        watching --> ready: every policy has decided, or the challenge is over; a presentation is left
        watching --> done: the same, and none is left
        watching --> ready: repeat
        ready --> ready: repeat, or skip with a presentation left
        ready --> done: skip, and none is left
        ready --> stopped: stop
        watching --> stopped: stop
        done --> [*]
        stopped --> [*]
    ```

    Args:
        plan: Presentations in order; not empty.
    """

    def __init__(self, plan: Sequence[Species]) -> None:
        self._plan = tuple(plan)
        self._state = LivenessTestState.READY
        self._index = 0
        self._started_ns = 0
        self._decisions: tuple[LivenessDecision, ...] = ()
        self._face = False
        self._challenge: ChallengeStatus | None = None
        self._outcomes: dict[int, PresentationResult] = {}

    @property
    def status(self) -> LivenessTestStatus:
        """Snapshot of the test."""
        over = self._state in {LivenessTestState.DONE, LivenessTestState.STOPPED}
        return LivenessTestStatus(
            state=self._state,
            species=None if over else self._plan[self._index],
            number=min(self._index + 1, len(self._plan)),
            count=len(self._plan),
            challenge=self._challenge if self._state is LivenessTestState.WATCHING else None,
            outcomes=tuple(self._outcomes[number] for number in sorted(self._outcomes)),
        )

    def begin(self, now_ns: int) -> None:
        """Start the presentation. Frames captured before `now_ns` do not count."""
        if self._state is LivenessTestState.READY:
            self._state, self._started_ns = LivenessTestState.WATCHING, now_ns
            self._decisions = tuple(LivenessDecision(policy) for policy in TESTED_POLICIES)
            self._face, self._challenge = False, None

    def skip(self) -> None:
        """Skip the presentation that is due."""
        if self._state is LivenessTestState.READY:
            self._advance()

    def repeat(self) -> None:
        """Discard the presentation that is running, or the previous one if none is running."""
        if self._state is LivenessTestState.READY and self._index > 0:
            self._index -= 1
            self._outcomes.pop(self._index, None)
        elif self._state is LivenessTestState.WATCHING:
            self._state = LivenessTestState.READY

    def stop(self) -> None:
        """End the test; completed presentations keep their results."""
        if not self.status.is_over:
            self._state = LivenessTestState.STOPPED

    def observe(
        self, faces: Sequence[LivenessResult], challenge: ChallengeStatus | None, captured_ns: int
    ) -> LivenessTestStatus:
        """Process one frame.

        Args:
            faces: Liveness of each face, the largest first.
            challenge: Status of this presentation's challenge; None before its first frame.
            captured_ns: Monotonic time of the frame.
        """
        if self._state is LivenessTestState.WATCHING and captured_ns >= self._started_ns:
            self._face = self._face or bool(faces)
            self._challenge = challenge
            self._decide(faces, challenge)
        return self.status

    def _decide(self, faces: Sequence[LivenessResult], challenge: ChallengeStatus | None) -> None:
        largest = faces[0] if faces else None
        challenged = next((face for face in faces if challenge and face.track == challenge.track), None)
        for decision in self._decisions:
            decision.observe(largest if decision.policy is LivenessPolicy.PASSIVE else challenged, challenge)
        if (challenge is not None and challenge.is_over) or all(decision.verdict for decision in self._decisions):
            verdicts = {decision.policy: decision.final_verdict for decision in self._decisions}
            self._outcomes[self._index] = PresentationResult(self._plan[self._index], verdicts, self._face)
            self._advance()

    def _advance(self) -> None:
        self._index += 1
        self._state = LivenessTestState.READY if self._index < len(self._plan) else LivenessTestState.DONE
