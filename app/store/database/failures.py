"""Translation of errors of SQLite, SQLAlchemy and the operating system into StoreError."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.core.errors import (
    FacelatchError,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreTampered,
)
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.crypto.aead import DecryptionError
from app.store.people.vectors import InvalidVectorError

_BY_SQLITE_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_PROTOCOL: StoreLocked,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_PERM: StoreReadOnly,
}
_BY_ERRNO: dict[int, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
    errno.EROFS: StoreReadOnly,
    errno.EEXIST: StoreReadOnly,
    errno.ENOTDIR: StoreReadOnly,
}
_PRIMARY_CODE = 0xFF
"""SQLite's extended codes keep the primary one in the lowest byte."""

_UNDECODABLE = "Could not decode to UTF-8"
"""Python's `sqlite3` raises this for a text with invalid bytes, without an error code."""

_SHARED_MEMORY_BYTES = 32_768
"""The size of the shared-memory file of WAL mode; SQLite reports a disk without that much space as an I/O error."""


@contextmanager
def explaining_database(problem_of: Callable[[str], FacelatchError]) -> Iterator[None]:
    """Convert an SQLAlchemyError from a database that another library manages.

    Args:
        problem_of: Creates the error to raise from a one-line reason.
    """
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise problem_of(reason) from error


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Convert errors that make the database unusable into the matching StoreError.

    Args:
        path: The database file that the messages name.

    Raises:
        StoreError: Or the subclass that fits. Errors in our own SQL pass through unchanged.
    """
    try:
        yield
    except DecryptionError as error:
        raise StoreTampered(path=path, where=error.where) from error
    except InvalidVectorError as error:
        raise StoreCorrupt(path=path) from error
    except OSError as error:
        raise _from_os(error, path) from error
    except sqlite3.Error as error:
        translated = _from_sqlite(error, path)
        if translated is None:
            raise
        raise translated from error
    except DBAPIError as error:
        translated = _from_sqlite(error.orig, path)
        if translated is None:
            raise
        raise translated from error


def _from_os(error: OSError, path: Path) -> StoreError:
    kind = _BY_ERRNO.get(error.errno or 0)
    return kind(path=path) if kind else unusable_database(path, error.strerror or str(error))


def _from_sqlite(error: BaseException | None, path: Path) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code == sqlite3.SQLITE_IOERR:
        return StoreFull(path=path) if _is_disk_full(path) else unusable_database(path, str(error))
    kind = StoreCorrupt if str(error).startswith(_UNDECODABLE) else _BY_SQLITE_CODE.get(code)
    return kind(path=path) if kind else None


def unusable_database(path: Path, reason: str) -> StoreError:
    """Return the error for a location that cannot hold a database.

    Args:
        path: The database file.
        reason: The message of SQLite or the operating system.

    Returns:
        The error to raise.
    """
    return StoreError(
        QT_TRANSLATE_NOOP("errors", "The database cannot be used ({reason}): {path}"),
        QT_TRANSLATE_NOOP("errors", "Choose a directory on a local disk with FACELATCH_DATA_DIR."),
        path=path,
        reason=reason,
    )


def _is_disk_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _SHARED_MEMORY_BYTES
    except OSError:
        return False
