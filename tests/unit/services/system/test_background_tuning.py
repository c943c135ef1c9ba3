"""Background tuning with substitute processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.system import background_tuning
from app.services.system.background_tuning import COMMAND, BackgroundTuning

_PRIORITY = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpriority(os.PRIO_PROCESS, 0)))"
_FOR_LONG = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def _python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def _wait(tuning: BackgroundTuning) -> None:
    tuning._thread.join(20)
    assert not tuning._thread.is_alive()
    tuning.close()


def test_tuning_waits_for_the_start_and_is_skipped_when_the_program_ends(tmp_path: Path) -> None:
    with BackgroundTuning(lambda: True, _python(_PRIORITY, tmp_path / "ran"), after_s=60):
        pass
    assert not (tmp_path / "ran").exists()


def test_tuning_runs_once(tmp_path: Path) -> None:
    _wait(BackgroundTuning(lambda: False, _python(_PRIORITY, tmp_path / "ran"), after_s=0))
    assert not (tmp_path / "ran").exists()


def test_tuning_ends_with_the_program(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tuning = BackgroundTuning(lambda: True, _python(_FOR_LONG, note), after_s=0)
    while not (note.exists() and note.read_text("utf-8")):
        tuning._thread.join(0.02)
        assert tuning._thread.is_alive()
    tuning.close()
    assert not tuning._thread.is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text("utf-8")), 0)


def test_the_process_has_a_low_priority(tmp_path: Path) -> None:
    code = f"import time; time.sleep(0.5); {_PRIORITY}"
    _wait(BackgroundTuning(lambda: True, _python(code, tmp_path / "ran"), after_s=0))
    assert int((tmp_path / "ran").read_text("utf-8")) >= 15


def test_a_failed_tuning_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    _wait(BackgroundTuning(lambda: True, _python("raise SystemExit(3)"), after_s=0))
    assert "exit code 3" in caplog.text


def test_a_missing_command_is_logged(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    _wait(BackgroundTuning(lambda: True, [str(tmp_path / "missing")], after_s=0))
    assert "could not be tuned" in caplog.text


def test_a_blocked_tuning_is_ended(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(background_tuning, "_TIMEOUT_S", 0.3)
    caplog.set_level("INFO")
    _wait(BackgroundTuning(lambda: True, _python("import time; time.sleep(60)"), after_s=0))
    assert "too long" in caplog.text


def test_the_command_exists() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout
