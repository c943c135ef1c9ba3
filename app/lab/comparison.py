"""Whether results of several seeds differ by more than chance alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one result from the one it is compared with.

    Attributes:
        mean: Of the means, theirs less the first's.
        bound: How large it can be by chance; None with one seed, where nobody can tell.
    """

    mean: float
    bound: float | None

    @property
    def beyond_spread(self) -> bool:
        """Whether it is larger than that."""
        return self.bound is not None and abs(self.mean) > self.bound


def spread(values: Sequence[float]) -> float | None:
    """The standard deviation; None of one value."""
    return math.sqrt(variance(values)) if len(values) > 1 else None


def differences(base: Sequence[float], others: Mapping[str, Sequence[float]]) -> dict[str, Difference]:
    """Compare many with one.

    The spread of seeds is taken to be the same for all, and estimated from all; the confidence of 95 % is for all
    comparisons together (Bonferroni).

    Args:
        base: One value a seed, at least one.
        others: The same of each that is compared with it.
    """
    groups = [base, *others.values()]
    freedom = sum(len(group) - 1 for group in groups)
    bounds: dict[str, float | None] = dict.fromkeys(others)
    if freedom:
        pooled = math.sqrt(sum((len(g) - 1) * variance(g) for g in groups if len(g) > 1) / freedom)
        factor = student_quantile(1 - (1 - _CONFIDENCE) / 2 / max(len(others), 1), freedom) * pooled
        bounds = {name: factor * math.sqrt(1 / len(base) + 1 / len(group)) for name, group in others.items()}
    return {name: Difference(fmean(group) - fmean(base), bounds[name]) for name, group in others.items()}


def student_quantile(share: float, freedom: int) -> float:
    """Of Student's t distribution, by the expansion in 1 / freedom (Abramowitz and Stegun 1964, 26.7.5).

    Within 1 % from 6 degrees of freedom on for a share of 0.975; a little too small below.

    Args:
        share: 0.5 to below 1.
        freedom: At least 1.
    """
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))
