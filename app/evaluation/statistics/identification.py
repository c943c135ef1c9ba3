"""Who somebody is, among those who are enrolled, when they may be nobody of these (open-set identification)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.evaluation.statistics.verification import threshold_at_fmr

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK = 512
NOT_ENROLLED = -1


@dataclass(frozen=True, slots=True)
class OpenSetPoint:
    """What a threshold does; the terms are those of ISO/IEC 19795-1.

    Attributes:
        threshold: The similarity asked for.
        fpir: False positive identification rate: probes of strangers to whom somebody enrolled is at least as similar.
        fnir: False negative identification rate: probes of the enrolled whose own person is not the most similar, or
            not similar enough.
    """

    threshold: float
    fpir: float
    fnir: float


@dataclass(frozen=True, slots=True)
class OpenSetResult:
    """What came of looking for probes.

    Attributes:
        nearest: (n,) float64: to the most similar of the enrolled, -1 to 1.
        right: (n,) bool: whether that is the probe's own person.
        enrolled: (n,) bool: whether the probe's person is enrolled at all.
    """

    nearest: NDArray[np.float64]
    right: NDArray[np.bool_]
    enrolled: NDArray[np.bool_]

    @property
    def rank_one(self) -> float:
        """Share of the probes of the enrolled whose most similar person is their own, whatever the similarity."""
        return float(self.right[self.enrolled].mean())

    def identified_at(self, threshold: float) -> NDArray[np.bool_]:
        """(probes of the enrolled,): whose own person is the most similar, and similar enough."""
        return (self.right & (self.nearest >= threshold))[self.enrolled]

    def at(self, fpir: float) -> OpenSetPoint:
        """The lowest threshold that at most a share `fpir` of the strangers' probes reaches."""
        strangers = self.nearest[~self.enrolled]
        threshold = threshold_at_fmr(strangers, fpir)
        reached = float((strangers >= threshold).mean())
        return OpenSetPoint(threshold, reached, 1 - float(self.identified_at(threshold).mean()))


def identify_open_set(gallery: Floats, probes: Floats, owners: Places) -> OpenSetResult:
    """Look for every probe.

    Args:
        gallery: (people, size), unit length: a template of each.
        probes: (n, size), unit length, of at least one enrolled person and one stranger.
        owners: (n,): the place of each probe's person in the gallery, or `NOBODY`.
    """
    nearest, who = np.empty(len(probes)), np.empty(len(probes), np.int64)
    for start in range(0, len(probes), _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarities = probes[rows] @ gallery.T
        who[rows] = similarities.argmax(axis=1)
        nearest[rows] = similarities.max(axis=1)
    return OpenSetResult(nearest, who == owners, owners != NOT_ENROLLED)
