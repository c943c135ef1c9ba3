"""Raw SQLite connections: to the database in use, and to copies and files outside `Database`."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

BUSY_TIMEOUT_S = 5.0
"""How long to wait for another program's lock on a file that is opened outside `Database`, in seconds."""

PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY")
"""Set on every writing connection: templates are deleted with their person, a commit survives a power cut, deleted
content is overwritten with zeros, and temporary tables stay in memory."""


def connect_read_write(
    path: Path, timeout_s: float = BUSY_TIMEOUT_S, *, check_same_thread: bool = True
) -> sqlite3.Connection:
    """Open an existing file for writing, in autocommit mode.

    Args:
        path: The database file.
        timeout_s: How long to wait for another program's lock, in seconds.
        check_same_thread: Whether SQLite refuses calls from other threads.

    Returns:
        The open connection.

    Raises:
        sqlite3.Error: The file does not exist or cannot be written.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=check_same_thread,
    )
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def connect_read_only(
    path: Path, timeout_s: float = BUSY_TIMEOUT_S, *, immutable: bool | None = None
) -> sqlite3.Connection:
    """Open an existing file for reading without creating any file beside it.

    Args:
        path: The database file.
        timeout_s: How long to wait for another program's lock, in seconds.
        immutable: Whether to read without locks and without a write-ahead log. By default only where there is no log
            and the directory is read-only, since SQLite cannot create its shared-memory file there.

    Returns:
        The open connection.
    """
    if immutable is None:
        immutable = not beside(path, "-wal").exists() and not os.access(path.parent, os.W_OK)
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"
    return sqlite3.connect(uri, uri=True, timeout=timeout_s)


def file_engine(path: Path, *, writes: bool) -> Engine:
    """Return an engine for a file outside `Database`; each connection is closed after use.

    Args:
        path: The database file.
        writes: Whether transactions take the write lock when they begin.

    Returns:
        The engine.
    """
    connect = connect_read_write if writes else connect_read_only
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return engine


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """Return the sqlite3 connection below an SQLAlchemy connection, also of a detached one."""
    driver: object = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def beside(path: Path, suffix: str) -> Path:
    """Return the path of a companion file of a database.

    Args:
        path: The database file.
        suffix: Appended to the file name, such as `-wal` for the log or `-journal` for the rollback journal.

    Returns:
        A path in the same directory. The file may be missing.
    """
    return path.with_name(path.name + suffix)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
