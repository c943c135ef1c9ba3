"""Schema bootstrap: create the tables of a new database, or migrate those of an earlier version."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, PrimaryKeyConstraint, String, Table, insert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.core.clock import SystemClock
from app.core.errors import StoreCorrupt
from app.store.audit.chain import GENESIS, Head
from app.store.audit.ledger import Ledger
from app.store.crypto.keys.key_hierarchy import WrappedKeys, create_vault, open_vault
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import APPLICATION_ID, read_revision, validate_file
from app.store.database.migration import HEAD, migrate
from app.store.database.raw_connection import connect_read_only, driver_connection, file_engine
from app.store.database.tables import AuditChainRow, Base, GalleryRevisionRow

_ALEMBIC_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The version table as Alembic creates it."""


def upgrade_database(
    engine: Engine,
    path: Path,
    sources: KeySources,
    ledger: Ledger,
    *,
    before: Callable[[Path], object] | None = None,
    inherited: WrappedKeys | None = None,
) -> None:
    """Create or migrate the schema of a SQLite file under its write lock.

    Taking the lock also proves that the file is writable, and makes concurrent openers wait.

    Args:
        engine: Its transactions take the write lock when they begin.
        path: The database file.
        sources: The sources of its key.
        ledger: The hash chain of its audit log.
        before: Called with the path before a database of an earlier version is migrated.
        inherited: Keys for a database of a version without encryption; by default new keys.

    Raises:
        NoKeyError: No source gives, or can hold, the key.
        StoreError: The database is foreign or of a later version.
    """
    with engine.connect() as connection:
        raw = driver_connection(connection)
        connection.detach()
        # A migration that rebuilds a table drops the old one; foreign keys would delete the dependent rows.
        raw.execute("PRAGMA foreign_keys = OFF")
        head = None
        with connection.begin():
            revision = read_revision(raw, path)
            if revision is None:
                raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                create_schema(connection, sources, inherited)
            elif revision != HEAD:
                if before is not None:
                    before(path)
                raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                head = migrate_and_chain(connection, sources, ledger, inherited)
        if head is not None:
            ledger.seal(head)


def create_schema(connection: Connection, keys: KeySources, inherited: WrappedKeys | None = None) -> None:
    """Create all tables, their initial rows and the keys: the same result as migrating an empty database.

    Args:
        connection: To an empty SQLite file, in the transaction that holds all changes.
        keys: The sources that may hold the key.
        inherited: The keys; by default new keys.

    Raises:
        NoKeyError: No source can hold the key, or none opens the inherited keys.
    """
    Base.metadata.create_all(connection, checkfirst=False)
    _ALEMBIC_VERSION.create(connection, checkfirst=False)
    connection.execute(insert(_ALEMBIC_VERSION).values(version_num=HEAD))
    connection.execute(insert(GalleryRevisionRow).values(id=1, revision=0, floor=0))
    empty_chain = {"sequence": 0, "mac": GENESIS, "chained_from": 1}
    nothing_pruned = {"pruned_sequence": 0, "pruned_mac": GENESIS, "kept": hashlib.sha256().digest(), "seal": b""}
    connection.execute(insert(AuditChainRow).values(id=1, **empty_chain, **nothing_pruned))
    if inherited is None:
        create_vault(connection, keys, datetime.now(UTC))
    else:
        inherited.insert_into(connection, keys)


def migrate_and_chain(
    connection: Connection, sources: KeySources, ledger: Ledger, inherited: WrappedKeys | None = None
) -> Head | None:
    """Migrate a database, and chain the audit events that an earlier version stored without a chain.

    Args:
        connection: In the transaction that holds all changes.
        sources: The sources of the key.
        ledger: The hash chain of the audit log.
        inherited: Keys for a database of a version without encryption; by default new keys.

    Returns:
        The head to seal after the commit; None if the events were chained before.

    Raises:
        NoKeyError: No source gives, or can hold, the key.
    """
    migrate(connection, sources, inherited)
    ledger.use(open_vault(connection, sources))
    with Session(connection) as session:
        ledger.begin(session)
        head = ledger.chain_existing_events(session, SystemClock().now())
        session.commit()
        return head


def upgrade_copy(path: Path, sources: KeySources, inherited: WrappedKeys | None) -> None:
    """Migrate a copy of a database that is not in use, in one transaction.

    Args:
        path: The copy: a single file before and after.
        sources: The sources of the key.
        inherited: The keys of the database that was copied.

    Raises:
        NoKeyError: No source gives the key.
        StoreError: The copy is damaged, foreign or not writable. It is unchanged.
    """
    try:
        with translate_errors(path):
            validate_file(path)
            if path.stat().st_size == 0:
                raise StoreCorrupt(path=path)
            upgrade_database(file_engine(path, writes=True), path, sources, Ledger(()), inherited=inherited)
    except (sqlite3.DatabaseError, DatabaseError, ValueError) as error:
        raise StoreCorrupt(path=path) from error


def is_up_to_date(path: Path) -> bool:
    """Return whether a copy has the current schema. Changes nothing.

    Raises:
        StoreError: The copy cannot be read, or is foreign.
    """
    with translate_errors(path), closing(connect_read_only(path)) as connection:
        return read_revision(connection, path) == HEAD
