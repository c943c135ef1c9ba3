import logging
from pathlib import Path

import pytest
from PIL import Image as Pillow

from app.camera.picture_folder import PictureFolder
from app.core.errors import CameraDenied, CameraNotFound
from tests.fakes.camera import ManualClock, plain


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, level in (("b.png", 20), ("a.JPG", 10), ("c.webp", 30)):
        Pillow.fromarray(plain((level, level, level), width=level)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture", encoding="utf-8")
    (tmp_path / ".hidden.png").write_bytes(b"")
    (tmp_path / "sub.png").mkdir()
    return tmp_path


def widths(source: PictureFolder) -> list[int]:
    with source:
        return [frame.width for frame in iter(source.read, None) if frame]


def test_unpaced_each_is_delivered_once_in_the_order_of_names(folder: Path) -> None:
    clock = ManualClock()
    assert widths(PictureFolder(folder, clock, paced=False, sleep=clock.sleep)) == [10, 20, 30]
    assert clock.slept == []


def test_paced_each_is_shown_for_a_while(folder: Path) -> None:
    clock = ManualClock(start_ns=0)
    source = PictureFolder(folder, clock, seconds_each=0.5, sleep=clock.sleep)
    assert widths(source) == [10] * 5 + [20] * 5 + [30] * 5
    assert clock.monotonic_ns() == 1_400_000_000


def test_no_frame_follows_the_end(folder: Path) -> None:
    with PictureFolder(folder, ManualClock(), paced=False) as source:
        assert [source.read() is None for _ in range(5)] == [False, False, False, True, True]


def test_unreadable_pictures_are_skipped_and_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "a.JPG").write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert widths(PictureFolder(folder, ManualClock(), paced=False)) == [20, 30]
    assert "a.JPG" in caplog.text


def test_a_single_picture(folder: Path) -> None:
    assert widths(PictureFolder(folder / "b.png", ManualClock(), paced=False)) == [20]


def test_the_info_has_the_name_and_no_size(folder: Path) -> None:
    with PictureFolder(folder, ManualClock()) as source:
        info = source.open()
    assert (info.name, info.width, info.height, info.fps) == (folder.name, 0, 0, 10.0)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(CameraNotFound, match="no folder or picture"):
        PictureFolder(tmp_path / "none", ManualClock()).open()


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CameraNotFound, match="has no pictures") as caught:
        PictureFolder(tmp_path, ManualClock()).open()
    assert "JPEG" in caught.value.hint


def test_a_folder_where_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"damaged")
    with pytest.raises(CameraNotFound, match="None of the pictures"):
        PictureFolder(tmp_path, ManualClock()).open()


def test_a_folder_without_read_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CameraDenied, match="may not read"):
        PictureFolder(tmp_path, ManualClock()).open()
