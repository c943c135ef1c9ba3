import logging
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.logging import configure_logging, log_file, redact_credentials

log = logging.getLogger("app.test")


def block(directory: Path) -> None:
    directory.parent.mkdir(parents=True)
    directory.write_text("a file where a directory is wanted")


def test_log_goes_to_the_file_only(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    log.debug("too much")
    log.info("for later: „groß“")
    assert "INFO MainThread app.test: for later: „groß“" in log_file().read_text("utf-8")
    assert "too much" not in log_file().read_text("utf-8")
    assert capsys.readouterr() == ("", "")


def test_verbose_logs_everything_to_the_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(verbose=True)
    log.debug("for now")
    assert capsys.readouterr().err == "DEBUG app.test: for now\n"
    assert "for now" in log_file().read_text("utf-8")


def test_second_call_replaces_the_handlers(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(verbose=True)
    configure_logging()
    log.info("once")
    assert log_file().read_text("utf-8").count("once") == 1
    assert capsys.readouterr().err == ""


def test_without_a_file_errors_go_to_the_terminal(
    capsys: pytest.CaptureFixture[str], logged_errors: list[logging.LogRecord]
) -> None:
    block(log_file().parent)
    configure_logging()
    log.warning("nothing")
    log.error("broken")
    assert capsys.readouterr().err == "ERROR app.test: broken\n"
    logged_errors.clear()


def test_without_a_file_verbose_logs_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    block(log_file().parent)
    configure_logging(verbose=True)
    log.debug("for now")
    assert capsys.readouterr().err == "DEBUG app.test: for now\n"


def test_log_file_is_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.logging._MAX_BYTES", 300)
    configure_logging()
    for number in range(40):
        log.info("line %s", number)
    files = sorted(path.name for path in log_file().parent.iterdir())
    assert files == ["facelatch.log", "facelatch.log.1", "facelatch.log.2", "facelatch.log.3"]
    assert all(path.stat().st_size <= 300 for path in log_file().parent.iterdir())


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://cam.local:554/live", "rtsp://cam.local:554/live"),
        ("rtsp://admin:hunter2@cam.local:554/live", "rtsp://***@cam.local:554/live"),
        ("rtsp://admin@cam.local/live", "rtsp://***@cam.local/live"),
        ("rtsp://admin:1234@cam.local/live", "rtsp://***@cam.local/live"),
        ("rtsp://admin:p@ss/w:rd#1@cam.local/live", "rtsp://***@cam.local/live"),
        ("http://cam.local/a@b", "http://cam.local/a@b"),
        ("http://cam.local/?user=a&password=hunter2&x=1", "http://cam.local/?user=a&password=***&x=1"),
        ("http://cam.local/?PWD=hunter2#t", "http://cam.local/?PWD=***#t"),
        ("no address", "no address"),
    ],
)
def test_credentials_are_redacted(address: str, shown: str) -> None:
    assert redact_credentials(address) == shown


@settings(max_examples=50, deadline=None)
@example("1/hunter2")
@example("\nhunter2?#@/")
@given(st.text(min_size=1).map(lambda text: f"{text}hunter2{text}"))
def test_any_password_is_redacted(password: str) -> None:
    assert "hunter2" not in redact_credentials(f"rtsp://admin:{password}@cam.local/live")


def test_only_the_owner_can_read_the_log() -> None:
    configure_logging()
    assert log_file().stat().st_mode & 0o777 == 0o600
