"""Looks at a file before it is opened as our database, and leaves it, and its directory, as they were."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import StoreCorrupt, StoreError, StoreForeign, StoreTooNew
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.database.migration import is_known

APPLICATION_ID = 0x464C_4348
"""“FLCH”: written into the header of every database of ours, where it says so without anything being opened."""

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_LOOKS = 5
"""How often a file that another program is writing is looked at again before a verdict on it stands."""

_Stamp = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """The first hundred bytes of a SQLite file (sqlite.org/fileformat2.html, 1.3)."""

    page_bytes: int
    pages: int
    application_id: int

    @classmethod
    def read(cls, path: Path) -> "_Header | None":
        """Read it from the file; None where it has no whole header."""
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


def validate_file(path: Path, timeout_s: float) -> None:
    """Refuse a file that cannot be our database.

    Args:
        path: Need not exist; an empty file is as good as none.
        timeout_s: How long to wait for another program to let go of it, in seconds.

    Raises:
        StoreCorrupt: Not a SQLite file, or not a whole one.
        StoreForeign: Another program's database, or no file at all.
        StoreTooNew: A later version's database.
        OSError: The file cannot be read.
        sqlite3.Error: SQLite cannot read it.
    """
    for _ in range(_LOOKS - 1):
        stamp = _stamp(path)
        try:
            _look(path, timeout_s)
        except (StoreCorrupt, StoreForeign, sqlite3.DatabaseError):
            if _stamp(path) == stamp:
                raise
        else:
            return
    _look(path, timeout_s)


def connect_read_only(path: Path, timeout_s: float) -> sqlite3.Connection:
    """Open a database for reading; on a disk that is read-only itself too, where SQLite needs a file beside it else.

    Args:
        path: Of a whole database.
        timeout_s: How long to wait for another program to let go of it, in seconds.
    """
    is_at_rest = not _beside(path, "-wal").exists() and not os.access(path.parent, os.W_OK)
    return _connect_read_only(path, timeout_s, immutable=is_at_rest)


def read_revision(connection: sqlite3.Connection, path: Path) -> str | None:
    """Say which revision a database has.

    Args:
        connection: To the database.
        path: Its file, which the messages name.

    Returns:
        The Alembic revision; None where the database holds nothing yet.

    Raises:
        StoreForeign: It holds something, but nothing of ours.
        StoreTooNew: Its revision is unknown here.
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


def _look(path: Path, timeout_s: float) -> None:
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
    in_use = _beside(path, "-wal").exists()
    if header.application_id != APPLICATION_ID and (header.application_id or in_use):
        raise StoreForeign(path=path)
    if not in_use:
        _refuse_truncated(path, header)
    with closing(_connect_read_only(path, timeout_s, immutable=not in_use)) as connection:
        _refuse_damaged(connection, path)
        read_revision(connection, path)


def _refuse_truncated(path: Path, header: _Header) -> None:
    size = path.stat().st_size
    if size < header.pages * header.page_bytes or size % header.page_bytes:
        raise StoreCorrupt(path=path)


def _refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreCorrupt(path=path)


def _has_unfinished_commit(path: Path) -> bool:
    """Whether SQLite has to roll something back before anybody can judge, as it does on opening for writing."""
    journal = _beside(path, "-journal")
    return journal.exists() and journal.stat().st_size > 0


def _connect_read_only(path: Path, timeout_s: float, *, immutable: bool) -> sqlite3.Connection:
    """Open without creating anything: an immutable file is read as it lies, with neither locks nor a log beside it."""
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"
    return sqlite3.connect(uri, uri=True, timeout=timeout_s)


def _stamp(path: Path) -> _Stamp:
    return tuple(_stamp_of(_beside(path, suffix)) for suffix in ("", "-wal", "-journal"))


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _not_a_file(path: Path) -> StoreError:
    return StoreForeign(
        QT_TRANSLATE_NOOP("errors", "Something that is not a file stands where the database belongs: {path}"), path=path
    )
