"""Statistics of open-set identification (1:N): rank-1, FPIR and FNIR."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion
from app.evaluation.statistics.paired_bootstrap import PERCENTILES, ROUNDS, resample_counts
from app.evaluation.statistics.verification import threshold_at_fmr
from app.matching.fusion import fuse, sum_lengths

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK = 512
_TAIL, _FLOOR = 20, 1000
"""A resample searches its threshold among the `_FLOOR + _TAIL * fpir * n` highest of n non-mated scores."""
NOT_ENROLLED = -1
"""Owner of a probe whose person is not enrolled."""


@dataclass(frozen=True, slots=True)
class OpenSetPoint:
    """Error rates of a threshold (ISO/IEC 19795-1).

    Attributes:
        threshold: Similarity required.
        fpir: False positive identification rate: share of non-mated probes that reach the threshold.
        fnir: False negative identification rate: share of mated probes whose own person is not the most similar, or
            does not reach the threshold.
    """

    threshold: float
    fpir: float
    fnir: float


@dataclass(frozen=True, slots=True)
class OpenSetResult:
    """Result of searching probes in a gallery.

    Attributes:
        nearest: (n,) float64, comparison score of the most similar enrolled person.
        right: (n,) bool, True if that is the probe's own person.
        enrolled: (n,) bool, True if the probe's person is enrolled (mated probe).
    """

    nearest: NDArray[np.float64]
    right: NDArray[np.bool_]
    enrolled: NDArray[np.bool_]

    @property
    def rank_one(self) -> float:
        """Share of mated probes whose most similar person is their own, at any similarity."""
        return float(self.right[self.enrolled].mean())

    def identified_at(self, threshold: float) -> NDArray[np.bool_]:
        """(mated probes,): True if the own person is the most similar and reaches the threshold."""
        return (self.right & (self.nearest >= threshold))[self.enrolled]

    def at(self, fpir: float) -> OpenSetPoint:
        """Return the lowest threshold that at most a share `fpir` of the non-mated probes reaches."""
        strangers = self.nearest[~self.enrolled]
        threshold = threshold_at_fmr(strangers, fpir)
        reached = float((strangers >= threshold).mean())
        return OpenSetPoint(threshold, reached, 1 - float(self.identified_at(threshold).mean()))


def identify_open_set(
    templates: Floats, template_owners: Places, probes: Floats, owners: Places, fusion: TemplateFusion
) -> OpenSetResult:
    """Search every probe in the gallery.

    Args:
        templates: (k, size), unit length, sorted by person.
        template_owners: (k,), for each the index of its person, rising, every person present.
        probes: (n, size), unit length, at least one mated and one non-mated.
        owners: (n,), index of each probe's person in the gallery, or `NOT_ENROLLED`.
        fusion: The comparison score.
    """
    starts = np.searchsorted(template_owners, np.arange(template_owners[-1] + 1))
    lengths = sum_lengths(templates, starts)
    nearest, found = np.empty(len(probes)), np.empty(len(probes), np.int64)
    for start in range(0, len(probes), _BLOCK):
        rows = slice(start, start + _BLOCK)
        scores = fuse(templates @ probes[rows].T, starts, lengths, fusion)
        found[rows] = scores.argmax(axis=0)
        nearest[rows] = scores.max(axis=0)
    return OpenSetResult(nearest, found == owners, owners != NOT_ENROLLED)


def join_results(results: Sequence[OpenSetResult]) -> OpenSetResult:
    """Return the results of several galleries as one."""
    return OpenSetResult(
        np.concatenate([one.nearest for one in results]),
        np.concatenate([one.right for one in results]),
        np.concatenate([one.enrolled for one in results]),
    )


def fnir_range(result: OpenSetResult, people: Places, fpir: float) -> tuple[float, float]:
    """Return the 95 % range of the FNIR at an FPIR over people, by a bootstrap that chooses each threshold again.

    Args:
        result: Result of a search.
        people: (n,), for each probe the index of its person, from 0.
        fpir: False positive identification rate, 0 to 1.
    """
    drawn = resample_counts(int(people.max()) + 1, ROUNDS)
    order = np.argsort(-result.nearest[~result.enrolled], kind="stable")
    strangers, whose = result.nearest[~result.enrolled][order], people[~result.enrolled][order]
    totals = drawn @ np.bincount(whose, minlength=drawn.shape[1])
    highest = whose[: _FLOOR + round(_TAIL * fpir * len(whose))]
    own = np.where(result.right, result.nearest, -np.inf)[result.enrolled]
    ranked = np.argsort(own, kind="stable")
    rates = np.empty(ROUNDS)
    for row, (times, total) in enumerate(zip(drawn, totals, strict=True)):
        first_rejected = int(np.searchsorted(np.cumsum(times[highest]), fpir * total, side="right"))
        missed = int(np.searchsorted(own[ranked], strangers[min(first_rejected, len(strangers) - 1)], side="right"))
        weights = times[people[result.enrolled]][ranked]
        rates[row] = weights[:missed].sum() / max(weights.sum(), 1.0)
    low, high = np.quantile(rates, PERCENTILES)
    return float(low), float(high)
