"""Error rates of presentation attack detection (ISO/IEC 30107-3), by policy and species."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.liveness import LivenessPolicy, LivenessVerdict
from app.matching.rates import wilson_interval

BONA_FIDE = "live"
"""Species name of bona fide presentations; every other name is an attack species."""


@dataclass(frozen=True, slots=True)
class LivenessErrorRate:
    """An error rate with its 95 % Wilson interval.

    Attributes:
        rate: Errors divided by presentations, 0 to 1.
        low: Lower end of the interval.
        high: Upper end of the interval.
        errors: Number of errors.
        trials: Number of presentations. Presentations of one clip are not independent: the interval is then too narrow.
        undecided: Number of presentations without enough evidence.
    """

    rate: float
    low: float
    high: float
    errors: int
    trials: int
    undecided: int


@dataclass(frozen=True, slots=True)
class WorstSpecies:
    """The attack species with the highest APCER, which characterises a system (ISO/IEC 30107-3)."""

    species: str
    rate: float
    high: float


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """Error rates of one policy; the names are those of the JSON output.

    Attributes:
        policy: The policy.
        bpcer: Share of bona fide presentations that did not pass. None if there were none, or if their movements were
            not annotated and no challenge could be evaluated.
        apcer: Share of attacks that passed, by species.
        apcer_worst: The largest of these; None if there was no attack.
    """

    policy: LivenessPolicy
    bpcer: LivenessErrorRate | None
    apcer: dict[str, LivenessErrorRate]
    apcer_worst: WorstSpecies | None


@dataclass(slots=True)
class VerdictTally:
    """Verdicts of one policy.

    Attributes:
        outcomes: Verdicts by species.
    """

    outcomes: dict[str, list[LivenessVerdict]] = field(default_factory=lambda: defaultdict(list))

    def apcer(self) -> dict[str, LivenessErrorRate]:
        """Return the share of attacks that passed, by species."""
        passed = LivenessVerdict.PASSED
        return {
            name: _rate(found, lambda v: v is passed)
            for name, found in sorted(self.outcomes.items())
            if name != BONA_FIDE
        }

    def bpcer(self) -> LivenessErrorRate | None:
        """Return the share of bona fide presentations that did not pass; None if there were none."""
        bona_fide = self.outcomes.get(BONA_FIDE)
        return _rate(bona_fide, lambda verdict: verdict is not LivenessVerdict.PASSED) if bona_fide else None


def policy_report(policy: LivenessPolicy, tally: VerdictTally) -> PolicyReport:
    """Return the error rates of one policy.

    Args:
        policy: The policy.
        tally: Its verdicts.
    """
    apcer = tally.apcer()
    worst = max(apcer, key=lambda name: (apcer[name].rate, apcer[name].high), default=None)
    by_worst = None if worst is None else WorstSpecies(worst, apcer[worst].rate, apcer[worst].high)
    return PolicyReport(policy, tally.bpcer(), apcer, by_worst)


def _rate(outcomes: Sequence[LivenessVerdict], is_error: Callable[[LivenessVerdict], bool]) -> LivenessErrorRate:
    errors, trials = sum(map(is_error, outcomes)), len(outcomes)
    low, high = wilson_interval(errors, trials)
    undecided = sum(verdict is LivenessVerdict.NOT_ENOUGH for verdict in outcomes)
    return LivenessErrorRate(errors / max(trials, 1), low, high, errors, trials, undecided)
