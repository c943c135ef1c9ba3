"""Error rates with confidence intervals.

The comparisons of one person are not independent: a person who is hard to recognise once is hard to recognise again. An
interval that assumes independent comparisons (Wilson or, without errors, the rule of three) is therefore too narrow. A
second interval assumes independent people: by a bootstrap over people (`app.matching.bootstrap`) or, with too few
people or no errors, by Wilson and the rule of three with people in place of comparisons.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Method(StrEnum):
    """How an interval was computed."""

    NOTHING = "nothing"
    WILSON = "wilson"
    RULE_OF_THREE = "rule-of-three"
    BOOTSTRAP = "bootstrap"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % confidence interval of a rate.

    Attributes:
        low: 0 to 1.
        high: At least `low`, at most 1.
        method: How it was computed.
    """

    low: float
    high: float
    method: Method


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate with two confidence intervals.

    Attributes:
        errors: Number of errors.
        trials: Number of comparisons.
        by_comparison: Interval that assumes independent comparisons.
        by_person: Interval that assumes independent people whose own comparisons are fully dependent.
    """

    errors: int
    trials: int
    by_comparison: Interval
    by_person: Interval

    @property
    def share(self) -> float:
        """The rate, 0 to 1; 0 without trials."""
        return self.errors / self.trials if self.trials else 0.0

    @property
    def low(self) -> float:
        """The smaller of the two lower ends."""
        return min(self.by_comparison.low, self.by_person.low)

    @property
    def high(self) -> float:
        """The larger of the two upper ends."""
        return max(self.by_comparison.high, self.by_person.high)


def wilson_interval(successes: float, trials: float, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % score interval of a share of independent trials (Wilson 1927).

    Args:
        successes: Trials with the outcome; not a whole number if trials are weighted.
        trials: All trials, at least as many.
        z: Normal deviate of the confidence level.

    Returns:
        Lower and upper end, 0 to 1; (0, 1) without trials.
    """
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z**2 / (2 * trials)
    spread = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    # The share itself always lies within; rounding could exclude it where it is 0 or 1.
    low, high = min((centre - spread) / scale, share), max((centre + spread) / scale, share)
    return float(max(low, 0.0)), float(min(high, 1.0))


def confidence_interval(errors: float, trials: float) -> Interval:
    """The confidence interval of a share of independent trials.

    If no trial failed, or every one did, the rule of three gives the end that was not observed: 3 / trials from the
    extreme (Hanley and Lippman-Hand, JAMA 249, 1983). Otherwise it is the Wilson interval.

    Args:
        errors: Number of errors, at most `trials`; not a whole number if trials are weighted.
        trials: Number of trials.
    """
    if trials <= 0:
        return Interval(0.0, 1.0, Method.NOTHING)
    if errors <= 0:
        return Interval(0.0, min(3 / trials, 1.0), Method.RULE_OF_THREE)
    if errors >= trials:
        return Interval(max(1 - 3 / trials, 0.0), 1.0, Method.RULE_OF_THREE)
    return Interval(*wilson_interval(errors, trials), Method.WILSON)


def error_rate(errors: int, trials: int, units: int, bootstrapped: tuple[float, float] | None) -> Rate:
    """An error rate with both confidence intervals.

    Args:
        errors: Number of wrong comparisons.
        trials: Number of comparisons.
        units: Number of people, or of pairs of people, in the comparisons.
        bootstrapped: Lower and upper end by a bootstrap over people; None without one.
    """
    by_person = confidence_interval(errors / trials * units if trials else 0, units)
    if bootstrapped is not None and 0 < errors < trials:
        by_person = Interval(*bootstrapped, Method.BOOTSTRAP)
    return Rate(errors, trials, confidence_interval(errors, trials), by_person)
