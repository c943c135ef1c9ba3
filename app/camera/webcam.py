"""The source for connected cameras."""

import logging
import sys
from pathlib import Path

import cv2

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.device_listing import ListCameras, find_camera, list_cameras, system_backend
from app.camera.source import SourceInfo, SourceKind
from app.camera.v4l2 import DeviceCondition, examine
from app.camera.video_capture import Capture, OpenCapture, open_capture, retrieve_rgb
from app.core.clock import Clock
from app.core.errors import CameraBusy, CameraDenied, CameraError, CameraLost, CameraNotFound
from app.core.i18n import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

_MAX_UNDECODED = 10
_UNCOMPRESSED_PIXELS = 640 * 480
"""Above this size, USB 2 transmits uncompressed frames only slowly."""

_NO_CAMERA = QT_TRANSLATE_NOOP("errors", "The device “{camera}” is not a camera that delivers pictures.")
_NO_PICTURES = QT_TRANSLATE_NOOP("errors", "The camera “{camera}” is connected but delivers no pictures.")
_NO_PICTURES_HINT = QT_TRANSLATE_NOOP("errors", "Unplug it and plug it in again, or restart the computer.")


class Webcam(BaseSource):
    """A connected camera.

    Args:
        device: Its index, its name, or a part of its name that is unique.
        clock: Timestamps the frames.
        width: Requested width, in pixels; the camera may choose another.
        height: Requested height, in pixels; the camera may choose another.
        capture: Opens the device.
        cameras: Lists the cameras, for their names.
        devices: Directory of the Linux device nodes; None on other systems.
    """

    def __init__(
        self,
        device: int | str,
        clock: Clock,
        *,
        width: int = 640,
        height: int = 480,
        capture: OpenCapture = open_capture,
        cameras: ListCameras = list_cameras,
        devices: Path | None = Path("/dev") if sys.platform == "linux" else None,
    ) -> None:
        super().__init__(str(device), clock)
        self._wanted = device
        self._size = (width, height)
        self._open_capture = capture
        self._cameras = cameras
        self._devices = devices
        self._node: Path | None = None
        self._capture: Capture | None = None
        self._first: CapturedImage | None = None

    def _start(self) -> SourceInfo:
        index = self._index()
        self._node = None if self._devices is None else self._devices / f"video{index}"
        if self._node is not None and not self._node.exists():
            raise CameraNotFound(camera=self._name)
        self._capture = self._open_capture(index, system_backend(), ())
        if not self._capture.isOpened():
            raise self._open_error()
        self._configure(self._capture)
        # A second attempt, because some cameras take longer to start than a read waits.
        self._first = self._take() or self._take()
        if self._first is None:
            raise self._open_error()
        height, width = self._first[0].shape[:2]
        return SourceInfo(SourceKind.WEBCAM, self._name, width, height, self._capture.get(cv2.CAP_PROP_FPS))

    def _next(self) -> CapturedImage:
        shot, self._first = self._first or self._take(), None
        if shot is None:
            raise CameraLost(camera=self._name)
        return shot

    def _skip(self) -> bool:
        if self._first is not None:
            self._first = None
        elif not self._grab():
            raise CameraLost(camera=self._name)
        return True

    def _stop(self) -> None:
        if self._capture is not None:
            self._capture.release()

    def _index(self) -> int:
        """The current index of the camera, which changes if it is connected to another port."""
        if isinstance(self._wanted, int):
            names = {camera.index: camera.name for camera in self._cameras()}
            self._name = names.get(self._wanted, self._name)
            return self._wanted
        camera = find_camera(self._wanted, self._cameras())
        self._name = camera.name
        return camera.index

    def _configure(self, capture: Capture) -> None:
        width, height = self._size
        if width * height > _UNCOMPRESSED_PIXELS:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        # A queue would deliver old frames as if they were new.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def _take(self) -> CapturedImage | None:
        """The next frame that can be decoded; cheap cameras send damaged frames, especially at the start."""
        for _ in range(_MAX_UNDECODED):
            if self._capture is None or not self._grab():
                return None
            taken_ns = self._clock.monotonic_ns()
            image = retrieve_rgb(self._capture)
            if image is not None:
                return image, taken_ns
        return None

    def _grab(self) -> bool:
        # OpenCV repeats the last frame of some cameras after they were disconnected.
        return self._capture is not None and not self._is_disconnected() and self._capture.grab()

    def _is_disconnected(self) -> bool:
        return self._node is not None and not self._node.exists()

    def _open_error(self) -> CameraError:
        """The error that explains why the camera cannot be opened or delivers no frames."""
        self._stop()
        condition = DeviceCondition.UNKNOWN if self._node is None else examine(self._node)
        log.info("camera %s: %s", self._name, condition)
        if condition is DeviceCondition.MISSING:
            return CameraNotFound(camera=self._name)
        if condition is DeviceCondition.NO_CAMERA:
            return CameraNotFound(_NO_CAMERA, camera=self._name)
        if condition is DeviceCondition.DENIED:
            return CameraDenied(camera=self._name)
        if condition is DeviceCondition.BUSY:
            return CameraBusy(camera=self._name)
        return CameraLost(_NO_PICTURES, _NO_PICTURES_HINT, camera=self._name)
