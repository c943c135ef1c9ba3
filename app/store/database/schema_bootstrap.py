"""Makes a database that is new: with the newest tables at once, rather than with all that were there before them."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Insert,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    insert,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.clock import SystemClock
from app.core.errors import StoreCorrupt
from app.store.audit.chain import Head
from app.store.audit.ledger import Ledger
from app.store.crypto.keys.key_hierarchy import WrappedKeys, create_vault, open_vault
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import APPLICATION_ID, read_revision, validate_file
from app.store.database.migration import HEAD, migrate
from app.store.database.tables import AuditChainRow, Base, GalleryRevisionRow

_MAC_BYTES = 32
_VERSIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as Alembic makes it."""


def create_schema(connection: Connection, keys: KeySources, inherited: WrappedKeys | None = None) -> None:
    """Make all tables, the rows that every database has, and its keys: the same as migrating an empty one.

    Args:
        connection: In a transaction of an empty SQLite file, to which all belongs: done as a whole or not at all.
        keys: Where its key may be kept.
        inherited: Its keys; by default new ones.

    Raises:
        NoKeyError: The key cannot be kept anywhere, or does not open what is inherited.
    """
    Base.metadata.create_all(connection, checkfirst=False)
    _VERSIONS.create(connection, checkfirst=False)
    for statement in _first_rows():
        connection.execute(statement)
    if inherited is None:
        create_vault(connection, keys, datetime.now(UTC))
    else:
        inherited.open_in(connection, keys)


def _first_rows() -> tuple[Insert, ...]:
    """No event yet, so that the audit trail is chained from the first; and nothing kept of one, whose hash is that."""
    none = bytes(_MAC_BYTES)
    ends = {"sequence": 0, "mac": none, "chained_from": 1}
    pruned = {"pruned_sequence": 0, "pruned_mac": none, "kept": hashlib.sha256().digest(), "seal": b""}
    return (
        insert(_VERSIONS).values(version_num=HEAD),
        insert(GalleryRevisionRow).values(id=1, revision=0, floor=0),
        insert(AuditChainRow).values(id=1, **ends, **pruned),
    )


_BUSY_S = 5.0


def upgrade_database(
    engine: Engine,
    path: Path,
    sources: KeySources,
    ledger: Ledger,
    *,
    before: Callable[[Path], object] | None = None,
    inherited: WrappedKeys | None = None,
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
            revision = read_revision(raw, path)
            if revision != HEAD:
                if revision is not None and before is not None:
                    before(path)
                raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                make = create_schema if revision is None else migrate
                make(connection, sources, inherited)
                head = begin_audit_chain(connection, sources, ledger)
        if head is not None:
            ledger.seal(head)


def upgrade_copy(path: Path, sources: KeySources, inherited: WrappedKeys | None) -> None:
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
        with translate_errors(path):
            validate_file(path, _BUSY_S)
            if path.stat().st_size == 0:
                raise StoreCorrupt(path=path)
            upgrade_database(engine, path, sources, Ledger(()), inherited=inherited)
    except (sqlite3.DatabaseError, DatabaseError, ValueError) as error:
        raise StoreCorrupt(path=path) from error


def is_up_to_date(path: Path) -> bool:
    """Whether a copy has the schema of this program. Changes nothing.

    Raises:
        StoreError: It cannot be read, or is not ours.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with translate_errors(path), closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
        return read_revision(connection, path) == HEAD


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """The connection of SQLite's own below one."""
    driver: object = connection.connection.dbapi_connection  # there also where the connection is detached
    assert isinstance(driver, sqlite3.Connection)
    return driver


def begin_audit_chain(connection: Connection, sources: KeySources, ledger: Ledger) -> Head | None:
    """Have the events from before there was a chain in it, within the transaction of the migration.

    Returns:
        What is to be sealed after the commit, if anything.
    """
    ledger.use(open_vault(connection, sources))
    with Session(connection) as session:
        ledger.begin(session)
        head = ledger.chain_existing_events(session, SystemClock().now())
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
