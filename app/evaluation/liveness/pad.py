"""How often attacks are taken for living faces, and living faces for attacks (ISO/IEC 30107-3)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from random import Random
from time import perf_counter

from app.core.liveness import LivenessPolicy, LivenessVerdict
from app.evaluation.liveness.presentations import (
    ChallengeAnswer,
    ObservedFrame,
    Presentation,
    observe_presentation,
    play_back_and_forth,
)
from app.flows.liveness.challenge import ChallengeFlow, ChallengePlan
from app.flows.liveness.liveness_decision import CHALLENGE_POLICIES, LivenessDecision
from app.services.liveness.error_rates import BONA_FIDE, PolicyReport, VerdictTally, policy_report
from app.vision.analysis import FaceAnalyzer
from app.vision.liveness.monitor import LivenessMonitor

CHALLENGES_PER_ATTACK = 10
"""Challenges put to each attack, each with another order, and begun at another place of the clip."""

_LONGEST_NS = 60_000_000_000


@dataclass(frozen=True, slots=True)
class LivenessReport:
    """What was measured.

    Attributes:
        policies: By their names.
        presentations: How many by species.
        without_face: Presentations in which no face was found; they count as undecided.
        seconds: How long it took.
    """

    policies: dict[str, PolicyReport]
    presentations: dict[str, int]
    without_face: int
    seconds: float


class LivenessEvaluation:
    """Looks at each presentation once, and puts every policy to it.

    Args:
        make_analyzer: Vision for frames that follow each other, to be closed after each presentation.
        make_monitor: The cues under a policy.
        plan: Of the challenge.
        seed: Of the orders drawn: the same number gives the same report.
    """

    def __init__(
        self,
        make_analyzer: Callable[[], FaceAnalyzer],
        make_monitor: Callable[[LivenessPolicy], LivenessMonitor],
        plan: ChallengePlan,
        seed: int = 1,
    ) -> None:
        self._make_analyzer = make_analyzer
        self._make_monitor = make_monitor
        self._plan = plan
        self._random = Random(seed)  # noqa: S311 - a report that can be made again

    def run(
        self,
        presentations: Sequence[Presentation],
        answers: Sequence[ChallengeAnswer],
        policies: Sequence[LivenessPolicy],
        progress: Callable[[Path], None] = lambda _: None,
    ) -> LivenessReport:
        """Measure.

        Args:
            presentations: Living faces and attacks.
            answers: What the living do in their clips.
            policies: To be put to them.
            progress: Called with each presentation when it is done.

        Raises:
            FacelatchError: A presentation cannot be read.
        """
        start, without_face = perf_counter(), 0
        tallies = {policy: VerdictTally() for policy in policies}
        for presentation in presentations:
            seen = self._seen(presentation.path)
            without_face += not any(one.faces for one in seen)
            own = [answer for answer in answers if answer.clip == presentation.path.name]
            for policy, tally in tallies.items():
                tally.outcomes[presentation.species] += self._outcomes(presentation.species, seen, own, policy)
            progress(presentation.path)
        counts: dict[str, int] = defaultdict(int)
        for presentation in presentations:
            counts[presentation.species] += 1
        reports = {policy.value: policy_report(policy, tally) for policy, tally in tallies.items()}
        return LivenessReport(reports, dict(counts), without_face, perf_counter() - start)

    def _seen(self, path: Path) -> list[ObservedFrame]:
        with self._make_analyzer() as analyzer:
            return observe_presentation(path, analyzer, self._make_monitor(LivenessPolicy.PASSIVE))

    def _outcomes(
        self, species: str, seen: Sequence[ObservedFrame], answers: Sequence[ChallengeAnswer], policy: LivenessPolicy
    ) -> list[LivenessVerdict]:
        if policy not in CHALLENGE_POLICIES:
            return [_passive(seen, policy)]
        if species == BONA_FIDE:
            return [self._answered(seen, answer, policy) for answer in answers]
        return [self._challenged(seen, policy) for _ in range(CHALLENGES_PER_ATTACK)] if len(seen) > 1 else []

    def _challenged(self, seen: Sequence[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
        """One attempt with an attack that is played to and fro from somewhere on."""
        skipped = self._random.randrange(len(seen))
        played = takewhile(lambda one: one.at_ns < _LONGEST_NS, play_back_and_forth(seen))
        return _attempt(ChallengeFlow(self._plan, self._random), _from(played, skipped), policy)

    def _answered(
        self, seen: Sequence[ObservedFrame], answer: ChallengeAnswer, policy: LivenessPolicy
    ) -> LivenessVerdict:
        """One attempt with a living face, asked for what it does."""
        start_ns = round(answer.start_s * 1e9)
        flow = ChallengeFlow(self._plan, self._random, answer.movements)
        return _attempt(flow, (one for one in seen if one.at_ns >= start_ns), policy)


def _from(played: Iterator[ObservedFrame], skipped: int) -> Iterator[ObservedFrame]:
    for _ in range(skipped):
        next(played, None)
    return played


def _passive(seen: Sequence[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
    """The first word that decides on the largest face."""
    word = LivenessDecision(policy)
    for one in seen:
        word.observe(one.liveness[0] if one.liveness else None, None)
    return word.final


def _attempt(flow: ChallengeFlow, played: Iterator[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
    """What is said when the challenge is over, or as soon as a cue denies."""
    word = LivenessDecision(policy)
    for one in played:
        status = flow.observe(one.faces, one.at_ns)
        word.observe(next((said for said in one.liveness if said.track == status.track), None), status)
        if word.said is not None:
            break
    return word.final
