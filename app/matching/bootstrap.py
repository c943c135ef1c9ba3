"""Ranges of error rates by drawing people again and again from those enrolled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.cross_comparison import CrossComparison, ImpostorTail

ROUNDS = 400
"""How often people are drawn."""

MIN_PEOPLE = 20
"""With fewer, drawing them says little about those who are not there."""

_SEED = 20180420
"""Fixed, so that the same gallery has the same ranges each time."""

_EDGES = np.arange(513) / 256 - 1
"""Thresholds at which ranges are known: edges of the histogram's bins, 0.004 apart."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """The range of a rate, by threshold.

    Attributes:
        low: (513,), 2.5 of 100 draws are below; NaN where it is not known.
        high: (513,), 2.5 of 100 are above.
    """

    low: Doubles
    high: Doubles

    def at(self, threshold: float) -> tuple[float, float] | None:
        """The range that holds at this threshold and between its neighbours; None where it is not known."""
        after = int(np.clip(np.searchsorted(_EDGES, threshold), 1, len(_EDGES) - 1))
        ends = [*self.low[after - 1 : after + 1], *self.high[after - 1 : after + 1]]
        return None if np.isnan(ends).any() else (float(min(ends)), float(max(ends)))


def fnmr_band(comparisons: CrossComparison) -> ConfidenceBand | None:
    """Of the false non-match rate; None where too few people have two templates."""
    known = ~np.isnan(comparisons.own)
    people, places = np.unique(comparisons.owners[known], return_inverse=True)
    if len(people) < MIN_PEOPLE:
        return None
    # How many of each person's templates lie below each edge.
    lowest_edge_above = np.searchsorted(_EDGES, comparisons.own[known], side="right")
    missed = np.zeros((len(people), len(_EDGES) + 1), np.float32)
    np.add.at(missed, (places, lowest_edge_above), 1)
    missed = np.cumsum(missed, axis=1)[:, : len(_EDGES)]
    drawn = _draws(len(people))
    trials = drawn @ np.bincount(places).astype(np.float32)
    return _band(drawn @ missed / trials[:, None])


def fmr_band(comparisons: CrossComparison) -> ConfidenceBand | None:
    """Of the false match rate; None where too few people are enrolled.

    A comparison has two people in it, so it is drawn as often as both are together; somebody drawn twice is not
    compared with their own double.
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
    """(rounds, people): how often each is drawn when as many are drawn as there are."""
    random = np.random.default_rng(_SEED)
    chosen = random.integers(0, people, (ROUNDS, people))
    return np.stack([np.bincount(row, minlength=people) for row in chosen]).astype(np.float32)


def _band(rates: Doubles | NDArray[np.float32]) -> ConfidenceBand:
    low, high = np.quantile(rates.astype(np.float64), (0.025, 0.975), axis=0)
    return ConfidenceBand(low, high)


def _cut(band: ConfidenceBand, tail: ImpostorTail) -> ConfidenceBand:
    """Say nothing of thresholds below which not every comparison was kept."""
    known = tail.floor <= _EDGES
    return ConfidenceBand(np.where(known, band.low, np.nan), np.where(known, band.high, np.nan))
