"""Estimates of error rates with confidence intervals and the data they were measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.matching.calibration import Curve
from app.matching.rates import Method, Rate
from app.vision.manifest import ThresholdPoint, Thresholds


class RateSource(StrEnum):
    """Data that a rate was measured on."""

    GALLERY = "gallery"
    REFERENCE = "reference"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate with its 95 % confidence interval; the names are those of the JSON output.

    Attributes:
        rate: The rate, 0 to 1; None if unknown.
        low: Lower end of the interval.
        high: Upper end of the interval.
        source: Data that the rate was measured on.
        method: Method of the interval over people.
        errors: Counted errors; 0 unless measured on the gallery.
        trials: Comparisons among which the errors were counted.
    """

    rate: float | None
    low: float
    high: float
    source: RateSource
    method: Method
    errors: int = 0
    trials: int = 0


UNKNOWN = Estimate(None, 0.0, 1.0, RateSource.NOTHING, Method.NOTHING)
"""Estimate of a rate that was not measured."""


def gallery_estimate(rate: Rate) -> Estimate:
    """Return the estimate of a rate measured on the gallery."""
    method = rate.by_person.method
    return Estimate(rate.share, rate.low, rate.high, RateSource.GALLERY, method, rate.errors, rate.trials)


class ReferenceRates:
    """Error rates from the model's manifest, for galleries too small for a measurement.

    Args:
        thresholds: Measured thresholds of the model.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self.measured_on = thresholds.measured_on
        self._points: Sequence[ThresholdPoint] = thresholds.points

    def strangers(self, fmr: float, templates: float) -> Estimate:
        """Estimate the false match rate per comparison with one enrolled person.

        The manifest's rate is that of one probe and one template. With k templates per person the rate lies between
        that rate (identical templates) and 1 - (1 - fmr)^k (independent templates).

        Args:
            fmr: False match rate of the operating point, 0 to 1.
            templates: Mean number of templates per person, at least 1.
        """
        return Estimate(fmr, fmr, 1 - (1 - fmr) ** max(templates, 1.0), RateSource.REFERENCE, Method.REFERENCE)

    def misses(self, threshold: float) -> Estimate:
        """Estimate the false non-match rate at a threshold, by linear interpolation between measured points.

        The interval spans the neighbouring measured points.
        """
        curve = self.curve()
        if not len(curve.thresholds):
            return UNKNOWN
        before = int(np.searchsorted(curve.thresholds, threshold)) - 1
        after = int(np.searchsorted(curve.thresholds, threshold, side="right"))
        low = float(curve.fnmr[before]) if before >= 0 else 0.0
        high = float(curve.fnmr[after]) if after < len(curve.fnmr) else 1.0
        share = float(np.interp(threshold, curve.thresholds, curve.fnmr))
        return Estimate(share, low, high, RateSource.REFERENCE, Method.REFERENCE)

    def curve(self) -> Curve:
        """Return the manifest's points with a true accept rate; empty without any."""
        points = [(point.threshold, point.fmr, 1 - point.tar) for point in self._points if point.tar is not None]
        return Curve(*np.array(points).reshape(-1, 3).T)
