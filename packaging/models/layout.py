"""Layout of the channels of an original tensor in the stored tensor.

A rewritten network may store other values than the original if the next layer compensates exactly: channels may be
scaled by a factor that the next convolution divides by, be duplicated, or be padded with zeros to whole blocks.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

BLOCK = 16
"""Block size of ONNX Runtime's NCHWc layout with AVX-512 (8 with AVX2). A depthwise convolution with another number of
channels leaves the layout."""


@dataclass(frozen=True)
class Layout:
    """Channel c of the original is the sum of `factors[j] * stored[j]` over all j with `owners[j] == c`.

    Attributes:
        owners: (stored,), original channel of each stored channel.
        factors: (stored,), float64; 0 for padding.
    """

    owners: NDArray[np.intp]
    factors: NDArray[np.float64]

    @property
    def real(self) -> NDArray[np.bool_]:
        """(stored,) bool, False for padding."""
        return np.asarray(self.factors != 0)

    @property
    def is_plain(self) -> bool:
        """Whether the stored tensor equals the original."""
        return bool((self.factors == 1).all() and (self.owners == np.arange(len(self.owners))).all())

    @property
    def is_single(self) -> bool:
        """Whether no channel is duplicated."""
        owners = self.owners[self.real]
        return len(np.unique(owners)) == len(owners)

    def with_factors(self, factors: NDArray[np.float64]) -> "Layout":
        """Return the layout with other factors; padding stays zero."""
        return replace(self, factors=np.where(self.real, factors, 0.0))

    def places_for(self, channels: int) -> "Layout | None":
        """Return the layout with more channels in place of padding; None if there is too little padding.

        Args:
            channels: Number of original channels.
        """
        new = np.setdiff1d(np.arange(channels), self.owners[self.real])
        free = np.flatnonzero(~self.real)
        if len(new) > len(free):
            return None
        owners, factors = self.owners.copy(), self.factors.copy()
        owners[free[: len(new)]], factors[free[: len(new)]] = new, 1.0
        return Layout(owners, factors)

    def wider(self, stored: int) -> "Layout":
        """Return the layout with padding appended.

        Args:
            stored: New number of stored channels.
        """
        missing = stored - len(self.owners)
        return Layout(np.pad(self.owners, (0, missing)), np.pad(self.factors, (0, missing)))


def plain(channels: int) -> Layout:
    """Return the identity layout.

    Args:
        channels: Number of original channels.
    """
    return Layout(np.arange(channels), np.ones(channels))


def whole_blocks(channels: int) -> int:
    """Return a layout padded with zeros to whole blocks.

    Args:
        channels: Number of original channels.
    """
    return -(-channels // BLOCK) * BLOCK
