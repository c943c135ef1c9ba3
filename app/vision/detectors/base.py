"""Faces and their 478 landmarks, by MediaPipe's FaceLandmarker.

MediaPipe is imported late: it takes half a second.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.closeable import Closeable
from app.core.faces import Box, Expression, Face, Frame, Image
from app.vision.detectors.mediapipe_graph import mediapipe_vision, native_stderr_to_log, without_graphics_driver

LANDMARKS = 478

MAX_FACES = 32
"""Looked for in a single picture."""

# MediaPipe's blendshapes.
_BROW_INNER_UP, _BROW_OUTER_UP_LEFT, _BROW_OUTER_UP_RIGHT = 3, 4, 5
_BLINK_LEFT, _BLINK_RIGHT, _JAW_OPEN, _SMILE_LEFT, _SMILE_RIGHT = 9, 10, 25, 44, 45

_CROWD_CHECK_EVERY = 10
_CROWD_KEPT_FOR = 30
TILE_SIDES = (1024, 640, 400)
"""Sides of the tiles in which small faces are searched, in pixels. In the last, a face of 65 pixels is found."""

_RELIABLE_SHARE = 0.25
"""A face of at least this share of the searched width is never missed, however near to the limit others are."""


class FaceDetector(Protocol):
    """Finds faces in the frames of one source. Owned by one thread."""

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        """All faces, the largest first.

        Args:
            frame: May be of another size than the one before.
            most: Faces wanted, if fewer than the detector can give.
        """
        ...

    def close(self) -> None:
        """Let go of native objects."""
        ...


class FaceFinder(Protocol):
    """Finds faces in single pictures. Owned by one thread."""

    def find(self, image: Image) -> list[Face]:
        """All faces that can be seen at this size, in any order."""
        ...

    def close(self) -> None:
        """Let go of native objects."""
        ...


class MediaPipeLandmarker:
    """One MediaPipe graph, closed explicitly: left to the interpreter's exit it hangs.

    Args:
        task: The bytes of `face_landmarker.task`.
        faces: The most faces it looks for.
        video: Whether pictures follow each other, so that faces are tracked rather than found anew.
    """

    def __init__(self, task: bytes, faces: int, *, video: bool) -> None:
        vision = mediapipe_vision()
        from mediapipe.tasks.python import BaseOptions

        self._video = video
        self._last_ms = -1
        modes = vision.RunningMode
        with native_stderr_to_log(), without_graphics_driver():
            self._graph = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_buffer=task),
                    running_mode=modes.VIDEO if video else modes.IMAGE,
                    num_faces=faces,
                    # A fifth of a millisecond, and only those who follow a face can make use of it.
                    output_face_blendshapes=video,
                )
            )

    def find(self, image: Image, captured_ns: int = 0) -> list[Face]:
        """All faces, in no order.

        Args:
            image: height × width × 3, uint8, RGB.
            captured_ns: Of frames that follow each other: when it was taken.
        """
        from mediapipe import Image as MediaPipeImage
        from mediapipe import ImageFormat

        picture = MediaPipeImage(image_format=ImageFormat.SRGB, data=image)
        if self._video:
            # Stamps must rise strictly, and two frames may fall into one millisecond.
            self._last_ms = max(self._last_ms + 1, captured_ns // 1_000_000)
            result = self._graph.detect_for_video(picture, self._last_ms)
        else:
            result = self._graph.detect(picture)
        height, width = image.shape[:2]
        faces = [face_from_landmarks(_points(marks, width, height)) for marks in result.face_landmarks]
        if not self._video:
            return faces
        shapes = [[shape.score for shape in shapes] for shapes in result.face_blendshapes]
        return [replace(face, expression=expression(s)) for face, s in zip(faces, shapes, strict=True)]

    def close(self) -> None:
        """Let go of the graph."""
        self._graph.close()


class VideoFaceDetector:
    """Follows faces from frame to frame.

    A graph for several faces searches the whole picture in every frame in which it tracks fewer faces than it could,
    which costs a fifth of the frame. So a graph for one face serves while one person is in view, and the other looks
    every tenth frame whether that is still so (`docs/decisions/0006-single-and-multi-face-detection.md`).

    Args:
        task: The bytes of `face_landmarker.task`.
        max_faces: The most faces reported.
    """

    def __init__(self, task: bytes, max_faces: int) -> None:
        self._one = MediaPipeLandmarker(task, 1, video=True)
        self._several = MediaPipeLandmarker(task, max_faces, video=True) if max_faces > 1 else None
        self._last = self._passed = self._checked = 0
        self._crowd_until = 0

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        """All faces, the largest first; of several, at most those wanted."""
        self._passed += max(frame.id - self._last, 1)
        self._last = frame.id
        crowd = self._passed < self._crowd_until
        if self._several is None or most == 1 or not (crowd or self._passed - self._checked >= _CROWD_CHECK_EVERY):
            return self._one.find(frame.image, frame.captured_ns)
        self._checked = self._passed
        faces = self._several.find(frame.image, frame.captured_ns)
        if len(faces) > 1:
            self._crowd_until = self._passed + _CROWD_KEPT_FOR
        return largest_first(faces)[:most]

    def close(self) -> None:
        """Let go of both graphs."""
        self._one.close()
        if self._several is not None:
            self._several.close()


class PictureFaceDetector(Closeable):
    """Finds faces in single pictures, each on its own.

    MediaPipe's short-range detector sees no face that is less than about a sixth as wide as the picture. Where it found
    none, or one so small that others may be missed, overlapping tiles are searched, ever smaller ones.

    Args:
        finder: Looks at the picture and at the tiles; closed with the detector.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: FaceFinder, max_faces: int = MAX_FACES) -> None:
        self._finder = finder
        self._max_faces = max_faces

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        """All faces, the largest first; at most those wanted."""
        searched = max(frame.width, frame.height)
        faces = self._finder.find(frame.image)
        for side in (side for side in TILE_SIDES if side < searched):
            if faces and min(face.box.width for face in faces) > _RELIABLE_SHARE * searched:
                break
            faces = suppress_duplicates([*faces, *self._in_tiles(frame.image, side)])
            searched = side
        return largest_first(faces)[: self._max_faces][:most]

    def close(self) -> None:
        """Let go of the finder."""
        self._finder.close()

    def _in_tiles(self, image: Image, side: int) -> list[Face]:
        """Faces that lie wholly in one of the tiles."""
        height, width = image.shape[:2]
        found = []
        for y in tile_starts(height, side):
            for x in tile_starts(width, side):
                tile = Box(x, y, min(side, width), min(side, height))
                part = np.ascontiguousarray(image[y : y + side, x : x + side])
                faces = (_shifted(face, x, y) for face in self._finder.find(part))
                found += [face for face in faces if _is_within(face.box, tile)]
        return found


def face_from_landmarks(points: NDArray[np.float32]) -> Face:
    """A face whose box encloses its landmarks.

    Args:
        points: (478, 3), float32, in pixels.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    width, height = high - low
    return Face(Box(float(low[0]), float(low[1]), float(width), float(height)), points)


def expression(shapes: Sequence[float]) -> Expression:
    """What a face does.

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
    """Sorted by the area of their boxes."""
    return sorted(faces, key=lambda face: face.box.area, reverse=True)


def suppress_duplicates(faces: list[Face], overlap: float = 0.4) -> list[Face]:
    """Faces found twice are kept once, as the larger.

    Args:
        faces: In any order.
        overlap: Intersection over union from which two boxes are one face, 0 to 1.
    """
    kept: list[Face] = []
    for face in largest_first(faces):
        if all(face.box.iou(other.box) < overlap for other in kept):
            kept.append(face)
    return kept


def _points(marks: list[object], width: int, height: int) -> NDArray[np.float32]:
    points = np.array([(p.x, p.y, p.z) for p in marks], np.float32)  # type: ignore[attr-defined]
    # MediaPipe gives z in the scale of x.
    return points * np.array([width, height, width], np.float32)


def tile_starts(length: int, side: int) -> list[int]:
    """Where tiles begin along an edge: half a tile apart, the last flush with the end.

    Args:
        length: Of the edge, in pixels.
        side: Of a tile, in pixels.
    """
    last = max(length - side, 0)
    return [*range(0, last, side // 2), last]


def _is_within(box: Box, tile: Box) -> bool:
    return (
        box.x >= tile.x
        and box.y >= tile.y
        and box.x + box.width <= tile.x + tile.width
        and box.y + box.height <= tile.y + tile.height
    )


def _shifted(face: Face, x: int, y: int) -> Face:
    return face_from_landmarks(face.landmarks + np.array([x, y, 0], np.float32))


def scale_frame_down(frame: Frame, longest_side: int | None) -> tuple[Frame, float]:
    """A frame that is no larger than asked for.

    Args:
        frame: Stays as it is.
        longest_side: In pixels; None for as it is.

    Returns:
        The frame, of the same id and time, and by how much the original is larger: 1 where it is the same one.
    """
    scale = max(frame.width, frame.height) / longest_side if longest_side else 1.0
    if scale <= 1:
        return frame, 1.0
    size = round(frame.width / scale), round(frame.height / scale)
    image = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return replace(frame, image=np.asarray(image, np.uint8)), scale


def scale_face_up(face: Face, scale: float) -> Face:
    """A face found in a smaller picture, as it lies in the whole one.

    Args:
        face: In pixels of the smaller picture.
        scale: By how much the whole one is larger.
    """
    if scale == 1:
        return face
    box = Box(*(scale * value for value in (face.box.x, face.box.y, face.box.width, face.box.height)))
    return replace(face, box=box, landmarks=np.asarray(face.landmarks * scale, np.float32))
