"""Thresholds and the match decision: what a similarity means, and when a candidate is accepted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.match_decision import Match, TemplateFusion, Verdict
from app.core.people import Person


class FmrCurve:
    """The relation of similarity and false match rate (FMR) of a model, interpolated between measured points.

    Between two points, and beyond the outermost ones, the logarithm of the FMR is linear in the similarity, which
    approximates the tail of the distribution of impostor similarities.

    Args:
        points: (fmr, threshold) pairs, at least two, by falling fmr and rising threshold.

    Raises:
        ValueError: There are too few points, or they are not in order.
    """

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        if len(points) < 2:
            raise ValueError("at least two points are needed")
        self._exponents = np.array([-math.log10(fmr) for fmr, _ in points])
        self._thresholds = np.array([threshold for _, threshold in points])
        if not (np.all(np.diff(self._exponents) > 0) and np.all(np.diff(self._thresholds) > 0)):
            raise ValueError("points must go from high to low fmr, with rising thresholds")

    def threshold_for(self, fmr: float) -> float:
        """The similarity that a share `fmr` of impostor comparisons reaches; `fmr` is between 0 and 1, exclusive."""
        return _interpolate(-math.log10(fmr), self._exponents, self._thresholds)

    def fmr_at(self, similarity: float) -> float:
        """The share of impostor comparisons that reach `similarity`, at most 1; 1 for NaN."""
        return float(10 ** -max(0.0, _interpolate(similarity, self._thresholds, self._exponents)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom a probe resembles.

    Attributes:
        person: The person.
        similarity: Comparison score: the cosines to the person's templates, fused.
    """

    person: Person
    similarity: float


@dataclass(frozen=True, slots=True)
class MatchRule:
    """When a candidate is accepted.

    Attributes:
        threshold: Least similarity.
        min_margin: Least difference between the similarities of the best and the second-best person.
        curve: The FMR of a similarity.
        fusion: The comparison score that the threshold and the margin apply to.
    """

    threshold: float
    min_margin: float
    curve: FmrCurve
    fusion: TemplateFusion = TemplateFusion.BEST

    def decide(self, candidates: Sequence[Candidate]) -> Match:
        """Decide on a probe.

        Args:
            candidates: The most similar people, best first; two are enough.
        """
        if not candidates:
            return Match(Verdict.GALLERY_EMPTY, None, -1.0, None, self.threshold, 1.0, self.min_margin)
        best = candidates[0]
        runner_up = candidates[1].similarity if len(candidates) > 1 else None
        if not best.similarity >= self.threshold:  # not `<`, so that NaN is no match
            verdict = Verdict.NO_MATCH
        elif runner_up is not None and best.similarity - runner_up < self.min_margin:
            verdict = Verdict.AMBIGUOUS
        else:
            verdict = Verdict.MATCH
        return self.match(verdict, best, runner_up)

    def match(self, verdict: Verdict, best: Candidate, runner_up: float | None) -> Match:
        """A match with a given verdict, and with the limits and the FMR of this rule.

        Args:
            verdict: The verdict.
            best: The most similar person.
            runner_up: Similarity of the second-best person; None without one.
        """
        fmr = self.curve.fmr_at(best.similarity)
        return Match(verdict, best.person, best.similarity, runner_up, self.threshold, fmr, self.min_margin)


def _interpolate(x: float, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """The value at `x` of the polyline through (xs, ys), extrapolated by its outer segments."""
    piece = int(np.clip(np.searchsorted(xs, x) - 1, 0, len(xs) - 2))
    share = (x - xs[piece]) / (xs[piece + 1] - xs[piece])
    return float(ys[piece] + share * (ys[piece + 1] - ys[piece]))
