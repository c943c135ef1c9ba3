"""Confidence bands of error rates by a bootstrap over the enrolled people.

Bolle, Ratha and Pankanti, "Error analysis of pattern recognition systems: the subsets bootstrap", CVIU 93, 2004.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.cross_comparison import CrossComparison, ImpostorTail

ROUNDS = 400
"""Bootstrap samples."""

MIN_PEOPLE = 20
"""With fewer people, a bootstrap says little about the population."""

_SEED = 20180420
"""Fixed, so that the same gallery always has the same bands."""

_EDGES = np.arange(513) / 256 - 1
"""Thresholds at which bands are computed: edges of the histogram's bins, 0.004 apart."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """The 95 % band of an error rate, by threshold.

    Attributes:
        low: (513,), the 2.5 % quantile at each edge; NaN if unknown.
        high: (513,), the 97.5 % quantile.
    """

    low: Doubles
    high: Doubles

    def at(self, threshold: float) -> tuple[float, float] | None:
        """The range at a threshold, which covers both neighbouring edges; None if it is unknown."""
        after = int(np.clip(np.searchsorted(_EDGES, threshold), 1, len(_EDGES) - 1))
        ends = [*self.low[after - 1 : after + 1], *self.high[after - 1 : after + 1]]
        return None if np.isnan(ends).any() else (float(min(ends)), float(max(ends)))


def fnmr_band(comparisons: CrossComparison) -> ConfidenceBand | None:
    """The band of the false non-match rate; None if too few people have two templates."""
    known = ~np.isnan(comparisons.own)
    people, places = np.unique(comparisons.owners[known], return_inverse=True)
    if len(people) < MIN_PEOPLE:
        return None
    # For each person and edge, the number of templates below the edge.
    lowest_edge_above = np.searchsorted(_EDGES, comparisons.own[known], side="right")
    missed = np.zeros((len(people), len(_EDGES) + 1), np.float32)
    np.add.at(missed, (places, lowest_edge_above), 1)
    missed = np.cumsum(missed, axis=1)[:, : len(_EDGES)]
    drawn = _draws(len(people))
    trials = drawn @ np.bincount(places).astype(np.float32)
    return _band(drawn @ missed / trials[:, None])


def fmr_band(comparisons: CrossComparison) -> ConfidenceBand | None:
    """The band of the false match rate; None if too few people are enrolled.

    A comparison of two people occurs in a sample as often as the product of their draws; a person drawn twice is not
    compared with themselves.
    """
    if comparisons.people < MIN_PEOPLE:
        return None
    drawn = _draws(comparisons.people)
    templates = comparisons.templates.astype(np.float32)
    trials = (drawn @ templates) * drawn.sum(axis=1) - (drawn**2) @ templates
    tail = comparisons.tail
    order = np.argsort(-tail.similarities, kind="stable")
    probes, claimed = tail.probes[order], tail.claimed[order]
    reaching = np.searchsorted(-tail.similarities[order], -_EDGES, side="right")
    matched = np.empty((ROUNDS, len(_EDGES)))
    for row, times in zip(matched, drawn, strict=True):
        row[:] = np.concatenate([[0], np.cumsum(times[probes] * times[claimed], dtype=np.float64)])[reaching]
    return _cut(_band(matched / trials[:, None]), tail)


def _draws(people: int) -> NDArray[np.float32]:
    """How often each person is drawn in each bootstrap sample, (rounds, people)."""
    random = np.random.default_rng(_SEED)
    chosen = random.integers(0, people, (ROUNDS, people))
    return np.stack([np.bincount(row, minlength=people) for row in chosen]).astype(np.float32)


def _band(rates: Doubles | NDArray[np.float32]) -> ConfidenceBand:
    low, high = np.quantile(rates.astype(np.float64), (0.025, 0.975), axis=0)
    return ConfidenceBand(low, high)


def _cut(band: ConfidenceBand, tail: ImpostorTail) -> ConfidenceBand:
    """The band without thresholds below the tail's floor, where comparisons are missing."""
    known = tail.floor <= _EDGES
    return ConfidenceBand(np.where(known, band.low, np.nan), np.where(known, band.high, np.nan))
