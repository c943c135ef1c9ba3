"""Landmark flow: moves detected landmarks into the next frames without another detection.

See `docs/decisions/0040-landmark-flow.md`.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Face, Frame, Image
from app.vision.alignment import similarity_transform
from app.vision.detectors.base import face_from_landmarks
from app.vision.optical_flow import FlowParameters, track_points

_WIDTH = 320
"""Width of the scaled-down frames in which points are tracked, in pixels."""

_POINTS = np.array(
    [4, 5, 6, 10, 33, 48, 67, 109, 117, 122, 127, 133, 151, 168, 195, 197, 263, 278, 297, 338, 346, 351, 356, 362]
)
"""Landmarks that expressions hardly move: nose, forehead, temples, cheekbones, corners of the eyes."""

_PARAMETERS = FlowParameters(window=11, levels=2, iterations=10, epsilon=0.03, max_round_trip_error=0.5)

_MIN_TRACKED_SHARE = 0.75
"""Least share of a face's points that must be tracked."""

_MAX_RMS = 0.04
"""Largest root mean square distance of the tracked points from the fitted similarity transform, as a share of the
distance between the eyes."""

_MIN_CORRELATION = 0.9
"""Least correlation of the aligned face with the detected one (`docs/decisions/0040-landmark-flow.md`)."""

_THUMBNAIL_SIDE = 28
_LEFT_IRIS, _RIGHT_IRIS = 468, 473


class LandmarkFlow:
    """Moves the faces of one detection into frames shortly after it.

    Points are always tracked from the frame of the detection, so that errors do not add up from frame to frame. Owned
    by one thread.

    Args:
        frame: The frame in which the landmarks were detected.
        faces: The faces detected in it.
        aligned: The same faces, aligned.
    """

    def __init__(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> None:
        self._frame = frame
        self._faces = faces
        self._aligned = aligned
        self._scale = min(1.0, _WIDTH / frame.width)

    def move(self, frame: Frame) -> list[Face] | None:
        """The faces where they are in `frame`, in the same order.

        Args:
            frame: A frame shortly after the detection.

        Returns:
            None if a face was lost or the frame has another size.
        """
        if (frame.width, frame.height) != (self._frame.width, self._frame.height):
            return None
        starts = np.concatenate([face.landmarks[_POINTS, :2] for face in self._faces]).astype(np.float32)
        ends, tracked = track_points(self._before, self._small(frame.image), starts * self._scale, _PARAMETERS)
        moved = []
        parts = (np.split(part, len(self._faces)) for part in (starts, ends / self._scale, tracked))
        for face, start, end, is_tracked in zip(self._faces, *parts, strict=True):
            one = (
                _move_face(face, start[is_tracked], end[is_tracked])
                if is_tracked.mean() >= _MIN_TRACKED_SHARE
                else None
            )
            if one is None:
                return None
            moved.append(one)
        return moved

    def looks_similar(self, aligned: Sequence[AlignedFace]) -> bool:
        """Whether each moved face still looks like the detected one.

        Args:
            aligned: The moved faces, aligned, in the order of `move`.
        """
        return all(looks_similar(before, after) for before, after in zip(self._aligned, aligned, strict=True))

    @cached_property
    def _before(self) -> NDArray[np.uint8]:
        return self._small(self._frame.image)

    def _small(self, image: Image) -> NDArray[np.uint8]:
        """The luminance, scaled down to `_WIDTH`."""
        size = round(self._frame.width * self._scale), round(self._frame.height * self._scale)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if self._scale < 1 else image
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def looks_similar(before: AlignedFace, after: AlignedFace) -> bool:
    """Whether two aligned faces, a moment apart, can show one person; another person differs even at low resolution.

    Args:
        before: side × side × 3, uint8, RGB.
        after: The same.
    """
    one, other = (_centred_luminance(face.image) for face in (before, after))
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return lengths > 0 and float((one * other).sum()) / lengths >= _MIN_CORRELATION


def _centred_luminance(image: Image) -> NDArray[np.float32]:
    """The luminance minus its mean, (28, 28) float32."""
    small = cv2.resize(image, (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(grey - grey.mean(), np.float32)


def _move_face(face: Face, start: NDArray[np.float32], end: NDArray[np.float32]) -> Face | None:
    """The face under the similarity transform of its tracked points; None if they do not move like a rigid face."""
    matrix = similarity_transform(start, end)
    turn, shift = matrix[:, :2], matrix[:, 2]
    rms = float(np.sqrt(((start @ turn.T + shift - end) ** 2).sum(axis=1).mean()))
    eyes = float(np.linalg.norm(face.landmarks[_LEFT_IRIS, :2] - face.landmarks[_RIGHT_IRIS, :2]))
    if rms > _MAX_RMS * eyes:
        return None
    scale = float(np.hypot(turn[0, 0], turn[1, 0]))
    points = np.column_stack([face.landmarks[:, :2] @ turn.T + shift, face.landmarks[:, 2] * scale])
    return replace(face_from_landmarks(points.astype(np.float32)), track=face.track)
