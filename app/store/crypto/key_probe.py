"""Keys of a database that is not open: which sources hold its key, whether it opens, and recovery by code."""

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select

from app.store.crypto.keys.key_hierarchy import add_wrap, open_master
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.source import KeySourceKind
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.raw_connection import connect_read_only, file_engine
from app.store.database.sqlite import translate_key_errors
from app.store.database.tables import KeyWrapRow, VaultRow


def wrapped_source_kinds(path: Path) -> frozenset[KeySourceKind]:
    """Return the sources for which the master key of a database is wrapped; empty if that cannot be read."""
    with suppress(sqlite3.Error, ValueError), closing(connect_read_only(path)) as connection:
        return frozenset(KeySourceKind(kind) for (kind,) in connection.execute("SELECT kind FROM key_wraps"))
    return frozenset()


def probe_key(path: Path, sources: KeySources) -> None:
    """Check that a database opens with a key from these sources. Changes nothing.

    Args:
        path: The database.
        sources: The sources to try.

    Raises:
        StoreError: KeyUnavailable if it does not open; or the database cannot be read.
    """
    with translate_errors(path):
        validate_file(path)
    with translate_errors(path), translate_key_errors(path), file_engine(path, writes=False).connect() as connection:
        open_master(connection, _store_id(connection), sources)


def recover(path: Path, code: RecoverySource, sources: KeySources, now: datetime) -> KeySourceKind:
    """Unwrap the master key with the recovery code, and wrap it for the best available source.

    Args:
        path: A database whose key is lost.
        code: Its recovery code.
        sources: The sources that may hold the new key.
        now: The creation time of the new key.

    Returns:
        The source that holds the key now.

    Raises:
        StoreError: KeyUnavailable if the code is wrong; or the database cannot be written.
    """
    with translate_errors(path):
        validate_file(path)
    with translate_errors(path), translate_key_errors(path), file_engine(path, writes=True).begin() as connection:
        store_id = _store_id(connection)
        master = open_master(connection, store_id, KeySources(code))
        source = sources.best()
        key, parameters = source.create(store_id)
        connection.execute(delete(KeyWrapRow).where(KeyWrapRow.kind != KeySourceKind.RECOVERY))
        add_wrap(connection, store_id, master, source.kind, key, parameters, now)
    return source.kind


def _store_id(connection: Connection) -> str:
    return connection.execute(select(VaultRow.store_id)).scalar_one()
