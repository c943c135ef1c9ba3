"""The port through which every frame enters the program."""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from app.core.faces import Frame


class SourceKind(StrEnum):
    """What a source is, as far as others must know."""

    WEBCAM = "webcam"
    VIDEO = "video"
    STREAM = "stream"
    PICTURES = "pictures"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What an open source says of itself.

    Attributes:
        kind: What it is.
        name: For people: a device's name, a file's name.
        width: Of its frames, in pixels; 0 where frames differ in size.
        height: Of its frames, in pixels; 0 where frames differ in size.
        fps: Nominal frames a second; 0 where there is no such rate.
    """

    kind: SourceKind
    name: str
    width: int
    height: int
    fps: float

    @property
    def live(self) -> bool:
        """Whether it shows the world now, so that repeating frames or an end are faults."""
        return self.kind in {SourceKind.WEBCAM, SourceKind.STREAM}

    @property
    def virtual(self) -> bool | None:
        """Whether a program poses as this camera; None for what is no camera of this machine."""
        return is_virtual(self.name) if self.kind is SourceKind.WEBCAM else None


class FrameSource(Protocol):
    """A source of frames, owned by one thread. Opened once; to start again, make another.

    Used as a context manager: entering opens, leaving closes. `close` may be called twice.
    """

    def open(self) -> SourceInfo:
        """Open the device, file or stream.

        Raises:
            CameraNotFound: Nothing is there.
            CameraBusy: Another program holds it.
            CameraDenied: The operating system refuses it.
            CameraLost: It is there but gives no frame.
        """
        ...

    def read(self) -> Frame | None:
        """Wait for the next frame; None at the end of a file or folder.

        A real-time source paces itself: it returns as a camera would, not as fast as it can.

        Raises:
            CameraLost: The device or stream stopped.
        """
        ...

    def skip_frame(self) -> bool:
        """Let the next frame go by, without decoding it where the source can do without; False at the end.

        It counts in the numbers of frames.

        Raises:
            CameraLost: The device or stream stopped.
        """
        ...

    def close(self) -> None:
        """Let go of the device. Safe to call at any time, from the owning thread."""
        ...

    def __enter__(self) -> Self:
        """Open."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...


_NAMES = (
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
_VIRTUAL = re.compile("|".join(_NAMES), re.IGNORECASE)


def is_virtual(name: str) -> bool:
    """Whether a camera of this name is known to be a program, or to take its pictures from one.

    A program that lies about its name is not found: who may install software on the machine can show it anything.

    Args:
        name: As the system lists it.
    """
    return _VIRTUAL.search(name) is not None
