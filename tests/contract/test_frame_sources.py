"""The contract of every frame source."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.demo import DemoSource
from app.camera.network_stream import NetworkStream
from app.camera.picture_folder import PictureFolder
from app.camera.source import FrameSource, SourceKind
from app.camera.video_file import VideoFile
from app.camera.webcam import Webcam
from app.core.errors import CameraError, CameraLost
from tests.fakes.camera import FakeCapture, ManualClock, ScriptedSource, Show, plain
from tests.unit.camera.media import mjpeg_server, write_video

Make = Callable[[ManualClock], FrameSource]
RED_FRAMES = 20


def _scripted(_: Path, __: ExitStack) -> Make:
    return lambda clock: ScriptedSource([Show(plain(), RED_FRAMES)], clock)


def _webcam(folder: Path, _: ExitStack) -> Make:
    (folder / "video0").touch()
    return lambda clock: Webcam(0, clock, capture=FakeCapture([plain()] * RED_FRAMES), cameras=list, devices=folder)


def _video(folder: Path, _: ExitStack) -> Make:
    path = write_video(folder / "red.mp4", [plain()] * RED_FRAMES)
    return lambda clock: VideoFile(path, clock, sleep=clock.sleep)


def _stream(_: Path, stack: ExitStack) -> Make:
    address = stack.enter_context(mjpeg_server([plain()] * RED_FRAMES))
    return lambda clock: NetworkStream(address, clock)


def _pictures(folder: Path, _: ExitStack) -> Make:
    cv2.imwrite(str(folder / "red.png"), plain()[..., ::-1])
    return lambda clock: PictureFolder(folder, clock, sleep=clock.sleep)


def _demo(folder: Path, _: ExitStack) -> Make:
    cv2.imwrite(str(folder / "red.png"), plain(width=200, height=200)[..., ::-1])
    row = '[[portrait]]\nname = "Red"\nfile = "red.png"\neyes = [[80.0, 90.0], [120.0, 90.0]]\n'
    (folder / "portraits.toml").write_text(row, encoding="utf-8")
    return lambda clock: DemoSource(clock, width=64, height=48, directory=folder, sleep=clock.sleep)


KINDS = {
    SourceKind.WEBCAM: _webcam,
    SourceKind.VIDEO: _video,
    SourceKind.STREAM: _stream,
    SourceKind.PICTURES: _pictures,
    SourceKind.DEMO: _demo,
}


@pytest.fixture(params=["scripted", *KINDS])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:
        yield KINDS.get(request.param, _scripted)(tmp_path, stack)


@pytest.fixture
def source(make: Make) -> Iterator[FrameSource]:
    made = make(ManualClock())
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
def test_source_describes_itself(kind: SourceKind, tmp_path: Path) -> None:
    with ExitStack() as stack:
        source = KINDS[kind](tmp_path, stack)(ManualClock())
        info = source.open()
        source.close()
    assert info.kind is kind
    assert info.name
    assert info.live == (kind in {SourceKind.WEBCAM, SourceKind.STREAM})


def test_red_is_red(source: FrameSource) -> None:
    with source:
        frame = source.read()
    assert frame is not None
    red, green, blue = frame.image[frame.height // 2, frame.width // 2]
    assert red > 200
    assert max(green, blue) < 60


def test_frames_are_read_only_rgb(source: FrameSource) -> None:
    with source:
        frame = source.read()
    assert frame is not None
    assert frame.image.dtype == np.uint8
    assert frame.image.shape == (48, 64, 3)
    assert frame.image.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0] = 0


def test_size_is_as_announced(source: FrameSource) -> None:
    info = source.open()
    frame = source.read()
    assert frame is not None
    assert (info.width, info.height) in {(frame.width, frame.height), (0, 0)}


def test_frames_are_numbered_and_timestamped_in_order(source: FrameSource) -> None:
    with source:
        frames = [frame for frame in (source.read() for _ in range(5)) if frame is not None]
    assert [frame.id for frame in frames] == [1, 2, 3, 4, 5]
    stamps = [frame.captured_ns for frame in frames]
    assert all(earlier < later for earlier, later in itertools.pairwise(stamps))


def test_frame_does_not_change_with_the_next_one(source: FrameSource) -> None:
    with source:
        first = source.read()
        assert first is not None
        copy = first.image.copy()
        source.read()
    np.testing.assert_array_equal(first.image, copy)


def test_skipped_frame_counts(source: FrameSource) -> None:
    source.open()
    assert source.skip_frame()
    assert source.skip_frame()
    frame = source.read()
    assert frame is not None
    assert frame.id == 3
    assert frame.image.any()


def test_skip_before_open_and_after_close_is_an_error(source: FrameSource) -> None:
    with pytest.raises(CameraLost):
        source.skip_frame()
    source.open()
    source.close()
    with pytest.raises(CameraLost):
        source.skip_frame()


def test_open_twice_returns_the_same(source: FrameSource) -> None:
    assert source.open() == source.open()


def test_close_is_idempotent(source: FrameSource) -> None:
    source.open()
    source.close()
    source.close()
    with pytest.raises(CameraLost):
        source.read()


def test_close_before_open_is_final(source: FrameSource) -> None:
    source.close()
    with pytest.raises(CameraLost):
        source.open()


def test_read_before_open_is_an_error(source: FrameSource) -> None:
    with pytest.raises(CameraLost):
        source.read()


def test_read_and_open_after_close_are_errors(source: FrameSource) -> None:
    with source:
        source.read()
    for use in (source.read, source.open):
        with pytest.raises(CameraLost) as caught:
            use()
        assert "closed" in caught.value.message
        assert caught.value.hint


def test_source_can_be_recreated(make: Make) -> None:
    for _ in range(2):
        with make(ManualClock()) as source:
            frame = source.read()
            assert frame is not None
            assert frame.id == 1


def _missing_webcam(folder: Path, clock: ManualClock) -> FrameSource:
    return Webcam(9, clock, cameras=list, devices=folder)


def _missing_video(folder: Path, clock: ManualClock) -> FrameSource:
    return VideoFile(folder / "none.mp4", clock)


def _missing_stream(_: Path, clock: ManualClock) -> FrameSource:
    return NetworkStream("http://127.0.0.1:9/none", clock)


def _missing_pictures(folder: Path, clock: ManualClock) -> FrameSource:
    return PictureFolder(folder / "none", clock)


@pytest.mark.parametrize("broken", [_missing_webcam, _missing_video, _missing_stream, _missing_pictures])
def test_errors_have_message_and_hint(
    broken: Callable[[Path, ManualClock], FrameSource], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = broken(tmp_path, ManualClock())
    with pytest.raises(CameraError) as caught:
        source.open()
    assert caught.value.message
    assert "{" not in caught.value.message
    assert caught.value.hint
    assert capfd.readouterr().err == ""
    with pytest.raises(CameraLost):
        source.read()
