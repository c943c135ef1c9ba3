"""Validation of a file before it is opened as a database. Changes neither the file nor its directory."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import StoreCorrupt, StoreError, StoreForeign, StoreTooNew
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.database.migration import is_known
from app.store.database.raw_connection import BUSY_TIMEOUT_S, beside, connect_read_only

APPLICATION_ID = 0x464C_4348
"""“FLCH”, in the header of every Facelatch database, where it can be read without opening the database."""

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
ATTEMPTS = 5
"""How often validation of a file that another program is writing is repeated before its result stands."""

_Stamp = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """The first 100 bytes of a SQLite file (sqlite.org/fileformat2.html, section 1.3)."""

    page_bytes: int
    pages: int
    application_id: int

    @classmethod
    def read(cls, path: Path) -> "_Header | None":
        """Return the header of a file; None if the file has no complete header."""
        with path.open("rb") as file:
            data = file.read(_HEADER_BYTES)
        if len(data) < _HEADER_BYTES or not data.startswith(_MAGIC):
            return None
        page_bytes = int.from_bytes(data[16:18], "big")
        if page_bytes == 0:
            return None
        return cls(
            page_bytes=65_536 if page_bytes == 1 else page_bytes,
            pages=int.from_bytes(data[28:32], "big"),
            application_id=int.from_bytes(data[68:72], "big"),
        )


def validate_file(path: Path, timeout_s: float = BUSY_TIMEOUT_S) -> None:
    """Raise an error for a file that is not a usable Facelatch database.

    Args:
        path: May be missing or empty.
        timeout_s: How long to wait for another program's lock, in seconds.

    Raises:
        StoreCorrupt: Not a SQLite file, or a truncated or damaged one.
        StoreForeign: The database of another program, or not a regular file.
        StoreTooNew: The database of a later version.
        OSError: The file cannot be read.
        sqlite3.Error: SQLite cannot read it.
    """
    for _ in range(ATTEMPTS - 1):
        stamp = _stamp(path)
        try:
            validate_once(path, timeout_s)
        except (StoreCorrupt, StoreForeign, sqlite3.DatabaseError):
            if _stamp(path) == stamp:
                raise
        else:
            return
    validate_once(path, timeout_s)


def read_revision(connection: sqlite3.Connection, path: Path) -> str | None:
    """Return the schema revision of a database.

    Args:
        connection: To the database.
        path: The file that the messages name.

    Returns:
        The Alembic revision; None for an empty database.

    Raises:
        StoreForeign: The tables belong to another program.
        StoreTooNew: This version does not know the revision.
    """
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return None
    ((application_id,),) = connection.execute("PRAGMA application_id")
    if application_id != APPLICATION_ID or "alembic_version" not in tables:
        raise StoreForeign(path=path)
    revisions = [str(revision) for (revision,) in connection.execute("SELECT version_num FROM alembic_version")]
    if len(revisions) != 1:
        raise StoreForeign(path=path)
    if not is_known(revisions[0]):
        raise StoreTooNew(path=path)
    return revisions[0]


def validate_once(path: Path, timeout_s: float) -> None:
    """Validate a file once. A file that another program is writing may fail although it is sound; see `validate_file`.

    Args:
        path: May be missing or empty.
        timeout_s: How long to wait for another program's lock, in seconds.

    Raises:
        StoreCorrupt: Not a SQLite file, or a truncated or damaged one.
        StoreForeign: The database of another program, or not a regular file.
        StoreTooNew: The database of a later version.
        OSError: The file cannot be read.
        sqlite3.Error: SQLite cannot read it.
    """
    if not path.exists():
        return
    if not path.is_file():
        raise _not_a_file(path)
    if path.stat().st_size == 0:
        return
    header = _Header.read(path)
    if _has_unfinished_commit(path) and (header is None or header.application_id == APPLICATION_ID):
        return
    if header is None:
        raise StoreCorrupt(path=path)
    in_use = beside(path, "-wal").exists()
    if header.application_id != APPLICATION_ID and (header.application_id or in_use):
        raise StoreForeign(path=path)
    if not in_use:
        _require_full_length(path, header)
    with closing(connect_read_only(path, timeout_s, immutable=not in_use)) as connection:
        _require_sound_pages(connection, path)
        read_revision(connection, path)


def _require_full_length(path: Path, header: _Header) -> None:
    size = path.stat().st_size
    if size < header.pages * header.page_bytes or size % header.page_bytes:
        raise StoreCorrupt(path=path)


def _require_sound_pages(connection: sqlite3.Connection, path: Path) -> None:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreCorrupt(path=path)


def _has_unfinished_commit(path: Path) -> bool:
    """Return whether a hot journal exists, which SQLite rolls back when it opens the file for writing."""
    journal = beside(path, "-journal")
    return journal.exists() and journal.stat().st_size > 0


def _stamp(path: Path) -> _Stamp:
    return tuple(_stamp_of(beside(path, suffix)) for suffix in ("", "-wal", "-journal"))


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _not_a_file(path: Path) -> StoreError:
    return StoreForeign(QT_TRANSLATE_NOOP("errors", "The database path is not a regular file: {path}"), path=path)
