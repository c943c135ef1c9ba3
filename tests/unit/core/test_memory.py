from pathlib import Path

import pytest

from app.core import memory


def test_what_is_held_is_read_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\n")
    monkeypatch.setattr(memory, "_STATUS", status)
    assert (memory.resident_bytes(), memory.peak_bytes()) == (200 * 1024, 300 * 1024)


def test_a_system_that_does_not_tell_is_not_guessed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "none")
    assert memory.resident_bytes() is None
    (tmp_path / "none").write_text("Name:\tpython\n")
    assert memory.peak_bytes() is None


def test_what_was_freed_is_given_back() -> None:
    held = [bytes(64 * 1024) for _ in range(1000)]
    with_it = memory.resident_bytes()
    del held
    memory.give_back()
    without = memory.resident_bytes()
    assert with_it is not None
    assert without is not None
    assert without < with_it - 32 * 2**20
