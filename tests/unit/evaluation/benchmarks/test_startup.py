import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.errors import CameraLost
from app.evaluation.benchmarks import startup
from app.evaluation.benchmarks.startup import StartupReport, time_startup


def answering(monkeypatch: pytest.MonkeyPatch, *verdicts: str) -> list[Sequence[str]]:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    commands: list[Sequence[str]] = []
    answers = iter(verdicts)

    def run(command: Sequence[str], env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        assert "PYTHONDONTWRITEBYTECODE" not in env
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, f'{{"first_verdict_s": {next(answers)}}}\n')

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_the_first_start_is_cold_and_the_others_give_the_median(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("read at the start")
    monkeypatch.setattr(startup, "_files", lambda: iter([tmp_path / "file", tmp_path / "gone"]))
    commands = answering(monkeypatch, "7.0", "2.5", "1.1", "1.9", "1.3")
    assert time_startup() == StartupReport(2.5, 1.3)
    assert all("demo" in command for command in commands)


def test_a_start_without_a_verdict_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_files", lambda: iter(()))
    answering(monkeypatch, "null")
    with pytest.raises(CameraLost):
        time_startup()


def test_a_bundle_starts_itself_and_reads_all_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "_internal").mkdir()
    (tmp_path / "facelatch").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    assert list(startup._files()) == [tmp_path / "facelatch"]
    commands = answering(monkeypatch, "7.0", "2.5", "1.1")
    time_startup(warm=1)
    assert [command[:2] for command in commands] == [[sys.executable, "demo"]] * 3
