"""Makes a database that is new: with the newest tables at once, rather than with all that were there before them."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Insert, MetaData, PrimaryKeyConstraint, String, Table, insert

from app.store.keys.holder import create_vault
from app.store.keys.inheriting import StoredKeys
from app.store.keys.sources import KeySources
from app.store.migrating import HEAD
from app.store.tables import AuditChainRow, Base, GalleryRevisionRow

_MAC_BYTES = 32
_VERSIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as Alembic makes it."""


def found(connection: Connection, keys: KeySources, inherited: StoredKeys | None = None) -> None:
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
