"""Paired bootstrap: the difference of two methods on the same trials, with a range over people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 1000
"""Bootstrap resamples."""

SEED = 20180420
"""Fixed, so that the same data give the same range."""

PERCENTILES = (0.025, 0.975)
"""Quantiles of a 95 % percentile interval (Efron 1979)."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Difference of two success rates on the same trials and the same resamples of people.

    Attributes:
        share: Rate of the second minus rate of the first, -1 to 1.
        low: Lower end of the 95 % range over people.
        high: Upper end.
        won: Trials in which only the second succeeds.
        lost: Trials in which only the first succeeds.
    """

    share: float
    low: float
    high: float
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class TrialOutcomes:
    """Successes and failures of trials.

    Attributes:
        units: Person of each trial. The bootstrap resamples people, because trials of one person are correlated.
        right: 1 for each success, 0 for each failure.
    """

    units: tuple[str, ...]
    right: tuple[int, ...]

    @classmethod
    def of(cls, units: tuple[str, ...], right: NDArray[np.bool_]) -> "TrialOutcomes":
        """Return the outcomes of an array.

        Args:
            units: Person of each trial.
            right: (n,), True for each success.
        """
        return cls(units, tuple(right.astype(int).tolist()))

    @property
    def share(self) -> float:
        """Share of successes."""
        return sum(self.right) / len(self.right)


def resample_counts(units: int, rounds: int) -> NDArray[np.float64]:
    """Return how often each unit is drawn when as many units are drawn, with replacement, as there are.

    Args:
        units: Number of units.
        rounds: Number of resamples.

    Returns:
        (rounds, units).
    """
    chosen = np.random.default_rng(SEED).integers(0, units, (rounds, units))
    return np.stack([np.bincount(row, minlength=units) for row in chosen]).astype(np.float64)


def paired_bootstrap(earlier: TrialOutcomes, now: TrialOutcomes) -> PairedDifference | None:
    """Return how much better the later method is, with the percentile range of a bootstrap over people.

    Args:
        earlier: Trials of one method.
        now: The same trials, in the same order, of another method.

    Returns:
        None if the trials differ or there are none.
    """
    if earlier.units != now.units or not now.units:
        return None
    names, places = np.unique(np.array(now.units), return_inverse=True)
    change = np.array(now.right) - np.array(earlier.right)
    changes = np.bincount(places, weights=change, minlength=len(names))
    trials = np.bincount(places, minlength=len(names))
    drawn = resample_counts(len(names), ROUNDS)
    low, high = np.quantile(drawn @ changes / (drawn @ trials), PERCENTILES)
    won, lost = int((change > 0).sum()), int((change < 0).sum())
    return PairedDifference(float(change.mean()), float(low), float(high), won, lost)
