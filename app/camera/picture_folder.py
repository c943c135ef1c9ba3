"""The source for a folder of pictures."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.pacing import Pacer, Sleep
from app.camera.picture_file import SUFFIXES, read_picture
from app.camera.source import SourceInfo, SourceKind
from app.core.clock import Clock
from app.core.errors import CameraDenied, CameraNotFound, ImageError
from app.core.faces import Image
from app.core.i18n import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

_FPS = 10.0
_NO_FOLDER = QT_TRANSLATE_NOOP("errors", "There is no folder or picture at “{camera}”.")
_NO_FOLDER_HINT = QT_TRANSLATE_NOOP("errors", "Check the path, or choose another folder.")
_DENIED = QT_TRANSLATE_NOOP("errors", "This user may not read the folder “{camera}”.")
_DENIED_HINT = QT_TRANSLATE_NOOP("errors", "Give this user read access, or choose another folder.")
_NO_PICTURES = QT_TRANSLATE_NOOP("errors", "The folder “{camera}” has no pictures.")
_NONE_READABLE = QT_TRANSLATE_NOOP("errors", "None of the pictures in “{camera}” can be read.")
_PICTURES_HINT = QT_TRANSLATE_NOOP("errors", "Put JPEG, PNG, WebP, BMP or TIFF files into it.")


class PictureFolder(BaseSource):
    """The pictures of a folder in the order of their names, or one picture.

    If paced, each picture is repeated at 10 frames per second, like a person who holds still; otherwise each is
    delivered once, without waiting. Unreadable pictures are logged and skipped. Frames may differ in size.

    Args:
        path: A folder or a single picture.
        clock: Timestamps and paces the frames.
        paced: See above.
        seconds_each: Duration of each picture if paced, in seconds.
        sleep: Waits, if paced.
    """

    def __init__(
        self, path: Path, clock: Clock, *, paced: bool = True, seconds_each: float = 3.0, sleep: Sleep = time.sleep
    ) -> None:
        super().__init__(path.name or str(path), clock)
        self._path = path
        self._repeats = max(1, round(seconds_each * _FPS)) if paced else 1
        self._pacer = Pacer(_FPS, clock, sleep, paced=paced)
        self._fps = _FPS if paced else 0.0
        self._images: Iterator[Image] = iter(())
        self._image: Image | None = None
        self._shown = 0

    def _start(self) -> SourceInfo:
        files = self._files()
        if not files:
            raise CameraNotFound(_NO_PICTURES, _PICTURES_HINT, camera=str(self._path))
        self._images = _readable(files)
        self._image = next(self._images, None)
        if self._image is None:
            raise CameraNotFound(_NONE_READABLE, _PICTURES_HINT, camera=str(self._path))
        return SourceInfo(SourceKind.PICTURES, self._name, 0, 0, self._fps)

    def _next(self) -> CapturedImage | None:
        if self._shown == self._repeats:
            self._image, self._shown = next(self._images, None), 0
        if self._image is None:
            return None
        self._shown += 1
        return self._image, self._pacer.wait()

    def _files(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        if not self._path.is_dir():
            raise CameraNotFound(_NO_FOLDER, _NO_FOLDER_HINT, camera=str(self._path))
        try:
            return sorted(path for path in self._path.iterdir() if _is_picture(path))
        except PermissionError as error:
            raise CameraDenied(_DENIED, _DENIED_HINT, camera=str(self._path)) from error


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _readable(files: list[Path]) -> Iterator[Image]:
    for path in files:
        try:
            image = read_picture(path)
        except ImageError as error:
            log.warning("skipped: %s", error)
        else:
            yield image
