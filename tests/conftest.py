"""What every test is held to: its own directories, no threads left behind, no unexpected errors in the log."""

import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app  # noqa: F401 - sets the vendors' switches before anything else is imported

_ENDING_S = 3.0
_PATIENT_THREADS = ("pydevd",)

_started_at: dict[int, str] = {}
_start: Callable[[threading.Thread], None] = threading.Thread.start


def _remembered(thread: threading.Thread) -> None:
    _started_at[id(thread)] = "".join(traceback.format_stack(limit=8)[:-1])
    _start(thread)


def pytest_configure() -> None:
    threading.Thread.start = _remembered  # type: ignore[method-assign, assignment]


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's is read or written."""
    for name in [name for name in os.environ if name.startswith("FACELATCH_") and name != "FACELATCH_EVAL_DIR"]:
        monkeypatch.delenv(name)
    for name in ("DATA", "CONFIG", "LOG"):
        monkeypatch.setenv(f"FACELATCH_{name}_DIR", str(tmp_path / "facelatch" / name.lower()))


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Threads that a test started have ended soon after it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _ENDING_S
    left = _others(before)
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = _others(before)
    words = [f"{thread.name} is still running; it was started at:\n{_started_at.get(id(thread))}" for thread in left]
    assert not left, "\n".join(words)


def _others(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and not t.name.startswith(_PATIENT_THREADS)]


class _Errors(logging.Handler):
    """Collects the records of errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def logged_errors() -> Iterator[list[logging.LogRecord]]:
    """No error is logged; a test that expects some takes this fixture and empties the list."""
    logger, handler = logging.getLogger("app"), _Errors()
    kept = logger.handlers[:], logger.level, logger.propagate
    logger.addHandler(handler)
    yield handler.records
    for other in [other for other in logger.handlers if other not in kept[0]]:
        logger.removeHandler(other)
        other.close()
    logger.setLevel(kept[1])
    logger.propagate = kept[2]
    words = [f"{record.name}: {record.getMessage()}\n{record.exc_text or ''}" for record in handler.records]
    assert not words, "errors were logged:\n" + "\n".join(words)


@pytest.fixture(scope="session")
def eval_dir() -> Path:
    """The evaluation pictures, which are not part of the project."""
    beside = Path(__file__).parents[2] / "shared" / "eval"
    directory = Path(os.environ.get("FACELATCH_EVAL_DIR", beside))
    if not directory.is_dir():
        pytest.skip(f"no evaluation pictures at {directory}; FACELATCH_EVAL_DIR names another place")
    return directory
