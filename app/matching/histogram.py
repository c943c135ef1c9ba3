"""Similarities counted in bins so fine that thresholds can be read off exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 1 << 16
"""Each is 2/65536 of a cosine wide: 0.00003, a hundredth of what a face differs by from one frame to the next."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each similarity occurred. At the edge of a bin, what is counted is exact.

    Attributes:
        counts: (65536,), over -1 to 1; a similarity on an edge is counted above it.
    """

    counts: Counts

    @classmethod
    def of(cls, similarities: NDArray[np.floating]) -> "Histogram":
        """Count these.

        Args:
            similarities: Of any shape, -1 to 1; what rounding has put outside is counted at the end.
        """
        return cls(bin_counts(similarities))

    @property
    def total(self) -> int:
        """How many were counted."""
        return int(self.counts.sum())

    def reaching(self, threshold: float) -> int:
        """How many are in the bins at and above the first edge that is not below `threshold`."""
        return int(self.counts[edge_of(threshold) :].sum())

    def threshold_at(self, share: float) -> float:
        """The lowest edge that at most a share (0 to 1) of what was counted reaches; 1 where there is none."""
        allowed = np.flatnonzero(self.reaching_edges() <= share * self.counts.sum())
        return float(edges()[allowed[0]]) if len(allowed) else 1.0

    def reaching_edges(self) -> Counts:
        """For each lower edge of a bin, how many reach it: (65536,), falling."""
        return np.cumsum(self.counts[::-1])[::-1]


def bin_counts(similarities: NDArray[np.floating]) -> Counts:
    """(65536,): how many similarities lie in each bin."""
    bins = np.clip((similarities.ravel().astype(np.float64) + 1) * (BINS / 2), 0, BINS - 1)
    return np.bincount(bins.astype(np.int64), minlength=BINS)


def edges() -> NDArray[np.float64]:
    """The lower edge of each bin, (65536,)."""
    return np.arange(BINS, dtype=np.float64) * (2 / BINS) - 1


def edge_of(threshold: float) -> int:
    """The number of the first lower edge that is not below `threshold`, 0 to 65536."""
    return int(np.clip(np.ceil((threshold + 1) * (BINS / 2)), 0, BINS))
