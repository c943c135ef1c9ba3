from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.video_capture import open_capture, retrieve_rgb
from tests.fakes.camera import FakeCapture, plain
from tests.unit.camera.media import write_video


def test_colours_are_turned_once() -> None:
    capture = FakeCapture([plain((1, 2, 3))])
    capture.grab()
    image = retrieve_rgb(capture)
    assert image is not None
    np.testing.assert_array_equal(image, plain((1, 2, 3)))


def test_an_undecodable_frame_is_none() -> None:
    capture = FakeCapture([None, np.zeros((0, 0, 3), np.uint8)])
    for _ in range(2):
        capture.grab()
        assert retrieve_rgb(capture) is None


def test_opens_a_real_file(tmp_path: Path) -> None:
    capture = open_capture(str(write_video(tmp_path / "a.mp4", [plain()] * 2)), cv2.CAP_FFMPEG, ())
    assert capture.isOpened()
    capture.release()


def test_opencv_and_ffmpeg_keep_quiet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video" * 100)
    for target in (str(tmp_path / "a.mp4"), "http://user:secret@127.0.0.1:9/"):
        capture = open_capture(target, cv2.CAP_FFMPEG, (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 1000))
        assert not capture.isOpened()
    assert capfd.readouterr() == ("", "")
