"""Creation of a frame source from the text that a user or a setting gives."""

import re
from dataclasses import dataclass
from pathlib import Path

from app.camera.demo import DemoSource
from app.camera.network_stream import NetworkStream
from app.camera.picture_file import SUFFIXES
from app.camera.picture_folder import PictureFolder
from app.camera.source import FrameSource, SourceKind
from app.camera.video_file import VideoFile
from app.camera.webcam import Webcam
from app.core.clock import Clock
from app.core.errors import CameraNotFound, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import redact_credentials
from app.core.settings.sections import CameraSettings

_STREAMS = frozenset({"rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "udp", "tcp", "rtp", "srt"})
_ADDRESS = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://(.*)", re.DOTALL)
_NUMBER = re.compile(r"(?:/dev/video)?([0-9]{1,9})")
_FILE_LIKE = re.compile(r"[/\\]|\.(mp4|m4v|mov|avi|mkv|webm|mpe?g|ts|wmv|ogv|3gp)$", re.IGNORECASE)

_EMPTY = QT_TRANSLATE_NOOP("errors", "No camera was given.")
_UNKNOWN_SCHEME = QT_TRANSLATE_NOOP("errors", "“{camera}” is not an address that can be played.")
_INCOMPLETE = QT_TRANSLATE_NOOP("errors", "“{camera}” has no host name.")
_HINT = QT_TRANSLATE_NOOP(
    "errors",
    "Give a camera's number or name, a video file, a folder of pictures, an address that starts with rtsp:// or "
    "http://, or “demo”.",
)
_NO_FILE = QT_TRANSLATE_NOOP("errors", "There is no file or folder “{camera}”.")


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A requested source, before anything is opened.

    Attributes:
        kind: The kind of source.
        target: Number or name of a webcam, a path, an address, or "demo". May contain a password: display `label`.
    """

    kind: SourceKind
    target: str

    @property
    def label(self) -> str:
        """The target without a password, for display and logs."""
        return redact_credentials(self.target)

    def __repr__(self) -> str:
        """The kind and the label, without a password."""
        return f"SourceSpec({self.kind.value}, {self.label!r})"


def parse_source(text: str) -> SourceSpec:
    """Interpret a text as "demo", a number, an address, a path or, failing these, the name of a webcam.

    Args:
        text: The text; surrounding whitespace is ignored.

    Raises:
        InvalidRequest: The text is empty, or an address that cannot be played.
        CameraNotFound: There is nothing at the path.
    """
    text = text.strip()
    if not text:
        raise InvalidRequest(_EMPTY, _HINT)
    if text.casefold() == "demo":
        return SourceSpec(SourceKind.DEMO, "demo")
    if number := _NUMBER.fullmatch(text):
        return SourceSpec(SourceKind.WEBCAM, number[1])
    if address := _ADDRESS.fullmatch(text):
        return _stream(text, scheme=address[1].lower(), rest=address[2])
    return _path_or_name(text)


def _stream(text: str, *, scheme: str, rest: str) -> SourceSpec:
    if scheme not in _STREAMS:
        raise InvalidRequest(_UNKNOWN_SCHEME, _HINT, camera=redact_credentials(text))
    if not rest.strip("/"):
        raise InvalidRequest(_INCOMPLETE, _HINT, camera=redact_credentials(text))
    return SourceSpec(SourceKind.STREAM, text)


def _path_or_name(text: str) -> SourceSpec:
    path = Path(text).expanduser()
    if path.is_dir() or (path.is_file() and path.suffix.lower() in SUFFIXES):
        return SourceSpec(SourceKind.PICTURES, str(path))
    if path.is_file():
        return SourceSpec(SourceKind.VIDEO, str(path))
    if _FILE_LIKE.search(text) or path.suffix.lower() in SUFFIXES:
        raise CameraNotFound(_NO_FILE, _HINT, camera=text)
    return SourceSpec(SourceKind.WEBCAM, text)


def make_source(spec: SourceSpec, camera: CameraSettings, clock: Clock, *, paced: bool = True) -> FrameSource:
    """Create a source without opening it.

    Args:
        spec: The requested source.
        camera: The frame size requested from a webcam and drawn by the demo.
        clock: Timestamps and paces the frames.
        paced: Whether files, folders and the demo are delivered in real time, not as fast as they can be read.
    """
    match spec.kind:
        case SourceKind.DEMO:
            return DemoSource(clock, width=camera.width, height=camera.height, paced=paced)
        case SourceKind.STREAM:
            return NetworkStream(spec.target, clock)
        case SourceKind.VIDEO:
            return VideoFile(Path(spec.target), clock, paced=paced)
        case SourceKind.PICTURES:
            return PictureFolder(Path(spec.target), clock, paced=paced)
        case SourceKind.WEBCAM:
            device = int(spec.target) if spec.target.isdigit() else spec.target
            return Webcam(device, clock, width=camera.width, height=camera.height)
