import logging

import cv2
import pytest

from app.camera.network_stream import TIMEOUT_MS, NetworkStream
from app.core.errors import CameraLost, CameraNotFound
from tests.fakes.camera import FakeCapture, ManualClock, plain
from tests.unit.camera.media import mjpeg_server


def test_a_password_is_neither_shown_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    capture = FakeCapture([plain()])
    with caplog.at_level(logging.DEBUG), NetworkStream("rtsp://u:hunter2@cam/x", ManualClock(), capture=capture) as s:
        s.read()
        with pytest.raises(CameraLost) as caught:
            s.read()
    assert "hunter2" not in caplog.text + caught.value.message + repr(caught.value.details) + s.name
    assert capture.opened_with is not None
    assert capture.opened_with[0] == "rtsp://u:hunter2@cam/x"


def test_waits_five_seconds_at_most() -> None:
    capture = FakeCapture([plain()])
    NetworkStream("rtsp://cam/x", ManualClock(), capture=capture).open()
    limits = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 5000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 5000)
    assert capture.opened_with == ("rtsp://cam/x", cv2.CAP_FFMPEG, limits)
    assert TIMEOUT_MS == 5000


def test_a_silent_address_is_not_found() -> None:
    with pytest.raises(CameraNotFound, match=r"127\.0\.0\.1:9") as caught:
        NetworkStream("http://u:hunter2@127.0.0.1:9/x", ManualClock()).open()
    assert "password" in caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_a_closed_stream_is_lost() -> None:
    with mjpeg_server([plain()] * 4) as address, NetworkStream(address, ManualClock()) as source:
        info = source.open()
        frames = [source.read() for _ in range(3)]
        with pytest.raises(CameraLost):
            list(iter(source.read, None))
    assert (info.width, info.height, info.live) == (64, 48, True)
    assert all(frames)


def test_damaged_frames_are_skipped() -> None:
    capture = FakeCapture([None, None, plain(), *[None] * 100])
    with NetworkStream("rtsp://cam/x", ManualClock(), capture=capture) as source:
        frame = source.read()
        assert frame is not None
        assert frame.id == 1
        with pytest.raises(CameraLost):
            source.read()
    assert capture.released == 1
