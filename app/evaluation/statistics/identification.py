"""Statistics of open-set identification (1:N): rank-1, FPIR and FNIR."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.evaluation.statistics.verification import threshold_at_fmr

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK = 512
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
        nearest: (n,) float64, similarity to the most similar enrolled person, -1 to 1.
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


def identify_open_set(gallery: Floats, probes: Floats, owners: Places) -> OpenSetResult:
    """Search every probe in the gallery.

    Args:
        gallery: (people, size), unit length, one template a person.
        probes: (n, size), unit length, at least one mated and one non-mated.
        owners: (n,), index of each probe's person in the gallery, or `NOT_ENROLLED`.
    """
    nearest, found = np.empty(len(probes)), np.empty(len(probes), np.int64)
    for start in range(0, len(probes), _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarities = probes[rows] @ gallery.T
        found[rows] = similarities.argmax(axis=1)
        nearest[rows] = similarities.max(axis=1)
    return OpenSetResult(nearest, found == owners, owners != NOT_ENROLLED)
