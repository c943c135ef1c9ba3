"""Detection of virtual cameras by name."""

import pytest

from app.camera.source import SourceInfo, SourceKind, is_virtual


@pytest.mark.parametrize(
    "name",
    [
        "OBS Virtual Camera",
        "Dummy video device (0x0000)",
        "v4l2loopback",
        "ManyCam Video Source",
        "XSplit VCam",
        "Snap Camera",
        "DroidCam Source 3",
        "NVIDIA Broadcast",
    ],
)
def test_known_virtual_cameras_are_detected(name: str) -> None:
    assert is_virtual(name)


@pytest.mark.parametrize(
    "name", ["Logitech C920", "Integrated Camera", "FaceTime HD Camera", "Robson USB Cam", "HD WebCam"]
)
def test_names_of_real_cameras_are_not_virtual(name: str) -> None:
    assert not is_virtual(name)


def test_only_a_webcam_can_be_virtual() -> None:
    assert SourceInfo(SourceKind.WEBCAM, "OBS Virtual Camera", 640, 480, 30).virtual is True
    assert SourceInfo(SourceKind.WEBCAM, "Logitech C920", 640, 480, 30).virtual is False
    assert SourceInfo(SourceKind.VIDEO, "virtual.mp4", 640, 480, 30).virtual is None
