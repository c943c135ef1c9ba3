"""The source for video files."""

import math
import time
from pathlib import Path

import cv2

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.pacing import Pacer, Sleep
from app.camera.source import SourceInfo, SourceKind
from app.camera.video_capture import Capture, OpenCapture, open_capture, retrieve_rgb
from app.core.clock import Clock
from app.core.errors import CameraLost, CameraNotFound
from app.core.faces import Image
from app.core.i18n import QT_TRANSLATE_NOOP

_USUAL_FPS = 30.0
_NO_FILE = QT_TRANSLATE_NOOP("errors", "There is no video file at “{camera}”.")
_NO_FILE_HINT = QT_TRANSLATE_NOOP("errors", "Check the path, or choose another file.")
_EMPTY = QT_TRANSLATE_NOOP("errors", "The video file “{camera}” is empty.")
_EMPTY_HINT = QT_TRANSLATE_NOOP("errors", "Copy or record it again, or choose another file.")
_NO_VIDEO = QT_TRANSLATE_NOOP(
    "errors", "“{camera}” cannot be played: it is not a video, or it is damaged or cut short."
)
_NO_VIDEO_HINT = QT_TRANSLATE_NOOP("errors", "Choose an MP4, AVI, MKV or WebM file that other programs can play.")


class VideoFile(BaseSource):
    """Plays a video file, with the rotation in its metadata applied.

    Args:
        path: The file.
        clock: Timestamps and paces the frames.
        paced: Whether to deliver frames at the speed of the video, not as fast as they are read.
        loop: Whether to start again at the end; frame numbers continue.
        sleep: Waits, if paced.
        capture: Opens the file.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        paced: bool = True,
        loop: bool = False,
        sleep: Sleep = time.sleep,
        capture: OpenCapture = open_capture,
    ) -> None:
        super().__init__(path.name or str(path), clock)
        self._path = path
        self._paced = paced
        self._loop = loop
        self._sleep = sleep
        self._open_capture = capture
        self._capture: Capture | None = None
        self._first: Image | None = None
        self._pacer = Pacer(_USUAL_FPS, clock, sleep, paced=paced)

    def _start(self) -> SourceInfo:
        self._check_file()
        first = self._rewind()
        fps = _plausible_fps(self._fps())
        self._pacer = Pacer(fps, self._clock, self._sleep, paced=self._paced)
        height, width = first.shape[:2]
        return SourceInfo(SourceKind.VIDEO, self._name, width, height, fps)

    def _next(self) -> CapturedImage | None:
        image = self._decode()
        if image is None and self._loop:
            self._rewind()
            image = self._decode()
        return None if image is None else (image, self._pacer.wait())

    def _skip(self) -> bool:
        if not self._grab():
            if not self._loop:
                return False
            self._rewind()
            self._first = None
        self._pacer.wait()
        return True

    def _stop(self) -> None:
        if self._capture is not None:
            self._capture.release()

    def _check_file(self) -> None:
        path = str(self._path)
        if not self._path.is_file():
            raise CameraNotFound(_NO_FILE, _NO_FILE_HINT, camera=path)
        if self._path.stat().st_size == 0:
            raise CameraLost(_EMPTY, _EMPTY_HINT, camera=path)

    def _rewind(self) -> Image:
        """Open the file again, because seeking to the start is not exact in every container; the first image."""
        self._stop()
        # With a backend given, OpenCV does not read “clip01.mp4” as a numbered series of pictures.
        self._capture = self._open_capture(str(self._path.resolve()), cv2.CAP_FFMPEG, ())
        self._capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        self._first = self._decode()
        if self._first is None:
            raise CameraLost(_NO_VIDEO, _NO_VIDEO_HINT, camera=str(self._path))
        return self._first

    def _decode(self) -> Image | None:
        if self._first is not None:
            image, self._first = self._first, None
            return image
        # FFmpeg itself skips frames that it cannot decode, so a missing frame is the end of the file.
        return retrieve_rgb(self._capture) if self._capture is not None and self._grab() else None

    def _grab(self) -> bool:
        if self._first is not None:
            self._first = None
            return True
        return self._capture is not None and self._capture.isOpened() and self._capture.grab()

    def _fps(self) -> float:
        return 0.0 if self._capture is None else self._capture.get(cv2.CAP_PROP_FPS)


def _plausible_fps(fps: float) -> float:
    """The frame rate of the file, or the usual one if it is implausible, as for variable frame rates."""
    return fps if math.isfinite(fps) and 1.0 <= fps <= 240.0 else _USUAL_FPS
