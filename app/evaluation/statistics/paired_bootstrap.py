"""Whether one way is better than another, tried on the same things."""

from dataclasses import dataclass

import numpy as np

from app.evaluation.statistics.multi_template import PairedDifference

ROUNDS = 1000
_SEED = 20180420


@dataclass(frozen=True, slots=True)
class TrialOutcomes:
    """What went right and what wrong.

    Attributes:
        units: For each trial, whom it is about: what is drawn in a bootstrap, since trials of one person are alike.
        right: For each trial, 1 or 0.
    """

    units: tuple[str, ...]
    right: tuple[int, ...]

    @property
    def share(self) -> float:
        """Of trials that went right."""
        return sum(self.right) / len(self.right)


def paired_bootstrap(earlier: TrialOutcomes, now: TrialOutcomes) -> PairedDifference | None:
    """By how much the later way is better, with the 2.5th and 97.5th percentile of a bootstrap over units.

    Args:
        earlier: Trials of one way.
        now: The same trials, in the same order, of another.

    Returns:
        None where they are not the same trials.
    """
    if earlier.units != now.units or not now.units:
        return None
    names, places = np.unique(np.array(now.units), return_inverse=True)
    change = np.array(now.right) - np.array(earlier.right)
    changes = np.bincount(places, weights=change, minlength=len(names))
    trials = np.bincount(places, minlength=len(names))
    random = np.random.default_rng(_SEED)
    shares = np.empty(ROUNDS)
    for place in range(ROUNDS):
        drawn = random.integers(0, len(names), len(names))
        shares[place] = changes[drawn].sum() / trials[drawn].sum()
    low, high = np.quantile(shares, (0.025, 0.975))
    return PairedDifference(
        float(change.mean()), float(low), float(high), int((change > 0).sum()), int((change < 0).sum())
    )
