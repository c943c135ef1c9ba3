"""The base class of frame sources: frame numbers, timestamps, opening and closing."""

import logging
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from app.camera.source import SourceInfo
from app.core.clock import Clock
from app.core.errors import CameraLost
from app.core.faces import Frame, Image
from app.core.i18n import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

_CLOSED = QT_TRANSLATE_NOOP("errors", "“{camera}” was closed.")
_CLOSED_HINT = QT_TRANSLATE_NOOP("errors", "Open it again to continue.")

CapturedImage = tuple[Image, int]
"""An image without other references, and the monotonic time of its capture in nanoseconds."""


class BaseSource(ABC):
    """A `FrameSource` without a device: subclasses implement starting, reading the next image, and stopping.

    Args:
        name: Display name, never with a password in it.
        clock: Timestamps the frames.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._info: SourceInfo | None = None
        self._closed = False
        self._last_id = 0
        self._last_ns = -1

    @property
    def name(self) -> str:
        """The display name: of the device, of the file, or the address without its password."""
        return self._name

    def open(self) -> SourceInfo:
        """See `FrameSource.open`; a second call returns the same information."""
        if self._closed:
            raise self._closed_error()
        if self._info is None:
            try:
                self._info = self._start()
            except BaseException:
                self.close()
                raise
            log.info("opened %s", self._info)
        return self._info

    def read(self) -> Frame | None:
        """See `FrameSource.read`.

        Raises:
            CameraLost: It stopped, was closed, or was never opened.
        """
        if self._info is None or self._closed:
            raise self._closed_error()
        shot = self._next()
        return None if shot is None else self._number(*shot)

    def skip_frame(self) -> bool:
        """See `FrameSource.pass_over`.

        Raises:
            CameraLost: It stopped, was closed, or was never opened.
        """
        if self._info is None or self._closed:
            raise self._closed_error()
        self._last_id += 1
        return self._skip()

    def close(self) -> None:
        """See `FrameSource.close`."""
        if not self._closed:
            self._closed = True
            self._stop()

    def __enter__(self) -> Self:
        """Open."""
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _number(self, image: Image, taken_ns: int) -> Frame:
        image.setflags(write=False)
        self._last_id += 1
        # MediaPipe refuses equal timestamps, which a coarse clock gives to two frames read in one tick.
        self._last_ns = max(taken_ns, self._last_ns + 1)
        return Frame(self._last_id, image, self._last_ns)

    def _closed_error(self) -> CameraLost:
        return CameraLost(_CLOSED, _CLOSED_HINT, camera=self._name)

    @abstractmethod
    def _start(self) -> SourceInfo:
        """Open the device; an exception closes the source."""

    @abstractmethod
    def _next(self) -> CapturedImage | None:
        """Wait for the next image; None at the end."""

    def _skip(self) -> bool:
        """Wait for the next image without decoding it if possible; False at the end."""
        return self._next() is not None

    def _stop(self) -> None:
        """Close the device, which may never have been opened."""
        return
