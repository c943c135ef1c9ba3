"""Scalar quantizer: 4-bit codes for single values, by 16 levels along every direction."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

LEVELS = 16
"""The number of levels that 4 bits can tell apart."""

_ROUNDS = 30
"""Iterations of Lloyd's algorithm."""


def fit_levels(sample: Vectors) -> Vectors:
    """The levels that quantise a sample with the least squared error along every direction.

    Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28(2), 1982.

    Args:
        sample: (n, size), n of at least 16.

    Returns:
        (size, 16), rising along every direction.
    """
    ordered = np.sort(sample.astype(np.float64), axis=0)
    return np.stack([_levels_along(values) for values in ordered.T]).astype(np.float32)


def encode(vectors: Vectors, levels: Vectors) -> NDArray[np.uint8]:
    """Encode each value as the number of the nearest level.

    Args:
        vectors: (n, size).
        levels: (size, 16), from `fit_levels`.

    Returns:
        (n, (size + 1) // 2): two codes per byte, the first in the lower half.
    """
    size = vectors.shape[1]
    codes = np.zeros((len(vectors), size + size % 2), np.uint8)
    bounds = (levels[:, 1:] + levels[:, :-1]) / 2
    for direction in range(size):
        codes[:, direction] = np.searchsorted(bounds[direction], vectors[:, direction])
    packed: NDArray[np.uint8] = codes[:, ::2] | codes[:, 1::2] << 4
    return packed


def _levels_along(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The levels for values in rising order, (16,)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.linspace(0, len(values), LEVELS + 1).astype(np.int64)
    levels = np.diff(sums[ends]) / np.diff(ends)
    for _ in range(_ROUNDS):
        ends[1:-1] = np.searchsorted(values, (levels[1:] + levels[:-1]) / 2)
        counts = np.diff(ends)
        levels = np.where(counts > 0, np.diff(sums[ends]) / np.maximum(counts, 1), levels)
    return levels
