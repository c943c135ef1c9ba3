"""How misses rise as false matches fall: the data of ROC and DET plots."""

from dataclasses import dataclass

import numpy as np

from app.matching.histogram import Histogram

_RATES = 10.0 ** np.linspace(-7, 0, 57)
"""Eight a decade."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a ROC or DET plot; of equal length, the lowest false match rate first.

    Attributes:
        fmr: False match rates, 0 to 1: those actually reached.
        fnmr: False non-match rates; a ROC plot shows 1 minus these.
        thresholds: The similarities asked for.
    """

    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]
    thresholds: tuple[float, ...]


def curve_of(genuine: Histogram, impostor: Histogram) -> Curve:
    """The curve of counted similarities, down to the false match rate of one in all impostor comparisons.

    Args:
        genuine: At least one.
        impostor: At least one.
    """
    rates = [rate for rate in _RATES if rate * impostor.total >= 1]
    thresholds = sorted({impostor.threshold_at(rate) for rate in rates}, reverse=True)
    return Curve(
        tuple(impostor.reaching(threshold) / impostor.total for threshold in thresholds),
        tuple(1 - genuine.reaching(threshold) / genuine.total for threshold in thresholds),
        tuple(thresholds),
    )
