"""The rotated squares that the networks take as input, and the tiles in which small faces are searched.

The rules for squares are those of MediaPipe's graphs (`DetectionsToRectsCalculator`, `RectTransformationCalculator`,
`ImageToTensorCalculator`): a square 1.5 times as long as the face, rotated so that the eyes are level.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Box, Image
from app.vision.detectors.base import TILE_SIDES, tile_starts

_MARGIN = 1.5
_EYE_CORNERS = (33, 263)


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square in a picture.

    Attributes:
        x: Horizontal position of the centre, in pixels.
        y: Vertical position of the centre, in pixels.
        side: In pixels.
        angle: Clockwise in the picture, in radians.
    """

    x: float
    y: float
    side: float
    angle: float

    @property
    def width(self) -> float:
        """Width of the face, in pixels."""
        return self.side / _MARGIN

    @property
    def box(self) -> Box:
        """The upright square with the same centre and side."""
        return Box(self.x - self.side / 2, self.y - self.side / 2, self.side, self.side)

    def matrix(self, size: int) -> NDArray[np.float64]:
        """The affine map from positions in a crop of this region to positions in the picture.

        Args:
            size: Side of the crop, in pixels.

        Returns:
            (2, 3): picture = matrix[:, :2] · crop + matrix[:, 2].
        """
        cosine, sine = math.cos(self.angle) * self.side / size, math.sin(self.angle) * self.side / size
        turn = np.array([[cosine, -sine], [sine, cosine]])
        corner = np.array([self.x, self.y]) - turn @ np.array([size / 2, size / 2])
        return np.column_stack([turn, corner])

    def crop(self, image: Image, into: Image, border: int = cv2.BORDER_REPLICATE) -> NDArray[np.float64]:
        """Crop this region into an array.

        Args:
            image: height × width × 3, uint8.
            into: size × size × 3, uint8; overwritten.
            border: OpenCV's border mode outside the picture; by default, the edge pixels are repeated.

        Returns:
            The `matrix` of the crop.
        """
        size = into.shape[0]
        matrix = self.matrix(size)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(image, matrix, (size, size), dst=into, flags=flags, borderMode=border)
        return matrix


def region_around(
    low: NDArray[np.floating], high: NDArray[np.floating], left: NDArray[np.floating], right: NDArray[np.floating]
) -> Region:
    """The region of a face.

    Args:
        low: (2,), upper left corner of the face's box, in pixels.
        high: (2,), lower right corner.
        left: (2,), the eye on the left of the picture.
        right: (2,), the eye on the right of the picture.
    """
    x, y = (low + high) / 2
    side = float(np.max(high - low)) * _MARGIN
    return Region(float(x), float(y), side, math.atan2(float(right[1] - left[1]), float(right[0] - left[0])))


def region_of_landmarks(points: NDArray[np.float32]) -> Region:
    """The region in which to look for the same face in the next frame.

    Args:
        points: (478, 3), in pixels.
    """
    flat = points[:, :2]
    left, right = flat[list(_EYE_CORNERS)]
    return region_around(flat.min(axis=0), flat.max(axis=0), left, right)


TILES_WITHOUT_FACES = 4
"""Tiles searched in a frame while no face is in view. A picture of 1280×720 has 26: all are searched within a quarter
of a second at 30 frames a second."""

TILES_WHILE_TRACKING = 2
"""Tiles searched in every fifth or sixth frame while faces are tracked. All tiles of 1280×720 are searched within
2.6 s, those of 640×480 within 0.6 s, for a third of a millisecond a frame."""


class TileSchedule:
    """Chooses the tiles to search for small and distant faces, a few in each frame. Owned by one thread.

    The detector misses faces that are less than about a sixth as wide as what it searches. Searching all tiles in one
    frame would cost as much as several frames.
    """

    def __init__(self) -> None:
        self._size = (0, 0)
        self._all: list[Region] = []
        self._next = 0

    def next(self, image: Image, count: int) -> list[Region]:
        """The next tiles, from large to small and then from the start; none for a small picture.

        Args:
            image: height × width × 3.
            count: The most tiles.
        """
        size = image.shape[0], image.shape[1]
        if size != self._size:
            self._size, self._all, self._next = size, all_tiles(*size), 0
        chosen = self._all[self._next : self._next + count]
        self._next = 0 if self._next + count >= len(self._all) else self._next + count
        return chosen


def all_tiles(height: int, width: int) -> list[Region]:
    """All tiles of a picture, half a side apart, the largest first.

    Args:
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
    """
    return [
        Region(x + side / 2, y + side / 2, float(side), 0.0)
        for side in TILE_SIDES
        if side < max(height, width)
        for y in tile_starts(height, side)
        for x in tile_starts(width, side)
    ]
