"""Face detection by MediaPipe's FaceLandmarker graph.

MediaPipe is imported on first use: the import takes half a second.
"""

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Face, Frame, Image
from app.vision.detectors.base import expression, face_from_landmarks, largest_first

log = logging.getLogger(__name__)

_CROWD_CHECK_INTERVAL = 10
"""Frames between two searches for further faces while one face is in view."""

_CROWD_FRAMES = 30
"""Frames for which several faces are searched after several were found."""

_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")
"""Modules that MediaPipe imports and that are not used here. matplotlib serves a plotting function of
`mediapipe.tasks.python.vision.drawing_utils`, and takes half of MediaPipe's own import time and 40 MB. sounddevice
records sound, and searches for sound cards when it is imported."""

_DRIVERS = "__EGL_VENDOR_LIBRARY_FILENAMES"
"""The environment variable in which libglvnd looks for graphics drivers when it is first used."""

_redirect_lock = threading.Lock()


class MediaPipeLandmarker:
    """One MediaPipe graph. It must be closed: otherwise the interpreter hangs at exit.

    Args:
        task: The bytes of `face_landmarker.task`.
        faces: The most faces it searches for.
        video: Whether the pictures are consecutive frames, in which the graph tracks faces.
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
                    # Blendshapes take 0.2 ms, and only challenges use them.
                    output_face_blendshapes=video,
                )
            )

    def find(self, image: Image, captured_ns: int = 0) -> list[Face]:
        """The faces in an image, in any order.

        Args:
            image: height × width × 3, uint8, RGB.
            captured_ns: Capture time in nanoseconds; used with `video` only.
        """
        from mediapipe import Image as MediaPipeImage
        from mediapipe import ImageFormat

        picture = MediaPipeImage(image_format=ImageFormat.SRGB, data=image)
        if self._video:
            # Timestamps must rise strictly, and two frames may fall into one millisecond.
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
        """Close the graph."""
        self._graph.close()


class VideoFaceDetector:
    """Detects and tracks faces in consecutive frames.

    A graph for several faces searches the whole frame whenever it tracks fewer faces than it may, which costs a fifth
    of the frame time. Therefore a graph for one face runs while one person is in view, and the other graph checks
    every tenth frame for further faces (`docs/decisions/0006-single-and-multi-face-detection.md`).

    Args:
        task: The bytes of `face_landmarker.task`.
        max_faces: The most faces reported.
    """

    def __init__(self, task: bytes, max_faces: int) -> None:
        self._one = MediaPipeLandmarker(task, 1, video=True)
        self._several = MediaPipeLandmarker(task, max_faces, video=True) if max_faces > 1 else None
        self._last = self._passed = self._checked = 0
        self._crowd_until = 0

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:  # noqa: ARG002 - finds prominent faces only
        """See `FaceDetector.detect`."""
        self._passed += max(frame.id - self._last, 1)
        self._last = frame.id
        crowd = self._passed < self._crowd_until
        if self._several is None or most == 1 or not (crowd or self._passed - self._checked >= _CROWD_CHECK_INTERVAL):
            return self._one.find(frame.image, frame.captured_ns)
        self._checked = self._passed
        faces = self._several.find(frame.image, frame.captured_ns)
        if len(faces) > 1:
            self._crowd_until = self._passed + _CROWD_FRAMES
        return largest_first(faces)[:most]

    def close(self) -> None:
        """Close both graphs."""
        self._one.close()
        if self._several is not None:
            self._several.close()


def _points(marks: list[object], width: int, height: int) -> NDArray[np.float32]:
    points = np.array([(p.x, p.y, p.z) for p in marks], np.float32)  # type: ignore[attr-defined]
    # MediaPipe gives z in the scale of x.
    return points * np.array([width, height, width], np.float32)


def mediapipe_vision() -> Any:
    """The module `mediapipe.tasks.python.vision`, imported on first use."""
    with _stubbed_modules(_UNUSED):
        from mediapipe.tasks.python import vision
    return vision


@contextmanager
def without_graphics_driver() -> Iterator[None]:
    """Hide the graphics drivers from libraries that first look for them inside the block.

    Each MediaPipe graph creates a drawing context even if it runs on the CPU. That loads the driver and, without
    graphics hardware, LLVM: 70 MB and eight threads.
    """
    before = os.environ.get(_DRIVERS)
    os.environ[_DRIVERS] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ[_DRIVERS]
        else:
            os.environ[_DRIVERS] = before


@contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Send what native code writes to standard error inside the block to the log, at DEBUG.

    MediaPipe's graphs print warnings while they start, before their logging is initialised, and no switch turns them
    off. The file descriptor belongs to the whole process, so keep the block short.
    """
    with _redirect_lock, tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        original = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(original, 2)
            os.close(original)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                log.debug("native: %s", line)


@contextmanager
def _stubbed_modules(names: tuple[str, ...]) -> Iterator[None]:
    """Put empty modules in place of those that are not imported yet, for the length of the block."""
    stand_ins = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
