"""Thresholds, named by the share of strangers that reach them."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class FmrCurve:
    """The relation of similarity and false match rate (FMR) of a model, between measured points.

    Between two points, and beyond the outermost, the logarithm of the FMR is taken as linear in the similarity, which
    is about how the tail of impostor similarities falls.

    Args:
        points: (fmr, threshold) pairs, at least two, by falling fmr and rising threshold.

    Raises:
        ValueError: The points are too few or not in order.
    """

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        if len(points) < 2:
            raise ValueError("at least two points are needed")
        self._exponents = np.array([-math.log10(fmr) for fmr, _ in points])
        self._thresholds = np.array([threshold for _, threshold in points])
        if not (np.all(np.diff(self._exponents) > 0) and np.all(np.diff(self._thresholds) > 0)):
            raise ValueError("points must go from high to low fmr, with rising thresholds")

    def threshold_for(self, fmr: float) -> float:
        """The similarity that a share `fmr` (0 to 1, exclusive) of impostor comparisons reaches."""
        return _interpolate(-math.log10(fmr), self._exponents, self._thresholds)

    def fmr_at(self, similarity: float) -> float:
        """The share of impostor comparisons that reach `similarity`, at most 1; 1 for NaN, which says nothing."""
        return float(10 ** -max(0.0, _interpolate(similarity, self._thresholds, self._exponents)))


def _interpolate(x: float, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """The value at `x` of the broken line through (xs, ys), its outer pieces prolonged."""
    piece = int(np.clip(np.searchsorted(xs, x) - 1, 0, len(xs) - 2))
    share = (x - xs[piece]) / (xs[piece + 1] - xs[piece])
    return float(ys[piece] + share * (ys[piece + 1] - ys[piece]))
