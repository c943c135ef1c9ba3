"""Rekeying of a database in use: data key rotation, template revocation, and replacement of key wraps.

Rekeying runs in steps of one transaction each; interrupted rekeying resumes when it is started again. Other processes
keep working: every session reads the current keys, encrypts with the newest, and decrypts with the key a record names.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import DeclarativeBase, Session

from app.store.crypto.aead import KEY_BYTES, NUMBER_BYTES
from app.store.crypto.encrypted_columns import (
    ENCRYPTED_COLUMNS,
    NEGATIVE_TEMPLATE_VECTOR,
    TEMPLATE_VECTOR,
    EncryptedColumn,
)
from app.store.crypto.encrypted_vectors import decrypt_vector, encrypt_vector
from app.store.crypto.keys.key_hierarchy import (
    KeyTable,
    add_key,
    add_wrap,
    key_encryption_key,
    unfinished_rekeying,
)
from app.store.crypto.keys.source import KeySource, KeySourceKind, Parameters
from app.store.crypto.rotations import SEED_BYTES
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import (
    Base,
    DataKeyRow,
    GalleryRevisionRow,
    KeyWrapRow,
    NegativeTemplateRow,
    RotationRow,
    TemplateRow,
)
from app.store.people.audited_transactions import advance_revision

_VECTOR_COLUMNS = (TEMPLATE_VECTOR, NEGATIVE_TEMPLATE_VECTOR)

_PAGE_KEYS = 200
"""How many row keys one transaction processes, which limits how long other writers wait."""


def rotate_data_key(database: Database, now: datetime) -> Iterator[int]:
    """Re-encrypt every record with a new data key, then delete the old one. Resumes an interrupted rotation.

    Args:
        database: Open.
        now: The creation time of the key.

    Yields:
        How many records have been re-encrypted so far.
    """
    _create_unless_unfinished(database, DataKeyRow, KEY_BYTES, now)
    done = 0
    for column in ENCRYPTED_COLUMNS:
        for keys in _pages(database, column):
            with database.writing() as session:
                done += _reencrypt(session, column, keys)
            yield done
    _delete_older(database, DataKeyRow)


def revoke_templates(database: Database, now: datetime) -> Iterator[int]:
    """Convert every vector to a new rotation, then delete the old one. Resumes an interrupted revocation.

    Args:
        database: Open.
        now: The creation time of the rotation.

    Yields:
        How many vectors have been converted so far.
    """
    _create_unless_unfinished(database, RotationRow, SEED_BYTES, now, _invalidate_galleries)
    done = 0
    for column in _VECTOR_COLUMNS:
        for keys in _pages(database, column):
            with database.writing() as session:
                done += _rotate(session, column, keys)
            yield done
    _delete_older(database, RotationRow)


def records_to_reencrypt(database: Database) -> int:
    """Return how many records a data key rotation has to re-encrypt: all, or the rest of an interrupted one."""
    with database.reading() as session:
        is_resumed, _ = unfinished_rekeying(session.connection())
        newest = vault_of(session).numbers[-1].to_bytes(NUMBER_BYTES, "big")
        total = 0
        for column in ENCRYPTED_COLUMNS:
            table = _table(column)
            query = select(func.count()).select_from(table)
            if is_resumed:
                query = query.where(func.substr(table.c[column.column], 1, NUMBER_BYTES) != newest)
            total += session.execute(query).scalar_one()
        return total


def vectors_to_rotate(database: Database) -> int:
    """Return how many vectors a revocation has to convert: all, or the rest of an interrupted one."""
    with database.reading() as session:
        _, is_resumed = unfinished_rekeying(session.connection())
        newest = vault_of(session).rotations.newest.number
        total = 0
        for column in _VECTOR_COLUMNS:
            table = _table(column)
            query = select(func.count()).select_from(table)
            total += session.execute(query.where(table.c.rotation != newest) if is_resumed else query).scalar_one()
        return total


def replace_key_wrap(database: Database, source: KeySource, now: datetime) -> list[tuple[KeySourceKind, Parameters]]:
    """Wrap the master key for a source, replacing the other sources or, for a recovery code, the previous code.

    Args:
        database: Open.
        source: Holds the new key.
        now: The creation time of the key.

    Returns:
        Kind and parameters of the replaced wraps, so that the caller can make their sources forget the keys.

    Raises:
        NoKeyError: The source cannot hold the key.
    """
    vault = database.vault
    key, parameters = source.create(vault.store_id)
    is_code = source.kind is KeySourceKind.RECOVERY
    replaced = (KeyWrapRow.kind == KeySourceKind.RECOVERY) if is_code else (KeyWrapRow.kind != KeySourceKind.RECOVERY)
    with database.writing() as session:
        before = session.execute(select(KeyWrapRow.kind, KeyWrapRow.parameters).where(replaced)).all()
        session.execute(delete(KeyWrapRow).where(replaced))
        add_wrap(session.connection(), vault.store_id, vault.master_key, source.kind, key, parameters, now)
    return [(KeySourceKind(kind), json.loads(text)) for kind, text in before]


def mapped_rows(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> Sequence[Any]:
    """Return the rows of a column's table whose first bound column has one of some values.

    Args:
        session: To query in.
        column: The encrypted column.
        keys: The values.

    Returns:
        Mapped instances of the table.
    """
    mapped = _mapped(column)
    return session.scalars(select(mapped).where(getattr(mapped, column.bound_columns[0]).in_(keys))).all()


def _create_unless_unfinished(
    database: Database, table: KeyTable, size: int, now: datetime, also: Callable[[Session], None] | None = None
) -> None:
    """Create a new secret, unless two exist because an earlier run was interrupted."""
    with database.writing() as session:
        if session.execute(select(func.count()).select_from(table)).scalar_one() == 1:
            wrapping = key_encryption_key(vault_of(session).master_key)
            add_key(session.connection(), table, wrapping, size, now)
            if also is not None:
                also(session)


def _invalidate_galleries(session: Session) -> None:
    revision = advance_revision(session, frozenset())
    session.execute(update(GalleryRevisionRow).values(floor=revision))


def _pages(database: Database, column: EncryptedColumn) -> Iterator[Sequence[str]]:
    """Yield the keys of all rows of a column's table, a page at a time."""
    key, last = _table(column).c[column.bound_columns[0]], ""
    while True:
        query = select(key).where(key > last).distinct().order_by(key).limit(_PAGE_KEYS)
        with database.reading() as session:
            keys = list(session.scalars(query))
        if not keys:
            return
        yield keys
        last = keys[-1]


def _reencrypt(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> int:
    vault, done = vault_of(session), 0
    for row in mapped_rows(session, column, keys):
        if not vault.is_encrypted_by_newest(getattr(row, column.column)):
            column.encrypt_into(vault, row, column.decrypt_from(vault, row))
            done += 1
    return done


def _rotate(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> int:
    vault = vault_of(session)
    outdated = [row for row in mapped_rows(session, column, keys) if row.rotation != vault.rotations.newest.number]
    for row in outdated:
        assert isinstance(row, TemplateRow | NegativeTemplateRow)
        encrypt_vector(vault, column, row, decrypt_vector(vault, column, row))
    session.flush()
    if outdated:
        advance_revision(session, {row.person_id for row in outdated})
    return len(outdated)


def _delete_older(database: Database, table: KeyTable) -> None:
    with database.writing() as session:
        newest = select(func.max(table.place)).scalar_subquery()
        session.execute(delete(table).where(table.place < newest), execution_options={"synchronize_session": False})
    database.checkpoint()


def _table(column: EncryptedColumn) -> Table:
    return Base.metadata.tables[column.table]


def _mapped(column: EncryptedColumn) -> type[DeclarativeBase]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is _table(column))
