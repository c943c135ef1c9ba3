"""Logging to a rotating file and to standard error, and redaction of credentials in addresses."""

import logging
import logging.handlers
import re
import sys
from io import TextIOWrapper
from pathlib import Path

from app.core.paths import log_dir

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES = 2_000_000
_BACKUP_FILES = 3

_handlers_in_use: list[logging.Handler] = []


def log_file() -> Path:
    """Return the path of the log file."""
    return log_dir() / "facelatch.log"


def configure_logging(*, verbose: bool = False) -> None:
    """Send the log of the program to `log_file()`, and with `verbose` to standard error as well.

    If the file cannot be written, errors go to standard error. A second call replaces the configuration.
    """
    root = logging.getLogger("app")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.propagate = False
    for handler in _handlers_in_use:
        root.removeHandler(handler)
        handler.close()
    _handlers_in_use[:] = _handlers(verbose=verbose)
    for handler in _handlers_in_use:
        root.addHandler(handler)


def _handlers(*, verbose: bool) -> list[logging.Handler]:
    try:
        file = _file_handler()
    except OSError:
        return [_console_handler(logging.DEBUG if verbose else logging.ERROR)]
    return [file, _console_handler(logging.DEBUG)] if verbose else [file]


def _console_handler(level: int) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    return handler


def _file_handler() -> logging.Handler:
    log_file().parent.mkdir(parents=True, exist_ok=True)
    handler = _PrivateFileHandler(log_file(), maxBytes=_MAX_BYTES, backupCount=_BACKUP_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler


class _PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """A rotating log file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream


# A password may contain “/” or “@”, so everything from a colon up to the last “@” is removed.
_USER_INFO = re.compile(r"(?<=://)(?:[^/?#@]*:.*@|[^/?#]*@)", re.DOTALL)
_SECRET_VALUE = re.compile(r"(?i)(?<=[?&])((?:pass(?:word|wd)?|pwd|token|auth|key|secret)=)[^&#]*")


def redact_credentials(address: str) -> str:
    """Return an address without user name, password and tokens; other text is returned unchanged."""
    return _SECRET_VALUE.sub(r"\1***", _USER_INFO.sub("***@", address))
