"""Verification with several templates a person, at equal false match rate.

More templates raise the similarity of a person to their own probes and to probes of others. For each number of
templates the threshold is therefore chosen again, at the same false match rate of probe and person, before true accept
rates are compared.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.evaluation.statistics.paired_bootstrap import PERCENTILES, ROUNDS, PairedDifference, resample_counts
from app.evaluation.statistics.verification import threshold_at_fmr

_TAIL, _FLOOR = 20, 1000
"""A resample searches its threshold among the `_FLOOR + _TAIL * fmr * n` highest of n non-mated similarities."""

Doubles = NDArray[np.float64]
Places = NDArray[np.int64]

NOT_ENROLLED = -1
"""Owner of a probe whose person is not enrolled."""


@dataclass(frozen=True, slots=True)
class TemplateCountResult:
    """Result for one number of templates.

    Attributes:
        threshold: Similarity required at the false match rate.
        accepted: (g,), True for each mated probe that reaches it.
        tar: Share of accepted mated probes.
        low: Lower end of the 95 % range of `tar` over people.
        high: Upper end.
    """

    threshold: float
    accepted: NDArray[np.bool_]
    tar: float
    low: float
    high: float


class MultiTemplateComparison:
    """Compares enrolment with one template, with two, and so on, on the same probes.

    The ranges come from a bootstrap over the people enrolled that chooses the threshold again in each resample.

    Args:
        templates: (people, k, size) float32, unit length; the first template is the one enrolled alone.
        probes: (m, size) float32, unit length.
        owners: (m,), index of each probe's person among the people, or `NOT_ENROLLED`.
        fmr: False match rate, 0 to 1.
        rounds: Bootstrap resamples.
    """

    def __init__(
        self,
        templates: NDArray[np.float32],
        probes: NDArray[np.float32],
        owners: Places,
        fmr: float,
        rounds: int = ROUNDS,
    ) -> None:
        self._owners, self._fmr = owners, fmr
        self._genuine = np.flatnonzero(owners != NOT_ENROLLED)
        by_template = np.einsum("pkd,md->kmp", templates, probes, optimize=True)
        self._by_count = np.maximum.accumulate(by_template, axis=0)
        self._drawn = resample_counts(len(templates), rounds)
        self._rates: dict[int, Doubles] = {}

    @property
    def genuine(self) -> int:
        """Number of mated comparisons."""
        return len(self._genuine)

    @property
    def impostor(self) -> int:
        """Number of non-mated comparisons."""
        return int(self._by_count[0].size) - self.genuine

    def result(self, count: int) -> TemplateCountResult:
        """Return the result of `count` templates a person."""
        threshold = threshold_at_fmr(self._impostors(count)[0], self._fmr)
        accepted = self._mated_similarities(count) >= threshold
        low, high = np.quantile(self._drawn_rates(count), PERCENTILES)
        return TemplateCountResult(threshold, accepted, float(accepted.mean()), float(low), float(high))

    def difference(self, fewer: int, more: int) -> PairedDifference:
        """Return how much higher the true accept rate is with `more` templates than with `fewer`.

        Args:
            fewer: Templates a person, 1 to k.
            more: Templates a person, 1 to k.

        Returns:
            The difference of the rates, -1 to 1, with its bootstrap interval, and how many mated probes only
            `more` accepts and only `fewer` accepts.
        """
        first, second = self.result(fewer), self.result(more)
        low, high = np.quantile(self._drawn_rates(more) - self._drawn_rates(fewer), PERCENTILES)
        won = int((second.accepted & ~first.accepted).sum())
        lost = int((first.accepted & ~second.accepted).sum())
        return PairedDifference(second.tar - first.tar, float(low), float(high), won, lost)

    def _mated_similarities(self, count: int) -> Doubles:
        own: Doubles = self._by_count[count - 1][self._genuine, self._owners[self._genuine]].astype(np.float64)
        return own

    def _impostors(self, count: int) -> tuple[Doubles, Places]:
        """Non-mated similarities, highest first, and the person compared in each."""
        similarities = self._by_count[count - 1].astype(np.float64)
        probes, claimed = np.nonzero(np.arange(similarities.shape[1]) != self._owners[:, None])
        order = np.argsort(-similarities[probes, claimed], kind="stable")
        return similarities[probes, claimed][order], claimed[order]

    def _drawn_rates(self, count: int) -> Doubles:
        """(rounds,): true accept rate of each resample."""
        if count not in self._rates:
            similarities, claimed = self._impostors(count)
            against = np.bincount(claimed, minlength=self._drawn.shape[1])
            highest = slice(_FLOOR + round(_TAIL * self._fmr * len(similarities)))
            thresholds = self._drawn_thresholds(similarities[highest], claimed[highest], self._drawn @ against)
            own, people = self._mated_similarities(count), self._owners[self._genuine]
            weights = self._drawn[:, people]
            accepted = np.where(own >= thresholds[:, None], weights, 0).sum(axis=1)
            self._rates[count] = accepted / np.maximum(weights.sum(axis=1), 1.0)
        return self._rates[count]

    def _drawn_thresholds(self, similarities: Doubles, claimed: Places, totals: Doubles) -> Doubles:
        """(rounds,): threshold of each resample, from the highest non-mated similarities and its comparison count."""
        found = np.empty(len(totals))
        for row, (times, total) in enumerate(zip(self._drawn, totals, strict=True)):
            first_rejected = int(np.searchsorted(np.cumsum(times[claimed]), self._fmr * total, side="right"))
            found[row] = np.nextafter(similarities[min(first_rejected, len(similarities) - 1)], np.inf)
        return found
