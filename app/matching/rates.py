"""Error rates with the range they may lie in.

Comparisons of one person are not independent: whoever is hard to recognise once is hard to recognise again. An interval
that takes every comparison for a trial of its own (Wilson; where nothing was observed, the rule of three) is therefore
too narrow. Beside it stands one over people: a bootstrap that draws people, not comparisons (Bolle, Ratha and
Pankanti, "Error analysis of pattern recognition systems: the subsets bootstrap", CVIU 93, 2004), or, where there are
too few people or no errors for that, Wilson and the rule of three with people in place of comparisons.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Method(StrEnum):
    """How a range was found."""

    NOTHING = "nothing"
    WILSON = "wilson"
    RULE_OF_THREE = "rule-of-three"
    BOOTSTRAP = "bootstrap"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a rate lies with 95 % confidence.

    Attributes:
        low: 0 to 1.
        high: At least `low`, at most 1.
        method: How it was found.
    """

    low: float
    high: float
    method: Method


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of errors.

    Attributes:
        errors: How many there were.
        trials: Comparisons made.
        by_comparison: As if all comparisons were independent.
        by_person: As if people were, and all comparisons of one told the same.
    """

    errors: int
    trials: int
    by_comparison: Interval
    by_person: Interval

    @property
    def share(self) -> float:
        """The rate itself, 0 to 1; 0 where nothing was tried."""
        return self.errors / self.trials if self.trials else 0.0

    @property
    def low(self) -> float:
        """The more cautious of the two lower ends."""
        return min(self.by_comparison.low, self.by_person.low)

    @property
    def high(self) -> float:
        """The more cautious of the two upper ends."""
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
    """The range of a share of independent trials.

    Where no trial failed, or every one, the end that was not observed is three in as many as were tried: with 95 %
    confidence the rate is not beyond it (Hanley and Lippman-Hand, JAMA 249, 1983).

    Args:
        errors: How many failed, at most `trials`; no whole number where trials are weighed.
        trials: How many there were.
    """
    if trials <= 0:
        return Interval(0.0, 1.0, Method.NOTHING)
    if errors <= 0:
        return Interval(0.0, min(3 / trials, 1.0), Method.RULE_OF_THREE)
    if errors >= trials:
        return Interval(max(1 - 3 / trials, 0.0), 1.0, Method.RULE_OF_THREE)
    return Interval(*wilson_interval(errors, trials), Method.WILSON)


def error_rate(errors: int, trials: int, units: int, bootstrapped: tuple[float, float] | None) -> Rate:
    """A rate with both its ranges.

    Args:
        errors: How many comparisons went wrong.
        trials: How many were made.
        units: How many people, or pairs of people, they are about.
        bootstrapped: Lower and upper end by a bootstrap over people, where there is one.
    """
    by_person = confidence_interval(errors / trials * units if trials else 0, units)
    if bootstrapped is not None and 0 < errors < trials:
        by_person = Interval(*bootstrapped, Method.BOOTSTRAP)
    return Rate(errors, trials, confidence_interval(errors, trials), by_person)
