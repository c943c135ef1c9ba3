"""The squares in which small and distant faces are looked for, a few in each frame.

The detector sees no face that is less than about a sixth as wide as what it searches. All squares of a picture at once
would cost as much as several frames; in turn they cost a few milliseconds of each.
"""

from app.core.types import Image
from app.vision.detection import TILES, tile_starts
from app.vision.direct.region import Region

IN_A_FRAME = 4
"""While nobody is in view. A picture of 1280×720 has 26: all are searched within a quarter of a second at 30 frames a
second."""

WHILE_FOLLOWING = 2
"""In every fifth or sixth frame while somebody is in view: the same picture is searched in 2.6 seconds, one of 640×480
in 0.6, for a third of a millisecond a frame."""


class Tiles:
    """Gives the squares in turn, the largest first. Owned by one thread."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._squares: list[Region] = []
        self._next = 0

    def next(self, image: Image, count: int) -> list[Region]:
        """The squares whose turn it is; none where the picture itself is small.

        Args:
            image: height × width × 3.
            count: The most squares.
        """
        size = image.shape[0], image.shape[1]
        if size != self._size:
            self._size, self._squares, self._next = size, squares(*size), 0
        chosen = self._squares[self._next : self._next + count]
        self._next = 0 if self._next + count >= len(self._squares) else self._next + count
        return chosen


def squares(height: int, width: int) -> list[Region]:
    """Every square of a picture of this size, half a side apart.

    Args:
        height: In pixels.
        width: In pixels.
    """
    return [
        Region(x + side / 2, y + side / 2, float(side), 0.0)
        for side in TILES
        if side < max(height, width)
        for y in tile_starts(height, side)
        for x in tile_starts(width, side)
    ]
