"""Rules for every test: temporary directories, no threads left behind, no unexpected errors in the log.

The home of the user is redirected for the whole run, also for fixtures of a module or session, and the run
fails if a test creates files of the program in the real one, or an account of the system, nevertheless.
"""

import logging
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

import platformdirs
import pytest
from hypothesis import settings

import app  # noqa: F401 - sets the vendors' switches before anything else is imported

_ENDING_S = 3.0
_DIRECTORIES = ("DATA", "CONFIG", "KEYS", "LOG", "CACHE", "RUNTIME")
_REAL_DIRECTORIES = [
    Path(of(name, appauthor=False))
    for name in ("facelatch", "facelatch-keys")
    for of in (
        platformdirs.user_data_dir,
        platformdirs.user_config_dir,
        platformdirs.user_log_dir,
        platformdirs.user_cache_dir,
    )
]
_ACCOUNTS = Path("/etc/passwd")
_EVAL_DIR = Path(os.environ.get("FACELATCH_EVAL_DIR", Path(__file__).parents[2] / "shared" / "eval"))

_started_at: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()
_start: Callable[[threading.Thread], None] = threading.Thread.start


def _start_recorded(thread: threading.Thread) -> None:
    _started_at[thread] = "".join(traceback.format_stack(limit=8)[:-1])
    _start(thread)


# The same examples in each run. A first example may take long on a busy machine; benchmarks measure speed.
settings.register_profile("project", deadline=None, derandomize=True)
# `./run soak`: other examples each time; a failure prints how to repeat it.
settings.register_profile("random", deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--hypothesis-profile") or "project")
    threading.Thread.start = _start_recorded  # type: ignore[method-assign, assignment]
    config.stash[_BEFORE] = _outside()
    directory = tempfile.TemporaryDirectory(prefix="facelatch-tests-")
    config.add_cleanup(directory.cleanup)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = directory.name
    _redirect(Path(directory.name), os.environ.__setitem__)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that creates files in the real directories of the user, or accounts."""
    before: frozenset[str] = session.config.stash[_BEFORE]
    created = _outside() - before
    if created:
        sys.stderr.write("\ntests created outside their directories:\n" + "\n".join(sorted(created)) + "\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_BEFORE: pytest.StashKey[frozenset[str]] = pytest.StashKey()


def _outside() -> frozenset[str]:
    """Return what a test must not add to: files in the directories of the user, and the accounts of the system."""
    files = {str(file) for directory in _REAL_DIRECTORIES for file in directory.rglob("*")}
    accounts = _ACCOUNTS.read_text("utf-8").splitlines() if _ACCOUNTS.is_file() else []
    return frozenset(files).union(accounts)


def _redirect(directory: Path, set_variable: Callable[[str, str], None]) -> None:
    for name in _DIRECTORIES:
        set_variable(f"FACELATCH_{name}_DIR", str(directory / name.lower()))
    set_variable("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirect the directories of the user to a temporary one."""
    for name in [name for name in os.environ if name.startswith("FACELATCH_")]:
        monkeypatch.delenv(name)
    _redirect(tmp_path / "facelatch", monkeypatch.setenv)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture(autouse=True)
def no_threads_left(logged_errors: list[logging.LogRecord]) -> Iterator[None]:
    """Fail a test whose threads do not end within 3 s. Errors that they log until then count."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _ENDING_S
    while (left := _others(before)) and (seconds := deadline - time.monotonic()) > 0:
        left[0].join(seconds)
    words = [f"{thread.name} is still running; it was started at:\n{_started_at.get(thread)}" for thread in left]
    assert not left, "\n".join(words)


def _others(before: set[threading.Thread]) -> list[threading.Thread]:
    # A dummy represents a native thread that called back into Python (Qt, MediaPipe); it cannot be joined.
    started = [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]
    return [thread for thread in started if thread not in before]


class _Errors(logging.Handler):
    """Collects log records of errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def logged_errors() -> Iterator[list[logging.LogRecord]]:
    """Fail a test that logs errors. A test that expects errors requests this fixture and clears the list."""
    logger, handler = logging.getLogger("app"), _Errors()
    kept = logger.handlers[:], logger.level, logger.propagate
    logger.addHandler(handler)
    yield handler.records
    for other in [other for other in logger.handlers if other not in kept[0]]:
        logger.removeHandler(other)
        other.close()
    logger.setLevel(kept[1])
    logger.propagate = kept[2]
    words = [f"{record.name}: {logging.Formatter().format(record)}" for record in handler.records]
    assert not words, "errors were logged:\n" + "\n".join(words)


@pytest.fixture(scope="session")
def eval_dir() -> Path:
    """Directory of the evaluation pictures, which are not part of the project."""
    if not _EVAL_DIR.is_dir():
        pytest.skip(f"no evaluation pictures at {_EVAL_DIR}; FACELATCH_EVAL_DIR names another place")
    return _EVAL_DIR
