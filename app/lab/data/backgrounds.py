"""What can lie around a face: corners of pictures, or patterns that are made up."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app.lab.data.faces import Images
from app.lab.errors import DataUnusable

_CORNER = 4
"""A corner is a square whose side is the picture's shorter one over this: small enough to show no face that the picture
is about."""

_MOST = 4000
_OCTAVES = (2, 4, 9, 23, 56)
"""Cells along a side, of the layers that a pattern is made of."""


def corner_patches(pictures: Sequence[Path], side: int, most: int = _MOST) -> Images:
    """One corner of each picture, all four in turn.

    Args:
        pictures: Of which the corners show no faces. Unreadable ones are passed over.
        side: Of the patches, in pixels.
        most: If there are more pictures, so many are taken, evenly over all.

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
    """Soft patterns of several grains in any colour.

    Args:
        count: How many.
        side: In pixels.
        seed: Of the patterns.

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
