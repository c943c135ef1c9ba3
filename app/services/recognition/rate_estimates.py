"""Error rates as they are told: with a range, and with whose faces they were measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.matching.calibration import Curve
from app.matching.rates import Method, Rate
from app.vision.manifest import ThresholdPoint, Thresholds


class Source(StrEnum):
    """Whose faces a rate was measured on."""

    GALLERY = "gallery"
    REFERENCE = "reference"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate, and the range it lies in with 95 % confidence; the names are those of the JSON output.

    Attributes:
        rate: 0 to 1; None where nothing is known.
        low: The range's lower end.
        high: Its upper end.
        source: Measured on whose faces.
        method: How the range over people was found.
        errors: What was counted; 0 where it was not measured here.
        trials: Comparisons it was counted among.
    """

    rate: float | None
    low: float
    high: float
    source: Source
    method: Method
    errors: int = 0
    trials: int = 0


UNKNOWN = Estimate(None, 0.0, 1.0, Source.NOTHING, Method.NOTHING)
"""Nothing was measured."""


def gallery_estimate(rate: Rate) -> Estimate:
    """A rate of the gallery itself."""
    method = rate.by_person.method
    return Estimate(rate.share, rate.low, rate.high, Source.GALLERY, method, rate.errors, rate.trials)


class ReferenceRates:
    """What the model's manifest says of it, for galleries too small to be measured.

    Args:
        thresholds: Of the model.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self.measured_on = thresholds.measured_on
        self._points: Sequence[ThresholdPoint] = thresholds.points

    def strangers(self, fmr: float, templates: float) -> Estimate:
        """The share of strangers taken for a person.

        The manifest's rate is that of one picture compared with one. A person with several templates is reached by any
        of them: at worst as often as by so many strangers' pictures, at best, where the templates are alike, as by one.

        Args:
            fmr: Of the operating point, 0 to 1.
            templates: That a person has on the average, at least 1.
        """
        return Estimate(fmr, fmr, 1 - (1 - fmr) ** max(templates, 1.0), Source.REFERENCE, Method.REFERENCE)

    def misses(self, threshold: float) -> Estimate:
        """The share of genuine comparisons below a threshold, between the measured points linear in it.

        The range is that between the points around it.
        """
        curve = self.curve()
        if not len(curve.thresholds):
            return UNKNOWN
        before = int(np.searchsorted(curve.thresholds, threshold)) - 1
        after = int(np.searchsorted(curve.thresholds, threshold, side="right"))
        low = float(curve.fnmr[before]) if before >= 0 else 0.0
        high = float(curve.fnmr[after]) if after < len(curve.fnmr) else 1.0
        share = float(np.interp(threshold, curve.thresholds, curve.fnmr))
        return Estimate(share, low, high, Source.REFERENCE, Method.REFERENCE)

    def curve(self) -> Curve:
        """The manifest's points; empty where it says nothing of genuine comparisons."""
        points = [(point.threshold, point.fmr, 1 - point.tar) for point in self._points if point.tar is not None]
        return Curve(*np.array(points).reshape(-1, 3).T)
