"""Brings a database's file to the schema of this program: the one in use, and the copies of it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.clock import SystemClock
from app.core.errors import StoreCorrupt
from app.store.chain import Head
from app.store.failures import translating_errors
from app.store.founding import found
from app.store.inspection import APPLICATION_ID, examine, judge
from app.store.keys.holder import open_vault
from app.store.keys.inheriting import StoredKeys
from app.store.keys.sources import KeySources
from app.store.ledger import Ledger
from app.store.migrating import HEAD, migrate

_BUSY_S = 5.0


def bring_up_to_date(
    engine: Engine,
    path: Path,
    sources: KeySources,
    ledger: Ledger,
    *,
    before: Callable[[Path], object] | None = None,
    inherited: StoredKeys | None = None,
) -> None:
    """Make or migrate it under the write lock, which also proves that it can be written, and keeps openers in line.

    Args:
        engine: Its transactions take the write lock when they begin.
        path: The database's file.
        sources: Where its key comes from.
        ledger: The chain of its audit trail.
        before: Called with the file before one of an earlier version is changed.
        inherited: Keys for a database from before there were any; by default new ones.

    Raises:
        NoKeyError: The key cannot be had, or be kept.
        StoreError: It is not our database, or of a later version.
    """
    with engine.connect() as connection:
        raw = driver_connection(connection)
        connection.detach()
        # Rebuilding a table drops the old one, and with foreign keys on its rows would take their templates along.
        raw.execute("PRAGMA foreign_keys = OFF")
        head = None
        with connection.begin():
            revision = judge(raw, path)
            if revision != HEAD:
                if revision is not None and before is not None:
                    before(path)
                raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                make = found if revision is None else migrate
                make(connection, sources, inherited)
                head = chain_events(connection, sources, ledger)
        if head is not None:
            ledger.seal(head)


def update_copy(path: Path, sources: KeySources, inherited: StoredKeys | None) -> None:
    """Bring a copy that nobody uses up to date, in one transaction: killed at any point, it is as it was or done.

    Args:
        path: The copy. One file before and after.
        sources: Where the key comes from.
        inherited: The keys of the database that it is a copy of.

    Raises:
        NoKeyError: The key cannot be had.
        StoreError: The copy is damaged or not ours, or cannot be written. It is as it was.
    """
    engine = create_engine("sqlite://", creator=lambda: _connect_copy(path), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    try:
        with translating_errors(path):
            examine(path, _BUSY_S)
            if path.stat().st_size == 0:
                raise StoreCorrupt(path=path)
            bring_up_to_date(engine, path, sources, Ledger(()), inherited=inherited)
    except (sqlite3.DatabaseError, DatabaseError, ValueError) as error:
        raise StoreCorrupt(path=path) from error


def is_up_to_date(path: Path) -> bool:
    """Whether a copy has the schema of this program. Changes nothing.

    Raises:
        StoreError: It cannot be read, or is not ours.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with translating_errors(path), closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
        return judge(connection, path) == HEAD


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """The connection of SQLite's own below one."""
    driver: object = connection.connection.dbapi_connection  # there also where the connection is detached
    assert isinstance(driver, sqlite3.Connection)
    return driver


def chain_events(connection: Connection, sources: KeySources, ledger: Ledger) -> Head | None:
    """Have the events from before there was a chain in it, within the transaction of the migration.

    Returns:
        What is to be sealed after the commit, if anything.
    """
    ledger.use(open_vault(connection, sources))
    with Session(connection) as session:
        ledger.begin(session)
        head = ledger.adopt(session, SystemClock().now())
        session.commit()
        return head


def _connect_copy(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)
    # What was not sealed is zeroed where it lay, and is not written to temporary files.
    for pragma in ("secure_delete = ON", "temp_store = MEMORY", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
