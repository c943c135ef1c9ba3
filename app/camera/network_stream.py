"""The source for network streams: network cameras, phones, other programs."""

import cv2

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.source import SourceInfo, SourceKind
from app.camera.video_capture import Capture, OpenCapture, open_capture, retrieve_rgb
from app.core.clock import Clock
from app.core.errors import CameraLost, CameraNotFound
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import redact_credentials

TIMEOUT_MS = 5000
"""Longest wait for a response to opening, and between two frames, in milliseconds."""

_MAX_UNDECODED = 30
_NO_ANSWER = QT_TRANSLATE_NOOP("errors", "“{camera}” sends no video.")
_NO_ANSWER_HINT = QT_TRANSLATE_NOOP(
    "errors", "Check the address, user name and password, and whether the camera is on and in the same network."
)


class NetworkStream(BaseSource):
    """A stream that FFmpeg can play: rtsp, http (also MJPEG), rtmp, udp, tcp.

    Args:
        address: With user name and password if needed; these are never shown or logged.
        clock: Timestamps the frames.
        capture: Opens the address.
    """

    def __init__(self, address: str, clock: Clock, *, capture: OpenCapture = open_capture) -> None:
        super().__init__(redact_credentials(address), clock)
        self._address = address
        self._open_capture = capture
        self._capture: Capture | None = None

    def _start(self) -> SourceInfo:
        limits = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT_MS)
        self._capture = self._open_capture(self._address, cv2.CAP_FFMPEG, limits)
        if not self._capture.isOpened():
            raise CameraNotFound(_NO_ANSWER, _NO_ANSWER_HINT, camera=self._name)
        width, height = (int(self._capture.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        return SourceInfo(SourceKind.STREAM, self._name, width, height, self._capture.get(cv2.CAP_PROP_FPS))

    def _next(self) -> CapturedImage:
        for _ in range(_MAX_UNDECODED):
            if self._capture is None or not self._capture.grab():
                break
            taken_ns = self._clock.monotonic_ns()
            image = retrieve_rgb(self._capture)
            if image is not None:
                return image, taken_ns
        raise CameraLost(camera=self._name)

    def _stop(self) -> None:
        if self._capture is not None:
            self._capture.release()
