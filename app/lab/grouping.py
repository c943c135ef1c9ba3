"""Which channels share a slope."""

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 50


def group_slopes(slopes: NDArray[np.float32], groups: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Lloyd's k-means over channels, begun at the points that lie furthest from each other; the same every time.

    Args:
        slopes: (channels, layers) of the activations that a channel goes through.
        groups: How many.

    Returns:
        The group of each channel, and the (groups, layers) slopes at the groups' centres.
    """
    points = slopes.astype(np.float64)
    centres = points.mean(axis=0, keepdims=True)
    while len(centres) < min(groups, len(points)):
        centres = np.concatenate([centres, points[[_distances(points, centres).min(axis=1).argmax()]]])
    for _ in range(_ROUNDS):
        nearest = _distances(points, centres).argmin(axis=1)
        centres = np.stack(
            [points[nearest == i].mean(axis=0) if (nearest == i).any() else centres[i] for i in range(len(centres))]
        )
    return nearest.astype(np.int64), centres.astype(np.float32)


def _distances(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = ((points[:, None] - centres[None]) ** 2).sum(axis=-1)
    return squares
