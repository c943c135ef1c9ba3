"""Queries of Linux video devices by Video4Linux 2 ioctls (`linux/videodev2.h`), without starting the devices."""

import errno
import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

if sys.platform == "linux":
    from fcntl import ioctl as _system_ioctl
else:

    def _system_ioctl(_fd: int, _request: int, _argument: bytes) -> bytes:
        raise OSError(errno.ENOTTY, "Video4Linux exists on Linux only")


Ioctl = Callable[[int, int, bytes], bytes]
"""(file descriptor, request, structure) → the structure as filled in by the driver."""

# Sizes of the structures on 64-bit machines; the kernel refuses requests of another size.
_CAPABILITY, _FORMAT_DESCRIPTION, _FORMAT, _FRAME_SIZE = 104, 64, 208, 44
_CAPTURES = 0x0000_0001
_HAS_DEVICE_CAPABILITIES = 0x8000_0000
_VIDEO_CAPTURE = 1
_DISCRETE = 1
_COMMON_SIZES = ((320, 240), (640, 480), (800, 600), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))


def _request(number: int, size: int, *, writes: bool) -> int:
    """The number of an ioctl of group “V”, as the macros _IOR and _IOWR compute it.

    Args:
        number: Number of the ioctl in the group.
        size: Size of its structure, in bytes.
        writes: Whether the structure is also an input.
    """
    direction = 3 if writes else 2
    return direction << 30 | size << 16 | ord("V") << 8 | number


QUERY_CAPABILITY = _request(0, _CAPABILITY, writes=False)
ENUMERATE_FORMATS = _request(2, _FORMAT_DESCRIPTION, writes=True)
GET_FORMAT = _request(4, _FORMAT, writes=True)
SET_FORMAT = _request(5, _FORMAT, writes=True)
ENUMERATE_FRAME_SIZES = _request(74, _FRAME_SIZE, writes=True)


class DeviceCondition(StrEnum):
    """Why a device cannot be opened."""

    MISSING = "missing"
    DENIED = "denied"
    BUSY = "busy"
    NO_CAMERA = "no-camera"
    UNKNOWN = "unknown"


_CONDITIONS = {
    errno.EBUSY: DeviceCondition.BUSY,
    errno.EACCES: DeviceCondition.DENIED,
    errno.EPERM: DeviceCondition.DENIED,
    errno.ENOENT: DeviceCondition.MISSING,
    errno.ENODEV: DeviceCondition.MISSING,
    errno.ENXIO: DeviceCondition.MISSING,
    errno.ENOTTY: DeviceCondition.NO_CAMERA,
}


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """A device as its driver describes it.

    Attributes:
        name: Display name.
        resolutions: (width, height) in pixels, smallest first; empty if the driver does not list them.
    """

    name: str
    resolutions: tuple[tuple[int, int], ...]


def describe(device: Path, ioctl: Ioctl = _system_ioctl) -> DeviceDescription | None:
    """Query the name and the resolutions of a device.

    Args:
        device: The device node.
        ioctl: Calls the driver.

    Returns:
        None if it is not a camera (the second node of a camera carries only metadata), is gone, or may not be opened.
    """
    try:
        with _open(device) as fd:
            name = _camera_name(fd, ioctl)
            return None if name is None else DeviceDescription(name, _resolutions(fd, ioctl))
    except OSError:
        return None


def examine(device: Path, ioctl: Ioctl = _system_ioctl) -> DeviceCondition:
    """Find out why a device cannot be opened.

    Args:
        device: The device node.
        ioctl: Calls the driver.
    """
    if not device.exists():
        return DeviceCondition.MISSING
    if not os.access(device, os.R_OK | os.W_OK):
        return DeviceCondition.DENIED
    try:
        with _open(device) as fd:
            if _camera_name(fd, ioctl) is None:
                return DeviceCondition.NO_CAMERA
            # Setting the current format again changes nothing, and is refused while another program streams.
            current = ioctl(fd, GET_FORMAT, struct.pack("=I", _VIDEO_CAPTURE).ljust(_FORMAT, b"\0"))
            ioctl(fd, SET_FORMAT, current)
    except OSError as error:
        return _CONDITIONS.get(error.errno or 0, DeviceCondition.UNKNOWN)
    return DeviceCondition.UNKNOWN


@contextmanager
def _open(device: Path) -> Iterator[int]:
    """Open a file descriptor; a Python file object would seek, which devices do not support."""
    fd = os.open(device, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    try:
        yield fd
    finally:
        os.close(fd)


def _camera_name(fd: int, ioctl: Ioctl) -> str | None:
    """The name of a capture device, from struct v4l2_capability; None for other devices.

    The structure: driver[16], card[32], bus_info[32], version, capabilities, device_caps, reserved[3].
    """
    answer = ioctl(fd, QUERY_CAPABILITY, bytes(_CAPABILITY))
    _, card, _, _, of_all, of_node = struct.unpack_from("=16s32s32sIII", answer)
    capabilities = of_node if of_all & _HAS_DEVICE_CAPABILITIES else of_all
    return card.split(b"\0")[0].decode("utf-8", "replace") if capabilities & _CAPTURES else None


def _resolutions(fd: int, ioctl: Ioctl) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({size for pixels in _pixel_formats(fd, ioctl) for size in _sizes(fd, pixels, ioctl)}))


def _pixel_formats(fd: int, ioctl: Ioctl) -> Iterator[int]:
    """The pixel formats, from struct v4l2_fmtdesc; the driver ends the list with EINVAL.

    The structure: index, type, flags, description[32], pixelformat, …
    """
    with suppress(OSError):
        for index in range(64):
            question = struct.pack("=II", index, _VIDEO_CAPTURE).ljust(_FORMAT_DESCRIPTION, b"\0")
            yield struct.unpack_from("=44xI", ioctl(fd, ENUMERATE_FORMATS, question))[0]


def _sizes(fd: int, pixels: int, ioctl: Ioctl) -> Iterator[tuple[int, int]]:
    """The frame sizes of a pixel format, from struct v4l2_frmsizeenum.

    The structure: index, pixel_format, type, then width and height, or their minimum, maximum and step.
    """
    with suppress(OSError):
        for index in range(256):
            answer = ioctl(fd, ENUMERATE_FRAME_SIZES, struct.pack("=II", index, pixels).ljust(_FRAME_SIZE, b"\0"))
            kind, *values = struct.unpack_from("=8xI6I", answer)
            if kind != _DISCRETE:
                yield from _common_sizes_within(values)
                return
            yield values[0], values[1]


def _common_sizes_within(limits: list[int]) -> Iterator[tuple[int, int]]:
    least_width, most_width, _, least_height, most_height, _ = limits
    for width, height in _COMMON_SIZES:
        if least_width <= width <= most_width and least_height <= height <= most_height:
            yield width, height
