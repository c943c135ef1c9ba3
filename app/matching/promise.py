"""The promise per visitor: of so many strangers who try, one is accepted.

The false positive identification rate (FPIR, ISO/IEC 19795-1:2021) of a stranger's whole transaction follows from the
false match rate (FMR) of one comparison with one person, since a stranger is compared with everyone in each attempt:

    FPIR = 1 - (1 - FMR)^(people · attempts)

Attempts of one stranger resemble each other, so counting them as independent is on the safe side. Measured against
strangers: `facelatch evaluate promise`, `docs/evaluation/promise.md`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.match_decision import TemplateFusion
from app.matching.threshold import FmrCurve

_OFFSETS = {TemplateFusion.BEST: 0.022, TemplateFusion.BEST_AND_MEAN: 0.014}
"""Rise of the threshold at the same FMR for each unit of the natural logarithm of a person's number of templates."""

_STEPS = 40
"""Bisections: they find a threshold to within 1e-11."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a stranger meets.

    Attributes:
        people: Number of enrolled people by their number of templates.
        attempts: Attempts until the lockout, at least 1.
        fusion: The comparison score.
    """

    people: Mapping[int, int]
    attempts: int = 1
    fusion: TemplateFusion = TemplateFusion.BEST_AND_MEAN

    @property
    def size(self) -> int:
        """The number of enrolled people."""
        return sum(self.people.values())


@dataclass(frozen=True, slots=True)
class Promise:
    """What a threshold holds for one gallery; the names are those of the JSON output.

    Attributes:
        one_in: Of this many strangers who try, one is accepted, as requested; None if the threshold was not chosen so.
        held: The same, as the threshold holds it; less than `one_in` where the data about the model do not suffice.
        threshold: Similarity required.
        fnir: Share of attempts of enrolled people that are rejected (FNIR), measured with one template each; an upper
            bound for people with several. None if unknown.
        people: Enrolled people.
        templates: Mean number of templates of a person.
        attempts: Attempts until the lockout.
    """

    one_in: int | None
    held: float
    threshold: float
    fnir: float | None
    people: int
    templates: float
    attempts: int

    @property
    def is_held(self) -> bool:
        """Whether the threshold holds what was requested."""
        return self.one_in is None or self.held >= self.one_in * (1 - 1e-9)


class PromiseModel:
    """Relates the promise per visitor to the threshold, for one embedding model.

    Args:
        curve: FMR of a comparison with one template by threshold.
        comparisons: Impostor comparisons behind the curve. No FMR below three in so many is promised: with none
            observed, that is the upper end of its 95 % interval (rule of three).
        misses: Pairs (threshold, FNMR) by rising threshold; empty if unknown.
    """

    def __init__(self, curve: FmrCurve, comparisons: int, misses: tuple[tuple[float, float], ...] = ()) -> None:
        self._curve = curve
        self._least_fmr = 3 / comparisons
        self._misses = misses

    def fpir(self, threshold: float, transaction: Transaction) -> float:
        """The share of strangers who are accepted within a transaction, 0 to 1.

        Args:
            threshold: Similarity required.
            transaction: What the strangers meet.
        """
        slope = _OFFSETS[transaction.fusion]
        exponent = 0.0
        for templates, people in transaction.people.items():
            fmr = self._curve.fmr_at(threshold - slope * math.log(templates))
            exponent += people * (math.log1p(-fmr) if fmr < 1 else -math.inf)
        return -math.expm1(exponent * transaction.attempts)

    def best_fpir(self, transaction: Transaction) -> float:
        """The least FPIR that the data about the model allow to promise, 0 to 1.

        Args:
            transaction: What the strangers meet.
        """
        return -math.expm1(transaction.size * transaction.attempts * math.log1p(-self._least_fmr))

    def keep(self, one_in: int, transaction: Transaction) -> Promise:
        """Choose the threshold for a promise.

        Args:
            one_in: Of this many strangers who try, one may be accepted; at least 2.
            transaction: What the strangers meet.

        Returns:
            The promise as far as it can be held. The threshold for an empty gallery is that for one person.
        """
        met = transaction if transaction.size else Transaction({1: 1}, transaction.attempts, transaction.fusion)
        wanted = max(1 / one_in, self.best_fpir(met))
        return self._promise(one_in, self._threshold_for(wanted, met), 1 / wanted, transaction)

    def describe(self, threshold: float, transaction: Transaction) -> Promise:
        """State what a given threshold holds.

        Args:
            threshold: Similarity required.
            transaction: What the strangers meet.
        """
        met = transaction if transaction.size else Transaction({1: 1}, transaction.attempts, transaction.fusion)
        rate = max(self.fpir(threshold, met), self.best_fpir(met))
        return self._promise(None, threshold, 1 / rate, transaction)

    def _threshold_for(self, fpir: float, transaction: Transaction) -> float:
        low, high = -1.0, 2.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.fpir(middle, transaction) > fpir else (low, middle)
        return high

    def _promise(self, one_in: int | None, threshold: float, held: float, transaction: Transaction) -> Promise:
        size = transaction.size
        templates = sum(count * people for count, people in transaction.people.items()) / size if size else 0.0
        return Promise(one_in, held, threshold, self._fnir(threshold), size, templates, transaction.attempts)

    def _fnir(self, threshold: float) -> float | None:
        if not self._misses:
            return None
        below = [pair for pair in self._misses if pair[0] <= threshold] or [self._misses[0]]
        above = [pair for pair in self._misses if pair[0] > threshold] or [self._misses[-1]]
        (left, low), (right, high) = below[-1], above[0]
        return low if right <= left else low + (high - low) * (threshold - left) / (right - left)
