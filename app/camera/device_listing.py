"""Listing of the connected cameras."""

import importlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2

from app.camera import v4l2
from app.camera.video_capture import OpenCapture, open_capture
from app.core.errors import CameraNotFound, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP

_PROBED = 5
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_NO_SUCH = QT_TRANSLATE_NOOP("errors", "There is no camera named “{camera}”. Available: {known}.")
_NONE = QT_TRANSLATE_NOOP("errors", "There is no camera named “{camera}”; no camera is connected.")
_SEVERAL = QT_TRANSLATE_NOOP("errors", "“{camera}” matches several cameras: {known}.")
_SEVERAL_HINT = QT_TRANSLATE_NOOP("errors", "Give more of the name, or use the camera's number.")


@dataclass(frozen=True, slots=True)
class CameraListing:
    """A connected camera.

    Attributes:
        index: The index with which OpenCV opens it.
        name: Display name.
        device: Path or system identifier; empty without one.
        resolutions: (width, height) in pixels, smallest first; empty if unknown.
    """

    index: int
    name: str
    device: str
    resolutions: tuple[tuple[int, int], ...] = ()


ListCameras = Callable[[], list[CameraListing]]


def list_cameras() -> list[CameraListing]:
    """The cameras of this machine by index; none of them is started."""
    return linux_cameras() if sys.platform == "linux" else other_cameras()


def linux_cameras(
    sysfs: Path = Path("/sys/class/video4linux"),
    devices: Path = Path("/dev"),
    describe: Callable[[Path], v4l2.DeviceDescription | None] = v4l2.describe,
) -> list[CameraListing]:
    """See `list_cameras`. The name of a device that may not be opened is taken from the kernel's list.

    Args:
        sysfs: The kernel's list of video devices.
        devices: The directory of the device nodes.
        describe: Queries a device.
    """
    found = []
    for entry in sysfs.glob("video*") if sysfs.is_dir() else ():
        number = re.fullmatch(r"video(\d+)", entry.name)
        listing = _linux_camera(entry, devices / entry.name, int(number[1]), describe) if number else None
        if listing is not None:
            found.append(listing)
    return sorted(found, key=lambda listing: listing.index)


def _linux_camera(
    entry: Path, device: Path, index: int, describe: Callable[[Path], v4l2.DeviceDescription | None]
) -> CameraListing | None:
    facts = describe(device)
    if facts is not None:
        return CameraListing(index, facts.name, str(device), facts.resolutions)
    # The first node (0) of a camera captures; the others carry metadata.
    if v4l2.examine(device) is v4l2.DeviceCondition.NO_CAMERA or _line(entry / "index") not in {"0", ""}:
        return None
    return CameraListing(index, _line(entry / "name") or entry.name, str(device))


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def other_cameras(capture: OpenCapture = open_capture) -> list[CameraListing]:
    """See `list_cameras`, for Windows and macOS: by name with `cv2-enumerate-cameras`, else by trying indices."""
    try:
        names = importlib.import_module("cv2_enumerate_cameras")
    except ImportError:
        return [CameraListing(index, f"Camera {index}", "") for index in range(_PROBED) if _opens(index, capture)]
    return [CameraListing(c.index, c.name, c.path or "") for c in names.enumerate_cameras(system_backend())]


def system_backend() -> int:
    """The OpenCV backend that opens cameras fastest on this system."""
    return _BACKENDS.get(sys.platform, cv2.CAP_ANY)


def _opens(index: int, capture: OpenCapture) -> bool:
    device = capture(index, system_backend(), ())
    try:
        return device.isOpened()
    finally:
        device.release()


def find_camera(name: str, cameras: list[CameraListing]) -> CameraListing:
    """The camera with a name or, failing that, the only camera whose name contains it; case is ignored.

    Args:
        name: The name or a part of it.
        cameras: All cameras.

    Raises:
        CameraNotFound: No camera fits.
        InvalidRequest: Several cameras fit.
    """
    wanted = name.casefold()
    same = [camera for camera in cameras if camera.name.casefold() == wanted]
    fitting = same or [camera for camera in cameras if wanted in camera.name.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise InvalidRequest(_SEVERAL, _SEVERAL_HINT, camera=name, known=_format_names(fitting))
    raise CameraNotFound(_NO_SUCH if cameras else _NONE, camera=name, known=_format_names(cameras))


def _format_names(cameras: list[CameraListing]) -> str:
    return ", ".join(f"{camera.name} ({camera.index})" for camera in cameras)
