import logging
import os
from pathlib import Path

import pytest

from app.core import paths
from app.core.clock import SystemClock
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import log_file, set_up_logging


def test_vendors_are_told_to_keep_quiet() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_directories_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, place in (
        ("DATA", paths.data_dir),
        ("CONFIG", paths.config_dir),
        ("LOG", paths.log_dir),
        ("MODELS", paths.models_dir),
    ):
        monkeypatch.setenv(f"FACELATCH_{name}_DIR", str(tmp_path / name))
        assert place() == tmp_path / name
        monkeypatch.delenv(f"FACELATCH_{name}_DIR")
        assert place().name in {"facelatch", "log", "Logs", "models"}
    assert paths.database_file().parent == paths.data_dir()


def test_what_ships_is_found_in_a_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_dir() == tmp_path / "resources"
    assert (paths.models_dir() / "manifest.toml").is_file()


def test_the_log_goes_to_its_file_and_with_verbose_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("app.test")
    set_up_logging()
    log.info("for later")
    set_up_logging(verbose=True)
    log.debug("for now")
    assert "for later" in log_file().read_text("utf-8")
    assert capsys.readouterr().err == "DEBUG app.test: for now\n"


def test_without_a_file_errors_go_to_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, logged_errors: list[logging.LogRecord]
) -> None:
    log_file().parent.parent.mkdir(parents=True)
    log_file().parent.write_text("in the way")
    set_up_logging()
    logging.getLogger("app.test").info("nothing")
    logging.getLogger("app.test").error("broken")
    logged_errors.clear()
    assert capsys.readouterr().err == "ERROR app.test: broken\n"


def test_clocks_and_marks() -> None:
    clock = SystemClock()
    assert clock.monotonic_ns() <= clock.monotonic_ns()
    assert clock.now().utcoffset() is not None
    assert QT_TRANSLATE_NOOP("texts", "as it is") == "as it is"
