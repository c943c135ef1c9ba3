import struct
from pathlib import Path

import numpy as np
import pytest

from app.camera.video_file import VideoFile
from app.core.errors import CameraLost, CameraNotFound
from app.core.faces import Image
from tests.fakes.camera import FakeCapture, ManualClock, plain
from tests.unit.camera.media import write_video


def brighter_and_brighter(count: int) -> list[Image]:
    return [plain((level, level, level)) for level in range(0, 20 * count, 20)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", brighter_and_brighter(6), fps=25.0)


def test_every_frame_is_delivered_in_order_and_then_none(film: Path) -> None:
    with VideoFile(film, ManualClock(), paced=False) as source:
        frames = list(iter(source.read, None))
        assert source.read() is None
    assert [round(float(frame.image.mean()) / 20) for frame in frames if frame] == [0, 1, 2, 3, 4, 5]


def test_the_info_has_size_rate_and_name(film: Path) -> None:
    with VideoFile(film, ManualClock()) as source:
        info = source.open()
    assert (info.name, info.width, info.height, info.fps, info.live) == ("film.mp4", 64, 48, 25.0, False)


def test_is_played_at_its_own_speed(film: Path) -> None:
    clock = ManualClock(start_ns=0)
    with VideoFile(film, clock, sleep=clock.sleep) as source:
        stamps = [frame.captured_ns for frame in iter(source.read, None) if frame]
    assert stamps == [40_000_000 * i for i in range(6)]


def test_unpaced_never_waits(film: Path) -> None:
    clock = ManualClock()
    with VideoFile(film, clock, paced=False, sleep=clock.sleep) as source:
        source.read()
        source.read()
    assert clock.slept == []


def test_a_loop_restarts_and_frame_numbers_continue(film: Path) -> None:
    with VideoFile(film, ManualClock(), paced=False, loop=True) as source:
        frames = [frame for frame in (source.read() for _ in range(14)) if frame]
    assert [frame.id for frame in frames] == list(range(1, 15))
    assert [round(float(frame.image.mean()) / 20) for frame in frames] == [*range(6), *range(6), 0, 1]


def test_rotation_metadata_is_applied(tmp_path: Path) -> None:
    upper_half_white = np.zeros((48, 64, 3), np.uint8)
    upper_half_white[:24] = 255
    path = _marked_as_turned(write_video(tmp_path / "phone.mp4", [upper_half_white] * 3))
    with VideoFile(path, ManualClock(), paced=False) as source:
        info = source.open()
        frame = source.read()
    assert frame is not None
    assert (info.width, info.height) == (frame.width, frame.height) == (48, 64)
    left, right = frame.image[:, :20].mean(), frame.image[:, -20:].mean()
    assert left < 50
    assert right > 200


def _marked_as_turned(path: Path) -> Path:
    """Write a rotation by 90° clockwise into the track header of an MP4 file."""
    content = bytearray(path.read_bytes())
    # After the tag: version and flags, times, id, duration (24 bytes), reserved and layers (16), then nine numbers.
    at = content.index(b"tkhd") + 4 + 24 + 16
    assert struct.unpack_from(">9i", content, at) == (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    struct.pack_into(">9i", content, at, 0, 65536, 0, -65536, 0, 0, 48 * 65536, 0, 1 << 30)
    path.write_bytes(content)
    return path


def test_a_name_of_any_script(tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", [plain()] * 2).rename(tmp_path / "视频 é %02d.mp4")
    with VideoFile(film, ManualClock(), paced=False) as source:
        assert source.read() is not None


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CameraNotFound, match="no video file"):
        VideoFile(tmp_path / "none.mp4", ManualClock()).open()


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(CameraNotFound, match="no video file"):
        VideoFile(tmp_path, ManualClock()).open()


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(CameraLost, match="is empty"):
        VideoFile(tmp_path / "a.mp4", ManualClock()).open()


@pytest.mark.parametrize("content", [b"Dear diary,\n" * 99, bytes(5000)])
def test_something_else_than_a_video(tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(CameraLost, match="cannot be played"):
        VideoFile(tmp_path / "a.mp4", ManualClock()).open()
    assert capfd.readouterr().err == ""


def test_a_video_cut_short(film: Path) -> None:
    film.write_bytes(film.read_bytes()[:-300])
    with pytest.raises(CameraLost, match="cut short"):
        VideoFile(film, ManualClock()).open()


@pytest.mark.parametrize(("said", "used"), [(0.0, 30.0), (float("nan"), 30.0), (90_000.0, 30.0), (59.94, 59.94)])
def test_an_implausible_frame_rate_is_replaced(film: Path, said: float, used: float) -> None:
    source = VideoFile(film, ManualClock(), capture=FakeCapture([plain()], fps=said))
    assert source.open().fps == used
    source.close()


def test_a_file_that_vanishes_while_it_loops_is_lost(film: Path) -> None:
    source = VideoFile(film, ManualClock(), paced=False, loop=True, capture=FakeCapture([plain()]))
    with source:
        source.read()
        with pytest.raises(CameraLost):
            source.read()


def test_closing_releases_the_file(film: Path) -> None:
    capture = FakeCapture([plain()])
    with VideoFile(film, ManualClock(), capture=capture):
        pass
    assert capture.released == 1
