from pathlib import Path

import cv2
import pytest

from app.camera import webcam
from app.camera.device_listing import CameraListing, system_backend
from app.camera.v4l2 import DeviceCondition
from app.camera.webcam import Webcam
from app.core.errors import CameraBusy, CameraDenied, CameraError, CameraLost, CameraNotFound
from tests.fakes.camera import FakeCapture, ManualClock, plain


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    (tmp_path / "video0").touch()
    (tmp_path / "video2").touch()
    return tmp_path


def cameras() -> list[CameraListing]:
    return [CameraListing(0, "Integrated Camera", "/dev/video0"), CameraListing(2, "USB Camera", "/dev/video2")]


def make(capture: FakeCapture, dev: Path | None, device: int | str = 0, **size: int) -> Webcam:
    return Webcam(device, ManualClock(), capture=capture, cameras=cameras, devices=dev, **size)


def test_the_info_has_the_name_and_the_actual_size(dev: Path) -> None:
    info = make(FakeCapture([plain(width=320, height=240)], fps=15.0), dev).open()
    assert (info.name, info.width, info.height, info.fps, info.live) == ("Integrated Camera", 320, 240, 15.0, True)


def test_opened_by_name(dev: Path) -> None:
    capture = FakeCapture([plain()])
    info = make(capture, dev, "usb").open()
    assert info.name == "USB Camera"
    assert capture.opened_with == (2, system_backend(), ())


def test_an_unlisted_camera_is_named_by_its_number(dev: Path) -> None:
    (dev / "video7").touch()
    assert make(FakeCapture([plain()]), dev, 7).open().name == "7"


def test_size_and_a_short_queue_are_asked_for(dev: Path) -> None:
    capture = FakeCapture([plain()])
    make(capture, dev, width=640, height=480).open()
    assert capture.properties[cv2.CAP_PROP_FRAME_WIDTH] == 640
    assert capture.properties[cv2.CAP_PROP_FRAME_HEIGHT] == 480
    assert capture.properties[cv2.CAP_PROP_BUFFERSIZE] == 1
    assert cv2.CAP_PROP_FOURCC not in capture.properties


def test_large_pictures_are_asked_for_as_mjpg_before_their_size(dev: Path) -> None:
    capture = FakeCapture([plain()])
    make(capture, dev, width=1280, height=720).open()
    assert capture.properties[cv2.CAP_PROP_FOURCC] == int.from_bytes(b"MJPG", "little")
    assert capture.asked.index(cv2.CAP_PROP_FOURCC) < capture.asked.index(cv2.CAP_PROP_FRAME_WIDTH)


def test_the_frame_that_proved_it_works_is_not_lost(dev: Path) -> None:
    with make(FakeCapture([plain((1, 1, 1)), plain((2, 2, 2))]), dev) as source:
        frames = [source.read(), source.read()]
    assert [int(frame.image[0, 0, 0]) for frame in frames if frame] == [1, 2]


def test_damaged_frames_are_skipped(dev: Path) -> None:
    with make(FakeCapture([None] * 9 + [plain()] + [None] * 5 + [plain()]), dev) as source:
        frames = [source.read(), source.read()]
    assert [frame.id for frame in frames if frame] == [1, 2]


def test_a_camera_with_only_damaged_frames_is_lost(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam, "examine", lambda _: DeviceCondition.UNKNOWN)
    with pytest.raises(CameraLost, match="delivers no pictures"):
        make(FakeCapture([None] * 100), dev).open()


def test_stops_sending(dev: Path) -> None:
    with make(FakeCapture([plain()]), dev) as source:
        source.read()
        with pytest.raises(CameraLost, match="Integrated Camera"):
            source.read()


def test_unplugged_though_opencv_repeats_the_last_frame(dev: Path) -> None:
    with make(FakeCapture([plain()] * 99), dev) as source:
        source.read()
        (dev / "video0").unlink()
        with pytest.raises(CameraLost):
            source.read()


def test_not_there(tmp_path: Path) -> None:
    capture = FakeCapture([plain()])
    with pytest.raises(CameraNotFound):
        make(capture, tmp_path).open()
    assert capture.opened_with is None


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        (DeviceCondition.MISSING, CameraNotFound),
        (DeviceCondition.NO_CAMERA, CameraNotFound),
        (DeviceCondition.DENIED, CameraDenied),
        (DeviceCondition.BUSY, CameraBusy),
        (DeviceCondition.UNKNOWN, CameraLost),
    ],
)
@pytest.mark.parametrize("capture", [FakeCapture(opens=False), FakeCapture()], ids=["not opened", "no frame"])
def test_the_error_explains_why_the_camera_cannot_be_used(
    dev: Path,
    monkeypatch: pytest.MonkeyPatch,
    condition: DeviceCondition,
    error: type[CameraError],
    capture: FakeCapture,
) -> None:
    monkeypatch.setattr(webcam, "examine", lambda _: condition)
    with pytest.raises(error) as caught:
        make(capture, dev).open()
    assert type(caught.value) is error
    assert "Integrated Camera" in caught.value.message
    assert caught.value.hint
    assert capture.released


def test_systems_without_device_nodes() -> None:
    assert make(FakeCapture([plain()]), None).open().name == "Integrated Camera"
    with pytest.raises(CameraLost):
        make(FakeCapture(opens=False), None).open()


def test_closing_releases_the_device(dev: Path) -> None:
    capture = FakeCapture([plain()])
    with make(capture, dev):
        pass
    assert capture.released == 1


def test_a_skipped_frame_is_not_decoded(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = FakeCapture([plain()] * 3)
    with make(capture, dev) as source:
        assert source.skip_frame()  # the one that opening has decoded already
        monkeypatch.setattr(capture, "retrieve", lambda: pytest.fail("decoded"))
        assert source.skip_frame()
        assert source.skip_frame()
        with pytest.raises(CameraLost):
            source.skip_frame()
