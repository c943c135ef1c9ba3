"""The one door to `cv2.VideoCapture`."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import cv2

from app.core.faces import Image

# FFmpeg's messages cite addresses with the passwords in them; what matters is raised as an error of ours. It is read
# when FFmpeg is first used. -8 is AV_LOG_QUIET.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# Seconds to wait for a frame of a Linux webcam, read at the first one; the usual 10 would hold up closing the program.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that is used, so that tests can stand in for a device."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether frames can be asked for."""
        ...

    def grab(self) -> bool:
        """Wait for the next frame; False when there is none."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the frame that was grabbed: (ok, height × width × 3 uint8 BGR)."""
        ...

    def get(self, prop: int, /) -> float:
        """Read a property; 0 where the backend has none."""
        ...

    def set(self, prop: int, value: float, /) -> bool:
        """Set a property; False where the backend refuses."""
        ...

    def release(self) -> None:
        """Let go of the device. May be called twice."""
        ...


OpenCapture = Callable[[int | str, int, Sequence[int]], Capture]
"""(index, path or address; backend; property-value pairs) → a capture, which may not be opened."""


def open_capture(target: int | str, backend: int, parameters: Sequence[int]) -> Capture:
    """Open a device, file or address, without OpenCV's and FFmpeg's own messages on standard error.

    Args:
        target: A device's index, a file's path or an address.
        backend: One of `cv2.CAP_…`.
        parameters: Pairs of `cv2.CAP_PROP_…` and value that apply while it is opened.
    """
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cast("Capture", cv2.VideoCapture(target, backend, list(parameters)))


def retrieve_rgb(capture: Capture) -> Image | None:
    """Decode the frame that was grabbed.

    Returns:
        height × width × 3, uint8, RGB, an array of its own; None where it could not be decoded.
    """
    decoded, bgr = capture.retrieve()
    if not decoded or bgr is None or bgr.size == 0:
        return None
    # In place: the array was made for this frame, and nobody else holds it.
    return cast("Image", cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, dst=bgr))
