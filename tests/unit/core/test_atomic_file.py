import os
from pathlib import Path

import pytest

from app.core.atomic_file import PARTIAL_SUFFIX, atomic_file, atomic_path, write_atomically


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_content_is_written(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    write_atomically(target, "“text”\n")
    assert target.read_text("utf-8") == "“text”\n"
    write_atomically(target, b"\x00\xff")
    assert target.read_bytes() == b"\x00\xff"
    assert names(tmp_path) == ["file.txt"]


def test_default_mode_is_owner_only_from_the_first_byte(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.touch(0o644)
    with atomic_file(target) as file:
        file.write(b"secret")
        (partial,) = tmp_path.glob(f"*{PARTIAL_SUFFIX}")
        assert partial.stat().st_mode & 0o777 == 0o600
    assert target.stat().st_mode & 0o777 == 0o600


def test_mode_none_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file", b"", mode=None)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_exception_in_the_block_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ZeroDivisionError), atomic_file(target) as file:
        file.write(bytes([1 // len(names(tmp_path / "empty"))]))
    assert target.read_text() == "old"
    assert names(tmp_path) == ["empty", "file"]


@pytest.mark.parametrize("function", ["os.fsync", "os.open"])
def test_failing_system_call_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    target = tmp_path / "file"
    target.write_text("old")
    monkeypatch.setattr(function, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, "new")
    monkeypatch.undo()
    assert target.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_two_writers_do_not_share_a_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "file"
    with atomic_file(target) as first:
        first.write(b"first")
        write_atomically(target, "second")
        assert target.read_text() == "second"
    assert target.read_text() == "first"


def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, durable: bool) -> list[bool]:
    """Whether each descriptor that a write flushes to the disk is a directory, in order."""
    flushed: list[bool] = []
    monkeypatch.setattr(
        "os.fsync",
        lambda descriptor: flushed.append(os.path.isdir(f"/proc/self/fd/{descriptor}")),  # noqa: PTH112
    )
    write_atomically(tmp_path / "file", b"content", durable=durable)
    return flushed


def test_durable_write_flushes_the_file_before_its_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert synced(tmp_path, monkeypatch, durable=True) == [False, True]


def test_other_writes_flush_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert synced(tmp_path, monkeypatch, durable=False) == []


def test_directories_are_not_flushed_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert synced(tmp_path, monkeypatch, durable=True) == [False]


def test_other_programs_can_write_to_the_path(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "file") as partial:
        assert partial.read_bytes() == b""
        partial.write_bytes(b"content")
        assert names(tmp_path) == [partial.name]
    assert (tmp_path / "file").read_bytes() == b"content"
    assert names(tmp_path) == ["file"]


def test_missing_directory_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "file", "")
    assert names(tmp_path) == []
