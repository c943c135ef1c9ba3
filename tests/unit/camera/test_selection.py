from pathlib import Path

import pytest

from app.camera.demo import DemoSource
from app.camera.network_stream import NetworkStream
from app.camera.picture_folder import PictureFolder
from app.camera.selection import SourceSpec, make_source, parse_source
from app.camera.source import FrameSource, SourceKind
from app.camera.video_file import VideoFile
from app.camera.webcam import Webcam
from app.core.errors import CameraNotFound, FacelatchError, InvalidRequest
from app.core.settings.sections import CameraSettings
from tests.fakes.camera import ManualClock, plain
from tests.unit.camera.media import write_video


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("demo", SourceKind.DEMO, "demo"),
        (" Demo ", SourceKind.DEMO, "demo"),
        ("0", SourceKind.WEBCAM, "0"),
        (" 12 ", SourceKind.WEBCAM, "12"),
        ("/dev/video3", SourceKind.WEBCAM, "3"),
        ("Integrated Camera", SourceKind.WEBCAM, "Integrated Camera"),
        ("rtsp://u:p@cam/live", SourceKind.STREAM, "rtsp://u:p@cam/live"),
        ("HTTP://cam:8080/video", SourceKind.STREAM, "HTTP://cam:8080/video"),
        ("https://cam/x", SourceKind.STREAM, "https://cam/x"),
        ("udp://@:5000", SourceKind.STREAM, "udp://@:5000"),
        ("rtmp://cam/x", SourceKind.STREAM, "rtmp://cam/x"),
        ("tcp://cam:99", SourceKind.STREAM, "tcp://cam:99"),
    ],
)
def test_texts_are_interpreted(text: str, kind: SourceKind, target: str) -> None:
    assert parse_source(text) == SourceSpec(kind, target)


def test_paths_that_are_there(tmp_path: Path) -> None:
    for name in ("film.mp4", "no suffix", "7", "me.JPG"):
        (tmp_path / name).touch()
    kinds = {name: parse_source(str(tmp_path / name)).kind for name in ("film.mp4", "no suffix", "7", "me.JPG")}
    assert kinds == {
        "film.mp4": SourceKind.VIDEO,
        "no suffix": SourceKind.VIDEO,
        "7": SourceKind.VIDEO,
        "me.JPG": SourceKind.PICTURES,
    }
    assert parse_source(str(tmp_path)) == SourceSpec(SourceKind.PICTURES, str(tmp_path))


def test_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "film.mkv").touch()
    assert parse_source("~/film.mkv") == SourceSpec(SourceKind.VIDEO, str(tmp_path / "film.mkv"))


@pytest.mark.parametrize("text", ["/no/such/place", "film.mp4", "holiday.jpg", "C:\\film", "a/b"])
def test_paths_that_are_not_there(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CameraNotFound, match="no file or folder") as caught:
        parse_source(text)
    assert "demo" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"), [("", "No camera was given"), ("  ", "No camera was given"), ("gopher://x", "be played")]
)
def test_invalid_texts_are_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        parse_source(text)
    assert "demo" in caught.value.hint


def test_an_address_without_a_host() -> None:
    with pytest.raises(InvalidRequest, match="has no host name"):
        parse_source("rtsp:///")


def test_passwords_are_not_shown() -> None:
    spec = parse_source("rtsp://u:hunter2@cam/live")
    assert "hunter2" not in repr(spec) + spec.label + str(spec)
    with pytest.raises(FacelatchError) as caught:
        parse_source("gopher://u:hunter2@cam/")
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        (SourceSpec(SourceKind.DEMO, "demo"), DemoSource),
        (SourceSpec(SourceKind.WEBCAM, "0"), Webcam),
        (SourceSpec(SourceKind.WEBCAM, "USB"), Webcam),
        (SourceSpec(SourceKind.STREAM, "http://cam/"), NetworkStream),
        (SourceSpec(SourceKind.VIDEO, "a.mp4"), VideoFile),
        (SourceSpec(SourceKind.PICTURES, "a"), PictureFolder),
    ],
)
def test_a_source_of_each_kind_is_created(spec: SourceSpec, made: type[FrameSource]) -> None:
    assert isinstance(make_source(spec, CameraSettings(), ManualClock()), made)


def test_settings_give_the_size() -> None:
    camera = CameraSettings(width=320, height=240)
    with make_source(parse_source("demo"), camera, ManualClock(), paced=False) as source:
        assert (source.open().width, source.open().height) == (320, 240)


def test_unpaced_sources_do_not_wait(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4", [plain()] * 30, fps=1.0)
    with make_source(parse_source(str(film)), CameraSettings(), ManualClock(), paced=False) as source:
        assert sum(1 for _ in iter(source.read, None)) == 30
