"""What several templates a person are worth, with strictness held equal.

A person with several templates is more easily reached: by their own pictures, and by strangers' too. So for each number
of templates the threshold is set anew, to the same false match rate of probes against people, before the true accept
rates are compared.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.evaluation.statistics.verification import threshold_at_fmr

ROUNDS = 1000
"""How often people are drawn for the ranges."""

_SEED = 20180420

_TAIL, _FLOOR = 20, 1000
"""Of the impostors, a draw looks at so many times as many as may match, and some more: its threshold is among them."""

Doubles = NDArray[np.float64]
Places = NDArray[np.int64]

NOT_ENROLLED = -1
"""The owner of a probe whose person is not enrolled."""


@dataclass(frozen=True, slots=True)
class TemplateCountResult:
    """What came of enrolling with a number of templates.

    Attributes:
        threshold: The similarity that the false match rate asks for.
        accepted: (g,), whether each genuine probe reaches it.
        tar: The share that does.
        low: Lower end of the range of `tar` over people.
        high: Upper end.
    """

    threshold: float
    accepted: NDArray[np.bool_]
    tar: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The difference of two true accept rates, on the same probes and the same draws of people.

    Attributes:
        share: By how much the second is higher, -1 to 1.
        low: Lower end of its range over people.
        high: Upper end.
        won: Probes that only the second accepts.
        lost: Probes that only the first accepts.
    """

    share: float
    low: float
    high: float
    won: int
    lost: int


class MultiTemplateComparison:
    """Compares enrolling everybody with one template, with two, and so on, on the same probes.

    The ranges are those of a bootstrap over the people enrolled, in which the threshold is set anew in each draw.

    Args:
        templates: (people, k, size), float32, unit length; the first is the one that is enrolled alone.
        probes: (m, size), likewise.
        owners: (m,), the place of each probe's person among the people, or NOBODY.
        fmr: The false match rate to hold, 0 to 1.
    """

    def __init__(self, templates: NDArray[np.float32], probes: NDArray[np.float32], owners: Places, fmr: float) -> None:
        self._owners, self._fmr = owners, fmr
        self._genuine = np.flatnonzero(owners != NOT_ENROLLED)
        by_template = np.einsum("pkd,md->kmp", templates, probes, optimize=True)
        self._by_count = np.maximum.accumulate(by_template, axis=0)
        self._drawn = _draws(len(templates))
        self._rates: dict[int, Doubles] = {}

    @property
    def genuine(self) -> int:
        """How many genuine comparisons there are."""
        return len(self._genuine)

    @property
    def impostor(self) -> int:
        """How many impostor comparisons there are."""
        return int(self._by_count[0].size) - self.genuine

    def enrolled(self, count: int) -> TemplateCountResult:
        """What came of `count` templates a person."""
        threshold = threshold_at_fmr(self._impostors(count)[0], self._fmr)
        accepted = self._own(count) >= threshold
        low, high = np.quantile(self._drawn_rates(count), (0.025, 0.975))
        return TemplateCountResult(threshold, accepted, float(accepted.mean()), float(low), float(high))

    def gain(self, fewer: int, more: int) -> PairedDifference:
        """What `more` templates bring over `fewer`."""
        first, second = self.enrolled(fewer), self.enrolled(more)
        low, high = np.quantile(self._drawn_rates(more) - self._drawn_rates(fewer), (0.025, 0.975))
        won = int((second.accepted & ~first.accepted).sum())
        lost = int((first.accepted & ~second.accepted).sum())
        return PairedDifference(second.tar - first.tar, float(low), float(high), won, lost)

    def _own(self, count: int) -> Doubles:
        own: Doubles = self._by_count[count - 1][self._genuine, self._owners[self._genuine]].astype(np.float64)
        return own

    def _impostors(self, count: int) -> tuple[Doubles, Places]:
        """Similarities of probes to people who are not theirs, the most similar first, and to whom."""
        similarities = self._by_count[count - 1].astype(np.float64)
        probes, claimed = np.nonzero(np.arange(similarities.shape[1]) != self._owners[:, None])
        order = np.argsort(-similarities[probes, claimed], kind="stable")
        return similarities[probes, claimed][order], claimed[order]

    def _drawn_rates(self, count: int) -> Doubles:
        """(rounds,): the true accept rate among the people of each draw."""
        if count not in self._rates:
            similarities, claimed = self._impostors(count)
            against = np.bincount(claimed, minlength=self._drawn.shape[1])
            highest = slice(_FLOOR + round(_TAIL * self._fmr * len(similarities)))
            thresholds = self._drawn_thresholds(similarities[highest], claimed[highest], self._drawn @ against)
            own, people = self._own(count), self._owners[self._genuine]
            weights = self._drawn[:, people]
            accepted = np.where(own >= thresholds[:, None], weights, 0).sum(axis=1)
            self._rates[count] = accepted / np.maximum(weights.sum(axis=1), 1.0)
        return self._rates[count]

    def _drawn_thresholds(self, similarities: Doubles, claimed: Places, totals: Doubles) -> Doubles:
        """(rounds,): the threshold of each draw, from the most similar impostors and how many comparisons it has."""
        found = np.empty(len(totals))
        for row, (times, total) in enumerate(zip(self._drawn, totals, strict=True)):
            first_refused = int(np.searchsorted(np.cumsum(times[claimed]), self._fmr * total, side="right"))
            found[row] = np.nextafter(similarities[min(first_refused, len(similarities) - 1)], np.inf)
        return found


def _draws(people: int) -> Doubles:
    """(rounds, people): how often each is drawn when as many are drawn as there are."""
    chosen = np.random.default_rng(_SEED).integers(0, people, (ROUNDS, people))
    return np.stack([np.bincount(row, minlength=people) for row in chosen]).astype(np.float64)
