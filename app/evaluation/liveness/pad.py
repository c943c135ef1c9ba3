"""Evaluation of presentation attack detection: APCER and BPCER by policy (ISO/IEC 30107-3)."""

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
"""Challenges presented to each attack, each with another order and from another place of the clip."""

_LONGEST_NS = 60_000_000_000


@dataclass(frozen=True, slots=True)
class LivenessReport:
    """Result of an evaluation.

    Attributes:
        policies: Error rates by name of the policy.
        presentations: Number of presentations by species.
        without_face: Presentations in which no face was found; they count as undecided.
        seconds: Duration.
    """

    policies: dict[str, PolicyReport]
    presentations: dict[str, int]
    without_face: int
    seconds: float


class LivenessEvaluation:
    """Observes each presentation once, and decides it under every policy.

    Args:
        make_analyzer: Makes vision for consecutive frames; closed after each presentation.
        make_monitor: Makes the monitor of liveness cues for a policy.
        plan: Plan of the challenge.
        seed: Seed of the challenge orders; the same seed gives the same report.
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
        self._random = Random(seed)  # noqa: S311 - a report must be reproducible

    def run(
        self,
        presentations: Sequence[Presentation],
        answers: Sequence[ChallengeAnswer],
        policies: Sequence[LivenessPolicy],
        progress: Callable[[Path], None] = lambda _: None,
    ) -> LivenessReport:
        """Evaluate presentations.

        Args:
            presentations: Bona fide presentations and attacks.
            answers: Movements that people make in the bona fide clips.
            policies: Policies to evaluate.
            progress: Called with each presentation when it is done.

        Raises:
            FacelatchError: A presentation cannot be read.
        """
        start, without_face = perf_counter(), 0
        tallies = {policy: VerdictTally() for policy in policies}
        for presentation in presentations:
            observed = self._observe(presentation.path)
            without_face += not any(frame.faces for frame in observed)
            own_answers = [answer for answer in answers if answer.clip == presentation.path.name]
            for policy, tally in tallies.items():
                tally.outcomes[presentation.species] += self._outcomes(
                    presentation.species, observed, own_answers, policy
                )
            progress(presentation.path)
        counts: dict[str, int] = defaultdict(int)
        for presentation in presentations:
            counts[presentation.species] += 1
        reports = {policy.value: policy_report(policy, tally) for policy, tally in tallies.items()}
        return LivenessReport(reports, dict(counts), without_face, perf_counter() - start)

    def _observe(self, path: Path) -> list[ObservedFrame]:
        with self._make_analyzer() as analyzer:
            return observe_presentation(path, analyzer, self._make_monitor(LivenessPolicy.PASSIVE))

    def _outcomes(
        self,
        species: str,
        observed: Sequence[ObservedFrame],
        answers: Sequence[ChallengeAnswer],
        policy: LivenessPolicy,
    ) -> list[LivenessVerdict]:
        if policy not in CHALLENGE_POLICIES:
            return [_passive_verdict(observed, policy)]
        if species == BONA_FIDE:
            return [self._challenge_bona_fide(observed, answer, policy) for answer in answers]
        return (
            [self._challenge_attack(observed, policy) for _ in range(CHALLENGES_PER_ATTACK)]
            if len(observed) > 1
            else []
        )

    def _challenge_attack(self, observed: Sequence[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
        """Return the verdict of one challenge on an attack that is played back and forth from a random place."""
        skipped = self._random.randrange(len(observed))
        played = takewhile(lambda frame: frame.at_ns < _LONGEST_NS, play_back_and_forth(observed))
        return _run_challenge(ChallengeFlow(self._plan, self._random), _skip_frames(played, skipped), policy)

    def _challenge_bona_fide(
        self, observed: Sequence[ObservedFrame], answer: ChallengeAnswer, policy: LivenessPolicy
    ) -> LivenessVerdict:
        """Return the verdict of one challenge on a bona fide clip, with the movements that the person makes in it."""
        start_ns = round(answer.start_s * 1e9)
        flow = ChallengeFlow(self._plan, self._random, answer.movements)
        return _run_challenge(flow, (frame for frame in observed if frame.at_ns >= start_ns), policy)


def _skip_frames(played: Iterator[ObservedFrame], skipped: int) -> Iterator[ObservedFrame]:
    for _ in range(skipped):
        next(played, None)
    return played


def _passive_verdict(observed: Sequence[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
    """Return the first verdict that the passive cues reach on the largest face."""
    decision = LivenessDecision(policy)
    for frame in observed:
        decision.observe(frame.liveness[0] if frame.liveness else None, None)
    return decision.final_verdict


def _run_challenge(flow: ChallengeFlow, played: Iterator[ObservedFrame], policy: LivenessPolicy) -> LivenessVerdict:
    """Return the verdict when the challenge ends, or as soon as a cue rejects."""
    decision = LivenessDecision(policy)
    for frame in played:
        status = flow.observe(frame.faces, frame.at_ns)
        decision.observe(next((said for said in frame.liveness if said.track == status.track), None), status)
        if decision.verdict is not None:
            break
    return decision.final_verdict
