"""A database that nobody can open: what its key would come from, and whether it comes from there."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from app.store.crypto.keys.key_hierarchy import open_master
from app.store.crypto.keys.source import KeySourceKind
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.sqlite import translate_key_errors
from app.store.database.tables import VaultRow

_BUSY_S = 5.0


def wrapped_source_kinds(path: Path) -> frozenset[KeySourceKind]:
    """The sources for which the key of a database is kept; none where that cannot be told."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error, ValueError), closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
        return frozenset(KeySourceKind(kind) for (kind,) in connection.execute("SELECT kind FROM key_wraps"))
    return frozenset()


def probe_key(path: Path, sources: KeySources) -> None:
    """Make sure that a database opens with a key from these sources. Nothing is changed.

    Raises:
        StoreError: KeyUnavailable, where it does not; or the database cannot be read.
    """
    with translate_errors(path):
        validate_file(path, _BUSY_S)
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path, timeout=_BUSY_S), poolclass=NullPool)
    with translate_errors(path), translate_key_errors(path), engine.connect() as connection:
        open_master(connection, connection.execute(select(VaultRow.store_id)).scalar_one(), sources)
