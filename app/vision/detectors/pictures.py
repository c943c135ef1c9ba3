"""Face detection in single pictures of any size."""

import numpy as np

from app.core.closeable import Closeable
from app.core.faces import Box, Face, Frame, Image
from app.vision.detectors.base import (
    MAX_FACES,
    TILE_SIDES,
    FaceFinder,
    face_from_landmarks,
    largest_first,
    suppress_duplicates,
    tile_starts,
)

_RELIABLE_SHARE = 0.25
"""A face at least this wide, as a share of the searched width, is never missed beside larger ones."""


class PictureFaceDetector(Closeable):
    """Detects faces in single pictures, each on its own.

    MediaPipe's short-range detector misses faces that are less than about a sixth as wide as the picture. If it finds
    no face, or one so small that others may be missed, overlapping tiles of decreasing size are searched.

    Args:
        finder: Searches the picture and the tiles; closed together with the detector.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: FaceFinder, max_faces: int = MAX_FACES) -> None:
        self._finder = finder
        self._max_faces = max_faces

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        """See `FaceDetector.detect`."""
        searched = max(frame.width, frame.height)
        faces = self._finder.find(frame.image)
        for side in (side for side in TILE_SIDES if side < searched):
            if faces and min(face.box.width for face in faces) > _RELIABLE_SHARE * searched:
                break
            faces = suppress_duplicates([*faces, *self._in_tiles(frame.image, side)])
            searched = side
        return largest_first(faces)[: self._max_faces][:most]

    def close(self) -> None:
        """Close the finder."""
        self._finder.close()

    def _in_tiles(self, image: Image, side: int) -> list[Face]:
        """The faces that lie entirely inside one of the tiles."""
        height, width = image.shape[:2]
        found = []
        for y in tile_starts(height, side):
            for x in tile_starts(width, side):
                tile = Box(x, y, min(side, width), min(side, height))
                part = np.ascontiguousarray(image[y : y + side, x : x + side])
                faces = (_shift(face, x, y) for face in self._finder.find(part))
                found += [face for face in faces if _is_within(face.box, tile)]
        return found


def _is_within(box: Box, tile: Box) -> bool:
    return (
        box.x >= tile.x
        and box.y >= tile.y
        and box.x + box.width <= tile.x + tile.width
        and box.y + box.height <= tile.y + tile.height
    )


def _shift(face: Face, x: int, y: int) -> Face:
    return face_from_landmarks(face.landmarks + np.array([x, y, 0], np.float32))
