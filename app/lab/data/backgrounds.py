"""Backgrounds of composite pictures: corners of pictures, or synthetic patterns."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app.lab.data.faces import Images
from app.lab.errors import DataUnusable

_CORNER = 4
"""The side of a corner is the shorter side of the picture over this: small enough to exclude the face in the middle."""

_MOST = 4000
_OCTAVES = (2, 4, 9, 23, 56)
"""Cells along a side, of the layers of a pattern."""


def corner_patches(pictures: Sequence[Path], side: int, most: int = _MOST) -> Images:
    """Return one corner of each picture, all four in turn.

    Args:
        pictures: Pictures whose corners show no faces. Unreadable ones are skipped.
        side: Side of the patches in pixels.
        most: Patches at most, spread evenly over the pictures.

    Returns:
        (n, side, side, 3) uint8, RGB.

    Raises:
        DataUnusable: No picture can be read.
    """
    chosen = [pictures[place] for place in np.linspace(0, len(pictures) - 1, min(len(pictures), most)).astype(int)]
    found = [_corner(path, number % 4, side) for number, path in enumerate(chosen)]
    patches = [patch for patch in found if patch is not None]
    if not patches:
        path = pictures[0].parent if pictures else "–"
        raise DataUnusable(path=path, reason="there is no readable picture to take backgrounds from")
    return np.stack(patches)


def _corner(path: Path, number: int, side: int) -> Images | None:
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    picture = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB) if len(content) else None
    if picture is None:
        return None
    length = max(min(picture.shape[:2]) // _CORNER, 1)
    rows = slice(0, length) if number < 2 else slice(-length, None)
    columns = slice(0, length) if number % 2 == 0 else slice(-length, None)
    return np.asarray(cv2.resize(picture[rows, columns], (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def synthetic_patches(count: int, side: int, seed: int) -> Images:
    """Return smooth patterns of several scales in random colours.

    Args:
        count: Number of patterns.
        side: Side in pixels.
        seed: Seed of the patterns.

    Returns:
        (count, side, side, 3) uint8, RGB.
    """
    random = np.random.default_rng(seed)
    return np.stack([_pattern(random, side) for _ in range(count)])


def _pattern(random: np.random.Generator, side: int) -> Images:
    pattern = np.broadcast_to(random.uniform(30, 225, 3), (side, side, 3)).astype(np.float32)
    for cells in _OCTAVES:
        layer = random.normal(0, random.uniform(0, 30), (cells, cells, 3)).astype(np.float32)
        pattern = pattern + cv2.resize(layer, (side, side), interpolation=cv2.INTER_LINEAR)
    return np.clip(pattern, 0, 255).astype(np.uint8)
