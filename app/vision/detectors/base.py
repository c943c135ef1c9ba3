"""The detector ports, and what all detectors share: face construction, duplicates, tiles and scaling."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Box, Expression, Face, Frame, Image

LANDMARKS = 478
"""Landmarks of a face in MediaPipe's mesh, with both irises."""

MAX_FACES = 100
"""The most faces reported in a single picture."""

TILE_SIDES = (1024, 640, 400)
"""Sides of the tiles in which small faces are searched, in pixels. In the smallest, a face 65 pixels wide is found."""

# Indices of MediaPipe's blendshapes.
_BROW_INNER_UP, _BROW_OUTER_UP_LEFT, _BROW_OUTER_UP_RIGHT = 3, 4, 5
_BLINK_LEFT, _BLINK_RIGHT, _JAW_OPEN, _SMILE_LEFT, _SMILE_RIGHT = 9, 10, 25, 44, 45


class FaceDetector(Protocol):
    """Detects faces in the frames of one source. Owned by one thread."""

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:
        """The faces in a frame, the largest first.

        Args:
            frame: May differ in size from the frame before.
            most: The most faces to return; None for as many as the detector supports.
            least_share: Faces narrower than this share of the widest face may be left out, which can save time.
        """
        ...

    def close(self) -> None:
        """Release native objects."""
        ...


class FaceFinder(Protocol):
    """Detects faces in single pictures. Owned by one thread."""

    def find(self, image: Image) -> list[Face]:
        """The faces that are large enough to be detected at this size, in any order."""
        ...

    def close(self) -> None:
        """Release native objects."""
        ...


def face_from_landmarks(points: NDArray[np.float32]) -> Face:
    """A face whose box encloses its landmarks.

    Args:
        points: (478, 3), float32, in pixels.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    width, height = high - low
    return Face(Box(float(low[0]), float(low[1]), float(width), float(height)), points)


def expression(shapes: Sequence[float]) -> Expression:
    """The expression that blendshapes describe.

    Args:
        shapes: 52 blendshapes in MediaPipe's order, each 0 to 1.
    """
    return Expression(
        blink=min(shapes[_BLINK_LEFT], shapes[_BLINK_RIGHT]),
        smile=min(shapes[_SMILE_LEFT], shapes[_SMILE_RIGHT]),
        jaw_open=shapes[_JAW_OPEN],
        brows_up=max(shapes[_BROW_INNER_UP], min(shapes[_BROW_OUTER_UP_LEFT], shapes[_BROW_OUTER_UP_RIGHT])),
    )


def largest_first(faces: list[Face]) -> list[Face]:
    """Sort faces by the area of their boxes, descending."""
    return sorted(faces, key=lambda face: face.box.area, reverse=True)


def suppress_duplicates(faces: list[Face], overlap: float = 0.4) -> list[Face]:
    """Keep only the largest of the faces that overlap (non-maximum suppression).

    Args:
        faces: In any order.
        overlap: Intersection over union from which two boxes count as one face, 0 to 1.
    """
    kept: list[Face] = []
    for face in largest_first(faces):
        if all(face.box.iou(other.box) < overlap for other in kept):
            kept.append(face)
    return kept


def tile_starts(length: int, side: int) -> list[int]:
    """Where tiles start along an edge: half a tile apart, the last one flush with the end.

    Args:
        length: Length of the edge, in pixels.
        side: Side of a tile, in pixels.
    """
    last = max(length - side, 0)
    return [*range(0, last, side // 2), last]


def scale_frame_down(frame: Frame, longest_side: int | None) -> tuple[Frame, float]:
    """A frame that is not larger than a limit.

    Args:
        frame: Is not changed.
        longest_side: The limit in pixels; None for no limit.

    Returns:
        The frame with the same id and time, and the factor by which the original is larger: 1 if it is not scaled.
    """
    scale = max(frame.width, frame.height) / longest_side if longest_side else 1.0
    if scale <= 1:
        return frame, 1.0
    size = round(frame.width / scale), round(frame.height / scale)
    image = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return replace(frame, image=np.asarray(image, np.uint8)), scale


def scale_face_up(face: Face, scale: float) -> Face:
    """A face that was detected in a scaled-down frame, in pixels of the original.

    Args:
        face: In pixels of the scaled-down frame.
        scale: The factor by which the original is larger.
    """
    if scale == 1:
        return face
    box = Box(*(scale * value for value in (face.box.x, face.box.y, face.box.width, face.box.height)))
    return replace(face, box=box, landmarks=np.asarray(face.landmarks * scale, np.float32))
