"""Rates of liveness errors (ISO/IEC 30107-3), by policy and by species."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.liveness import LivenessPolicy, LivenessVerdict
from app.matching.rates import wilson_interval

BONA_FIDE = "live"
"""The living faces; every other name is a species of attack."""


@dataclass(frozen=True, slots=True)
class LivenessErrorRate:
    """A share with its 95 % Wilson interval.

    Attributes:
        rate: Errors over trials.
        low: Lower end.
        high: Upper end.
        errors: How many.
        trials: Of how many. Several of one clip are not independent of each other: the interval is then too narrow.
        undecided: How many trials ended without enough evidence.
    """

    rate: float
    low: float
    high: float
    errors: int
    trials: int
    undecided: int


@dataclass(frozen=True, slots=True)
class WorstSpecies:
    """The attack that passes most often; by it a system is judged."""

    species: str
    rate: float
    high: float


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """The outcome under one policy; the names are those of the JSON output.

    Attributes:
        policy: Which.
        bpcer: Living faces that were not passed: failed, or without enough evidence. None where nobody wrote down what
            they do, and so no challenge could be put to them.
        apcer: Attacks that were passed, by species.
        apcer_worst: The largest of these; None where there was no attack.
    """

    policy: LivenessPolicy
    bpcer: LivenessErrorRate | None
    apcer: dict[str, LivenessErrorRate]
    apcer_worst: WorstSpecies | None


@dataclass(slots=True)
class VerdictTally:
    """Outcomes under one policy, by species."""

    outcomes: dict[str, list[LivenessVerdict]] = field(default_factory=lambda: defaultdict(list))

    def apcer(self) -> dict[str, LivenessErrorRate]:
        """Attacks that were passed."""
        passed = LivenessVerdict.PASSED
        return {
            name: _rate(found, lambda v: v is passed)
            for name, found in sorted(self.outcomes.items())
            if name != BONA_FIDE
        }

    def bpcer(self) -> LivenessErrorRate | None:
        """Living faces that were not passed; None where there were none."""
        living = self.outcomes.get(BONA_FIDE)
        return _rate(living, lambda verdict: verdict is not LivenessVerdict.PASSED) if living else None


def policy_report(policy: LivenessPolicy, tally: VerdictTally) -> PolicyReport:
    """The rates of one policy."""
    apcer = tally.apcer()
    worst = max(apcer, key=lambda name: (apcer[name].rate, apcer[name].high), default=None)
    by_worst = None if worst is None else WorstSpecies(worst, apcer[worst].rate, apcer[worst].high)
    return PolicyReport(policy, tally.bpcer(), apcer, by_worst)


def _rate(outcomes: Sequence[LivenessVerdict], is_error: Callable[[LivenessVerdict], bool]) -> LivenessErrorRate:
    errors, trials = sum(map(is_error, outcomes)), len(outcomes)
    low, high = wilson_interval(errors, trials)
    undecided = sum(verdict is LivenessVerdict.NOT_ENOUGH for verdict in outcomes)
    return LivenessErrorRate(errors / max(trials, 1), low, high, errors, trials, undecided)
