"""Where the channels of a network's tensor lie in the tensor that stands for it.

A network may be written so that what it calculates within is not what the original does, if what follows makes up for
it exactly: channels may be multiplied by a factor that the next convolution divides by, stand twice, or be filled up
with zeros to whole blocks.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

BLOCK = 16
"""Channels that ONNX Runtime's blocked layout takes together, with AVX-512 (with AVX2, 8). A depthwise convolution of
other numbers leaves that layout."""


@dataclass(frozen=True)
class Layout:
    """Channel c of the original is the sum of `factors[j] * stored[j]` over all j with `owners[j] == c`.

    Attributes:
        owners: (stored,), the original channel that each belongs to.
        factors: (stored,), float64; 0 for those that hold zeros.
    """

    owners: NDArray[np.intp]
    factors: NDArray[np.float64]

    @property
    def real(self) -> NDArray[np.bool_]:
        """(stored,), those that hold more than zeros."""
        return np.asarray(self.factors != 0)

    @property
    def is_plain(self) -> bool:
        """Whether what is stored is what the original has."""
        return bool((self.factors == 1).all() and (self.owners == np.arange(len(self.owners))).all())

    @property
    def is_single(self) -> bool:
        """Whether no channel stands twice."""
        owners = self.owners[self.real]
        return len(np.unique(owners)) == len(owners)

    def with_factors(self, factors: NDArray[np.float64]) -> "Layout":
        """The same places, multiplied otherwise; what holds zeros holds them still."""
        return replace(self, factors=np.where(self.real, factors, 0.0))

    def places_for(self, channels: int) -> "Layout | None":
        """The same, with a place for each of more channels among those that hold zeros; None where there are too few.

        Args:
            channels: Of the original.
        """
        new = np.setdiff1d(np.arange(channels), self.owners[self.real])
        free = np.flatnonzero(~self.real)
        if len(new) > len(free):
            return None
        owners, factors = self.owners.copy(), self.factors.copy()
        owners[free[: len(new)]], factors[free[: len(new)]] = new, 1.0
        return Layout(owners, factors)

    def wider(self, stored: int) -> "Layout":
        """The same, with zeros behind.

        Args:
            stored: How many are stored then.
        """
        missing = stored - len(self.owners)
        return Layout(np.pad(self.owners, (0, missing)), np.pad(self.factors, (0, missing)))


def plain(channels: int) -> Layout:
    """Each channel as it is.

    Args:
        channels: Of the original.
    """
    return Layout(np.arange(channels), np.ones(channels))


def whole_blocks(channels: int) -> int:
    """The number of channels, with zeros up to whole blocks.

    Args:
        channels: Of the original.
    """
    return -(-channels // BLOCK) * BLOCK
