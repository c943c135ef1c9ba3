"""The only use of `cv2.VideoCapture`."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import cv2

from app.core.faces import Image

# FFmpeg's messages contain addresses with passwords; failures are raised as errors of this package instead. The
# variable is read when FFmpeg is first used. -8 is AV_LOG_QUIET.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# Seconds to wait for a frame of a Linux webcam, read at the first frame; the default of 10 would delay the exit.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")


class Capture(Protocol):
    """The used part of `cv2.VideoCapture`, so that tests can replace a device."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether frames can be read."""
        ...

    def grab(self) -> bool:
        """Wait for the next frame; False if there is none."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the grabbed frame: (success, height × width × 3 uint8 BGR)."""
        ...

    def get(self, prop: int, /) -> float:
        """Read a property; 0 if the backend does not have it."""
        ...

    def set(self, prop: int, value: float, /) -> bool:
        """Set a property; False if the backend refuses."""
        ...

    def release(self) -> None:
        """Close the device. May be called twice."""
        ...


OpenCapture = Callable[[int | str, int, Sequence[int]], Capture]
"""Opens a capture from (index, path or address; backend; property-value pairs); `isOpened` tells whether it failed."""


def open_capture(target: int | str, backend: int, parameters: Sequence[int]) -> Capture:
    """Open a device, file or address, without messages from OpenCV and FFmpeg on standard error.

    Args:
        target: Index of a device, path of a file, or an address.
        backend: One of `cv2.CAP_…`.
        parameters: Pairs of `cv2.CAP_PROP_…` and value that apply during opening.
    """
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cast("Capture", cv2.VideoCapture(target, backend, list(parameters)))


def retrieve_rgb(capture: Capture) -> Image | None:
    """Decode the grabbed frame.

    Args:
        capture: After a successful `grab`.

    Returns:
        height × width × 3, uint8, RGB, without other references; None if it could not be decoded.
    """
    decoded, bgr = capture.retrieve()
    if not decoded or bgr is None or bgr.size == 0:
        return None
    # In place: OpenCV allocated the array for this frame.
    return cast("Image", cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, dst=bgr))
