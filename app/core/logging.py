"""Logging: a rotating file for later, and standard error for now."""

import logging
import logging.handlers
import sys
from pathlib import Path

from app.core.paths import log_dir

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES = 2_000_000
_KEPT_FILES = 3


def log_file() -> Path:
    """Where the log is written, if its directory can be."""
    return log_dir() / "facelatch.log"


def set_up_logging(*, verbose: bool = False) -> None:
    """Send the program's log to `log_file()`, and errors (or all, if verbose) to standard error.

    Where the directory cannot be written, standard error has to do.
    """
    root = logging.getLogger("app")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.propagate = False
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.DEBUG if verbose else logging.ERROR)
    console.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root.addHandler(console)
    try:
        root.addHandler(_file_handler())
    except OSError as error:
        root.info("no log file: %s", error)


def _file_handler() -> logging.Handler:
    log_file().parent.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        log_file(), maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler
