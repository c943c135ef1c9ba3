"""Histograms of similarities, with bins so narrow that thresholds can be read off them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 1 << 16
"""Each bin is 2/65536 = 0.00003 wide: a hundredth of the difference between two frames of one face."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of similarities. Counts up to the edge of a bin are exact.

    Attributes:
        counts: (65536,), over -1 to 1; a similarity on an edge belongs to the bin above.
    """

    counts: Counts

    @classmethod
    def of(cls, similarities: NDArray[np.floating]) -> "Histogram":
        """The histogram of some similarities.

        Args:
            similarities: Of any shape, -1 to 1; values outside, by rounding, go into the first or last bin.
        """
        return cls(bin_counts(similarities))

    @property
    def total(self) -> int:
        """The number of similarities."""
        return int(self.counts.sum())

    def count_reaching(self, threshold: float) -> int:
        """The number of similarities at or above `threshold`, which is rounded up to the edge of a bin."""
        return int(self.counts[edge_of(threshold) :].sum())

    def threshold_at(self, share: float) -> float:
        """The lowest edge that at most `share` (0 to 1) of the similarities reach; 1 if there is none."""
        allowed = np.flatnonzero(self.reaching_edges() <= share * self.counts.sum())
        return float(edges()[allowed[0]]) if len(allowed) else 1.0

    def reaching_edges(self) -> Counts:
        """For the lower edge of each bin, the number of similarities that reach it: (65536,), falling."""
        return np.cumsum(self.counts[::-1])[::-1]


def bin_counts(similarities: NDArray[np.floating]) -> Counts:
    """The number of similarities in each bin, (65536,)."""
    bins = np.clip((similarities.ravel().astype(np.float64) + 1) * (BINS / 2), 0, BINS - 1)
    return np.bincount(bins.astype(np.int64), minlength=BINS)


def edges() -> NDArray[np.float64]:
    """The lower edge of each bin, (65536,), rising from -1."""
    return np.arange(BINS, dtype=np.float64) * (2 / BINS) - 1


def edge_of(threshold: float) -> int:
    """The index of the lowest edge that is not below `threshold`, 0 to 65536."""
    return int(np.clip(np.ceil((threshold + 1) * (BINS / 2)), 0, BINS))
