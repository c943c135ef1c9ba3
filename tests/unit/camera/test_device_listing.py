import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import cv2
import pytest

from app.camera import device_listing
from app.camera.device_listing import (
    CameraListing,
    find_camera,
    linux_cameras,
    list_cameras,
    other_cameras,
    system_backend,
)
from app.camera.v4l2 import DeviceDescription
from app.core.errors import CameraNotFound, InvalidRequest
from tests.fakes.camera import FakeCapture


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """Two cameras, 10 and 2, each with a second node for metadata, and an entry that is no video device."""
    for number, name, index in ((10, "Cam B", 0), (11, "Cam B", 1), (2, "Cam A", 0), (3, "Cam A", 1)):
        entry = tmp_path / f"video{number}"
        entry.mkdir()
        (entry / "name").write_text(f"{name}\n", encoding="utf-8")
        (entry / "index").write_text(f"{index}\n", encoding="utf-8")
    (tmp_path / "videocard").mkdir()
    return tmp_path


def test_no_camera_at_all(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert linux_cameras(tmp_path / "none", tmp_path) == []
    assert linux_cameras(tmp_path, tmp_path) == []
    assert capfd.readouterr() == ("", "")


def test_virtual_is_known_only_for_webcams(sysfs: Path) -> None:
    def describe(device: Path) -> DeviceDescription | None:
        return DeviceDescription(f"The {device.name}", ((640, 480),)) if device.name in {"video2", "video10"} else None

    assert linux_cameras(sysfs, Path("/nowhere"), describe) == [
        CameraListing(2, "The video2", "/nowhere/video2", ((640, 480),)),
        CameraListing(10, "The video10", "/nowhere/video10", ((640, 480),)),
    ]


def test_the_kernel_names_devices_that_may_not_be_opened(sysfs: Path) -> None:
    found = linux_cameras(sysfs, Path("/nowhere"), lambda _: None)
    assert [(camera.index, camera.name, camera.resolutions) for camera in found] == [
        (2, "Cam A", ()),
        (10, "Cam B", ()),
    ]


def test_a_node_that_is_no_camera_is_not_listed(sysfs: Path, tmp_path: Path) -> None:
    devices = tmp_path / "dev"
    devices.mkdir()
    (devices / "video2").touch()
    assert [camera.index for camera in linux_cameras(sysfs, devices)] == [10]


def test_an_entry_without_a_name_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "video4").mkdir()
    assert linux_cameras(tmp_path, Path("/nowhere"))[0].name == "video4"


def test_other_systems_try_indices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2_enumerate_cameras", None)
    captures = {index: FakeCapture(opens=index in {0, 2}) for index in range(5)}
    found = other_cameras(lambda index, _, __: captures[int(index)])
    assert found == [CameraListing(0, "Camera 0", ""), CameraListing(2, "Camera 2", "")]
    assert all(capture.released for capture in captures.values())


def test_other_systems_list_names(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("cv2_enumerate_cameras")
    cameras = [SimpleNamespace(index=0, name="FaceTime", path=None), SimpleNamespace(index=1, name="USB", path="id")]
    monkeypatch.setattr(module, "enumerate_cameras", lambda backend: cameras, raising=False)
    monkeypatch.setitem(sys.modules, "cv2_enumerate_cameras", module)
    assert other_cameras() == [CameraListing(0, "FaceTime", ""), CameraListing(1, "USB", "id")]


@pytest.mark.parametrize(
    ("system", "backend"),
    [("linux", cv2.CAP_V4L2), ("win32", cv2.CAP_DSHOW), ("darwin", cv2.CAP_AVFOUNDATION), ("sunos", cv2.CAP_ANY)],
)
def test_each_system_has_its_backend(monkeypatch: pytest.MonkeyPatch, system: str, backend: int) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert system_backend() == backend


def test_the_listing_depends_on_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_listing, "linux_cameras", lambda: [CameraListing(0, "L", "")])
    monkeypatch.setattr(device_listing, "other_cameras", lambda: [CameraListing(0, "O", "")])
    names = []
    for system in ("linux", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        names.append(list_cameras()[0].name)
    assert names == ["L", "O"]


CAMERAS = [CameraListing(0, "Integrated Camera", ""), CameraListing(2, "USB Camera", ""), CameraListing(4, "USB", "")]


@pytest.mark.parametrize(("name", "index"), [("integrated", 0), ("USB CAMERA", 2), ("usb", 4), ("usb cam", 2)])
def test_a_camera_is_found_by_name(name: str, index: int) -> None:
    assert find_camera(name, CAMERAS).index == index


def test_a_name_that_fits_several() -> None:
    with pytest.raises(InvalidRequest, match="Integrated Camera \\(0\\), USB Camera \\(2\\)"):
        find_camera("camera", CAMERAS)


def test_a_name_that_fits_none() -> None:
    with pytest.raises(CameraNotFound, match="Available: Integrated Camera"):
        find_camera("Logitech", CAMERAS)
    with pytest.raises(CameraNotFound, match="no camera is connected"):
        find_camera("Logitech", [])
