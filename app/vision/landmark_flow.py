"""Where faces are a moment after their landmarks were found, without looking for landmarks again."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Face, Frame, Image
from app.vision.alignment import similarity_transform
from app.vision.detectors.base import face_from_landmarks

_WIDTH = 320
"""Of the pictures in which points are followed, in pixels."""

_POINTS = np.array(
    [4, 5, 6, 10, 33, 48, 67, 109, 117, 122, 127, 133, 151, 168, 195, 197, 263, 278, 297, 338, 346, 351, 356, 362]
)
"""Landmarks that expressions hardly move: nose, forehead, temples, cheekbones, corners of the eyes."""

_WINDOW = (11, 11)
_LEVELS = 2
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03)
_MIN_TRACKED_SHARE = 0.75
"""Share of the points that must be found again."""

_MAX_ROUND_TRIP_ERROR = 0.5
"""How far from where it began a point may end when it is followed there and back, in pixels of the small picture."""

_MAX_RMS = 0.04
"""Root mean square distance of the points from where turning, moving and scaling puts them, over the eyes' distance."""

_MIN_CORRELATION = 0.9
"""Correlation of an aligned face with the one before (`docs/decisions/0040-landmark-flow.md`)."""

_THUMBNAIL_SIDE = 28
_LEFT_IRIS, _RIGHT_IRIS = 468, 473


class LandmarkFlow:
    """Moves the landmarks of one picture into pictures shortly after it, by points that are followed there and back.

    Lucas and Kanade 1981, in pyramids (Bouguet 2001), always from the picture in which the landmarks were found, so
    that no error grows from one to the next. Owned by one thread.

    Args:
        frame: In which the landmarks were found.
        faces: Found in it.
    """

    def __init__(self, frame: Frame, faces: Sequence[Face]) -> None:
        self._faces = faces
        self._size = frame.width, frame.height
        self._scale = min(1.0, _WIDTH / frame.width)
        self._before = self._small(frame.image)

    def follow(self, frame: Frame) -> list[Face] | None:
        """The same faces in the same order, or None where one of them could not be followed.

        Args:
            frame: Shortly after.
        """
        if (frame.width, frame.height) != self._size:
            return None
        starts = np.concatenate([face.landmarks[_POINTS, :2] for face in self._faces]).astype(np.float32)
        ends, found = self._followed(self._small(frame.image), starts * self._scale)
        moved = []
        parts = zip(self._faces, *(np.split(part, len(self._faces)) for part in (starts, ends, found)), strict=True)
        for face, start, end, sure in parts:
            one = _moved(face, start[sure], end[sure] / self._scale) if sure.mean() >= _MIN_TRACKED_SHARE else None
            if one is None:
                return None
            moved.append(one)
        return moved

    def _small(self, image: Image) -> NDArray[np.uint8]:
        size = round(self._size[0] * self._scale), round(self._size[1] * self._scale)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if self._scale < 1 else image
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)

    def _followed(
        self, now: NDArray[np.uint8], points: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        start = points.reshape(-1, 1, 2)
        there, seen, _ = cv2.calcOpticalFlowPyrLK(
            self._before, now, start, start.copy(), None, None, _WINDOW, _LEVELS, _STEPS
        )
        back, seen_back, _ = cv2.calcOpticalFlowPyrLK(
            now, self._before, there, there.copy(), None, None, _WINDOW, _LEVELS, _STEPS
        )
        returned = np.linalg.norm((back - start).reshape(-1, 2), axis=1) < _MAX_ROUND_TRIP_ERROR
        found = (seen.ravel() > 0) & (seen_back.ravel() > 0) & returned
        return np.asarray(there.reshape(-1, 2), np.float32), np.asarray(found)


def looks_similar(before: AlignedFace, now: AlignedFace) -> bool:
    """Whether two aligned faces, a moment apart, can be of one person: somebody else differs at once, coarsely.

    Args:
        before: side × side × 3, uint8.
        now: The same.
    """
    one, other = (_centred_luminance(face.image) for face in (before, now))
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return lengths > 0 and float((one * other).sum()) / lengths >= _MIN_CORRELATION


def _centred_luminance(image: Image) -> NDArray[np.float32]:
    """The luminance less its mean, in few pixels."""
    small = cv2.resize(image, (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(grey - grey.mean(), np.float32)


def _moved(face: Face, start: NDArray[np.float32], end: NDArray[np.float32]) -> Face | None:
    matrix = similarity_transform(start, end)
    turn, shift = matrix[:, :2], matrix[:, 2]
    apart = float(np.sqrt(((start @ turn.T + shift - end) ** 2).sum(axis=1).mean()))
    eyes = float(np.linalg.norm(face.landmarks[_LEFT_IRIS, :2] - face.landmarks[_RIGHT_IRIS, :2]))
    if apart > _MAX_RMS * eyes:
        return None
    scale = float(np.hypot(turn[0, 0], turn[1, 0]))
    points = np.column_stack([face.landmarks[:, :2] @ turn.T + shift, face.landmarks[:, 2] * scale])
    return replace(face_from_landmarks(points.astype(np.float32)), track=face.track)
