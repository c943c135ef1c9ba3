import errno
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from app.camera import v4l2
from app.camera.v4l2 import DeviceCondition, DeviceDescription, describe, examine

YUYV, MJPG = 0x56595559, 0x47504A4D


class Driver:
    """A fake kernel driver."""

    def __init__(self, *, node_captures: bool = True, fails: dict[int, int] | None = None) -> None:
        self.node_captures = node_captures
        self.fails = fails or {}
        self.stepwise = False

    def __call__(self, fd: int, request: int, argument: bytes) -> bytes:
        if request in self.fails:
            raise OSError(self.fails[request], os.strerror(self.fails[request]))
        assert request >> 16 & 0x3FFF == len(argument)
        answers: dict[int, Callable[[bytes], bytes]] = {
            v4l2.QUERY_CAPABILITY: self._capability,
            v4l2.ENUMERATE_FORMATS: self._format,
            v4l2.ENUMERATE_FRAME_SIZES: self._size,
        }
        return answers[request](argument) if request in answers else argument

    def _capability(self, _: bytes) -> bytes:
        node = 1 if self.node_captures else 0x0080_0000
        head = struct.pack("=16s32s32sIII", b"uvcvideo", "Caméra".encode(), b"usb-1", 6, 0x8000_0000 | 1, node)
        return head.ljust(104, b"\0")

    def _format(self, asked: bytes) -> bytes:
        index = struct.unpack_from("=I", asked)[0]
        if index > 1:
            raise OSError(errno.EINVAL, "end")
        return struct.pack("=44xI16x", (YUYV, MJPG)[index])

    def _size(self, asked: bytes) -> bytes:
        index, pixels = struct.unpack_from("=II", asked)
        if self.stepwise:
            return struct.pack("=III6I8x", index, pixels, 3, 48, 1300, 2, 32, 800, 2)
        sizes = {YUYV: [(640, 480)], MJPG: [(1280, 720), (640, 480)]}[pixels]
        if index >= len(sizes):
            raise OSError(errno.EINVAL, "end")
        return struct.pack("=III2I24x", index, pixels, 1, *sizes[index])


@pytest.fixture
def device(tmp_path: Path) -> Path:
    path = tmp_path / "video0"
    path.touch()
    return path


def test_the_requests_have_the_kernels_numbers() -> None:
    assert v4l2.QUERY_CAPABILITY == 0x80685600
    assert v4l2.ENUMERATE_FORMATS == 0xC0405602
    assert v4l2.GET_FORMAT == 0xC0D05604
    assert v4l2.SET_FORMAT == 0xC0D05605
    assert v4l2.ENUMERATE_FRAME_SIZES == 0xC02C564A


def test_a_camera_describes_its_name_and_resolutions(device: Path) -> None:
    assert describe(device, Driver()) == DeviceDescription("Caméra", ((640, 480), (1280, 720)))


def test_a_range_of_sizes_becomes_the_usual_ones_within(device: Path) -> None:
    driver = Driver()
    driver.stepwise = True
    facts = describe(device, driver)
    assert facts is not None
    assert facts.resolutions == ((320, 240), (640, 480), (800, 600), (1280, 720))


def test_a_driver_that_lists_no_sizes(device: Path) -> None:
    assert describe(device, Driver(fails={v4l2.ENUMERATE_FORMATS: errno.ENOTTY})) == DeviceDescription("Caméra", ())


def test_a_node_for_metadata_is_no_camera(device: Path) -> None:
    driver = Driver(node_captures=False)
    assert describe(device, driver) is None
    assert examine(device, driver) is DeviceCondition.NO_CAMERA


def test_missing_targets(tmp_path: Path) -> None:
    assert describe(tmp_path / "video9") is None
    assert examine(tmp_path / "video9") is DeviceCondition.MISSING


def test_a_plain_file_is_no_camera(device: Path) -> None:
    assert describe(device) is None
    assert examine(device) is DeviceCondition.NO_CAMERA


def test_no_permission(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert examine(device) is DeviceCondition.DENIED


@pytest.mark.parametrize(
    ("number", "condition"),
    [
        (errno.EBUSY, DeviceCondition.BUSY),
        (errno.EACCES, DeviceCondition.DENIED),
        (errno.ENODEV, DeviceCondition.MISSING),
        (errno.EIO, DeviceCondition.UNKNOWN),
    ],
)
def test_the_condition_follows_from_the_drivers_answer(device: Path, number: int, condition: DeviceCondition) -> None:
    assert examine(device, Driver(fails={v4l2.SET_FORMAT: number})) is condition


def test_a_working_device_has_an_unknown_condition(device: Path) -> None:
    assert examine(device, Driver()) is DeviceCondition.UNKNOWN
