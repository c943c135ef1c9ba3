"""Search for faces of all sizes in a single picture.

BlazeFace consists of convolutions only. Run on a whole picture instead of squares of 128 pixels, it finds all faces
that are 16 to about 100 pixels wide there; on halved pictures, it finds the larger ones
(`docs/decisions/0046-multi-scale-search.md`).
"""

import math
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Image
from app.vision.detectors.blazeface import SIDE, anchors, detections, merge
from app.vision.detectors.region import Region, region_around
from app.vision.engine.session import Network

MAX_PIXELS = 8_000_000
"""Larger pictures are searched at this size, so that the time is bounded: in 12 megapixels, faces of 20 pixels are
found, in 50 megapixels of 40."""

_WHOLE = 150
"""A picture that is not longer, in pixels, needs no search beside that of the whole picture."""

_CELL = 16
"""The network's coarsest feature map: sides of its input must be multiples of this."""

_TILE = 1024
"""Side of the parts that are searched one after the other, which limits the memory, in pixels."""

_SHARED = 64
"""Pixels that neighbouring parts share: a face wider than that is found at half of the scale, too."""

LEAST_WIDTH = 20
"""Width of the smallest face that the network finds dependably, in pixels of its input."""


class MultiScaleSearch:
    """Finds where faces may be in a single picture. Owned by one thread.

    Args:
        network: BlazeFace with free axes; see `BlazeFace`.
    """

    def __init__(self, network: Network) -> None:
        self._run = network.run_all

    def candidates(self, image: Image, scale: float) -> list[Region]:
        """The regions that look like faces at one scale, by descending score.

        Args:
            image: height × width × 3, uint8, RGB.
            scale: One of `scales`.
        """
        height, width = (max(round(length * scale), 1) for length in image.shape[:2])
        small = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        parts = product(_spans(height), _spans(width))
        found = [self._in_part(small[rows, columns], columns.start, rows.start) for rows, columns in parts]
        points, scores = (np.concatenate(values) for values in zip(*found, strict=True))
        return [region_around(p[0], p[1], p[2], p[3]) for p in merge(points, scores) * (SIDE / scale)]

    def _in_part(self, part: Image, x: int, y: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        height, width = part.shape[:2]
        padded = np.zeros((1, _padded(height), _padded(width), 3), np.uint8)
        padded[0, :height, :width] = part
        boxes, logits = self._run(padded)
        points, scores = detections(boxes[0], logits[0, :, 0], anchors(*padded.shape[1:3]))
        return points + np.array([x / SIDE, y / SIDE], np.float32), scores


def scales(image: Image) -> list[float]:
    """The scales to search beside the whole picture at 128 pixels, ascending by factors of two."""
    height, width = image.shape[:2]
    scale = min(1.0, math.sqrt(MAX_PIXELS / (height * width)))
    descending = []
    while scale * max(height, width) > _WHOLE:
        descending.append(scale)
        scale /= 2
    return descending[::-1]


def _spans(length: int) -> list[slice]:
    """Equal parts of an edge, each overlapping the next."""
    own = max(length - _SHARED, 1)
    step = math.ceil(own / math.ceil(own / (_TILE - _SHARED)))
    return [slice(start, min(start + step + _SHARED, length)) for start in range(0, own, step)]


def _padded(length: int) -> int:
    return max(-(-length // _CELL) * _CELL, SIDE)
