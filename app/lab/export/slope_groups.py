"""Groups of channels that share a PReLU slope."""

import numpy as np
from numpy.typing import NDArray

LANES = 16
"""Channels that integer kernels filter together: a group of another size costs up to half as much again."""

_ROUNDS = 50

Points = NDArray[np.float64]


def group_slopes(
    slopes: NDArray[np.float32], groups: int, *, pinned: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Group channels by Lloyd's k-means, started from the points farthest from each other; deterministic.

    Groups hold a multiple of `LANES` channels if the number of channels is a multiple of it.

    Args:
        slopes: (channels, layers), slopes of the activations that a channel passes.
        groups: Number of groups.
        pinned: Whether the first centre is fixed at zero.

    Returns:
        Group of each channel, (channels,), and slopes at the groups' centres, (groups, layers).
    """
    points = slopes.astype(np.float64)
    centres = np.zeros((1, points.shape[1])) if pinned else points.mean(axis=0, keepdims=True)
    while len(centres) < min(groups, len(points)):
        centres = np.concatenate([centres, points[[_distances(points, centres).min(axis=1).argmax()]]])
    for _ in range(_ROUNDS):
        nearest = _distances(points, centres).argmin(axis=1)
        centres = _group_means(points, nearest, centres, pinned=pinned)
    if len(points) % LANES == 0:
        sizes = _whole_lanes(np.bincount(nearest, minlength=len(centres)))
        nearest = _assign_to_free_places(_distances(points, centres), sizes)
        centres = _group_means(points, nearest, centres, pinned=pinned)
    return nearest.astype(np.int64), centres.astype(np.float32)


def _distances(points: Points, centres: Points) -> Points:
    squares: Points = ((points[:, None] - centres[None]) ** 2).sum(axis=-1)
    return squares


def _group_means(points: Points, nearest: NDArray[np.int64], centres: Points, *, pinned: bool) -> Points:
    """Return the mean of the points of each group; an empty group keeps its centre."""
    moved = [points[nearest == i].mean(axis=0) if (nearest == i).any() else centre for i, centre in enumerate(centres)]
    return np.stack([centres[0] if pinned else moved[0], *moved[1:]])


def _whole_lanes(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nearest multiples of `LANES` with the same sum: the groups cut most get the rest."""
    whole = sizes // LANES
    left = int(sizes.sum()) // LANES - int(whole.sum())
    whole[np.argsort(-(sizes % LANES), kind="stable")[:left]] += 1
    return whole * LANES


def _assign_to_free_places(distances: Points, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Assign each channel to the nearest group with free places; first the channels whose distances differ most."""
    room, group = sizes.copy(), np.zeros(len(distances), np.int64)
    for channel in np.argsort(-np.ptp(distances, axis=1), kind="stable"):
        order = np.argsort(distances[channel], kind="stable")
        group[channel] = next(choice for choice in order if room[choice])
        room[group[channel]] -= 1
    return group
