"""The port of frame sources, and the detection of virtual cameras by name."""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from app.core.faces import Frame

_VIRTUAL_CAMERAS = (
    r"\bvirtual\b",
    r"\bobs\b",
    r"v4l2 ?loopback",
    r"\bdummy video device\b",
    r"\bloopback\b",
    r"\bmanycam\b",
    r"\bxsplit\b",
    r"\bsnap camera\b",
    r"\bsplitcam\b",
    r"\bcamtwist\b",
    r"\bmmhmm\b",
    r"\be2esoft\b",
    r"\bvcam\b",
    r"\bakvirtualcamera\b",
    r"\bdroidcam\b",
    r"\biriun\b",
    r"\bepoccam\b",
    r"\bivcam\b",
    r"\bunity video capture\b",
    r"\bnvidia broadcast\b",
    r"\bfake\b",
)
_VIRTUAL = re.compile("|".join(_VIRTUAL_CAMERAS), re.IGNORECASE)


class SourceKind(StrEnum):
    """The kind of a source."""

    WEBCAM = "webcam"
    VIDEO = "video"
    STREAM = "stream"
    PICTURES = "pictures"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Properties of an open source.

    Attributes:
        kind: The kind of source.
        name: Display name: of a device or of a file.
        width: Of the frames, in pixels; 0 if frames differ in size.
        height: Of the frames, in pixels; 0 if frames differ in size.
        fps: Nominal frames per second; 0 if there is no such rate.
    """

    kind: SourceKind
    name: str
    width: int
    height: int
    fps: float

    @property
    def live(self) -> bool:
        """Whether the source is a camera or a stream, for which repeated frames and an end are faults."""
        return self.kind in {SourceKind.WEBCAM, SourceKind.STREAM}

    @property
    def virtual(self) -> bool | None:
        """Whether the source is a virtual camera; None if it is not a camera of this machine."""
        return is_virtual(self.name) if self.kind is SourceKind.WEBCAM else None


class FrameSource(Protocol):
    """A source of frames, owned by one thread. It is opened once; to start again, create another.

    As a context manager it is opened on entry and closed on exit. `close` may be called twice.
    """

    def open(self) -> SourceInfo:
        """Open the device, file or stream.

        Raises:
            CameraNotFound: There is no such device, file or stream.
            CameraBusy: Another program uses it.
            CameraDenied: The operating system denies access.
            CameraLost: It exists but delivers no frame.
        """
        ...

    def read(self) -> Frame | None:
        """Wait for the next frame; None at the end of a file or folder.

        A paced source returns frames at the rate of a camera, not as fast as it can.

        Raises:
            CameraLost: The device or stream stopped.
        """
        ...

    def skip_frame(self) -> bool:
        """Skip the next frame, without decoding it if the source can; False at the end.

        The skipped frame has a number, too.

        Raises:
            CameraLost: The device or stream stopped.
        """
        ...

    def close(self) -> None:
        """Close the device. May be called at any time from the owning thread."""
        ...

    def __enter__(self) -> Self:
        """Open."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...


def is_virtual(name: str) -> bool:
    """Whether the name is that of a known virtual camera.

    A virtual camera with a false name is not detected: a user who may install software can show the machine anything.

    Args:
        name: The name as the system lists it.
    """
    return _VIRTUAL.search(name) is not None
