"""New keys for a database in use: in steps, each a transaction, that can be broken off and begun again at any point.

Whoever else has the database open goes on: every session looks which keys there are, seals with the newest, and opens
with whichever a record names.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_engine, delete, func, select, update
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

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
    open_master,
    unfinished_rekeying,
)
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.source import KeySource, KeySourceKind, Parameters
from app.store.crypto.keys.sources import KeySources
from app.store.crypto.rotations import SEED_BYTES
from app.store.crypto.vault import Vault, vault_of
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.sqlite import Database, translate_key_errors
from app.store.database.tables import (
    Base,
    DataKeyRow,
    GalleryRevisionRow,
    KeyWrapRow,
    NegativeTemplateRow,
    RotationRow,
    TemplateRow,
    VaultRow,
)
from app.store.people.audited_transactions import advance_revision

_BUSY_S = 5.0

_AT_ONCE = 200
"""Rows' keys that are gone through in one transaction: others who write wait no longer than for that."""


def rotate_data_key(database: Database, now: datetime) -> Iterator[int]:
    """Seal every record with a new data key, then forget the old one. Goes on with a rotation that was broken off.

    Args:
        database: Open.
        now: Dates the key.

    Yields:
        How many records have been sealed anew so far.
    """
    _draw(database, DataKeyRow, KEY_BYTES, now)
    done = 0
    for column in ENCRYPTED_COLUMNS:
        for keys in _pages(database, column):
            with database.writing() as session:
                done += _reseal(session, column, keys)
            yield done
    _forget_older(database, DataKeyRow)


def revoke_templates(database: Database, now: datetime) -> Iterator[int]:
    """Turn every vector by a new rotation, then forget the old one. Goes on where it was broken off.

    Args:
        database: Open.
        now: Dates the rotation.

    Yields:
        How many vectors have been turned anew so far.
    """
    _draw(database, RotationRow, SEED_BYTES, now, _let_galleries_reload)
    done = 0
    for column in (TEMPLATE_VECTOR, NEGATIVE_TEMPLATE_VECTOR):
        for keys in _pages(database, column):
            with database.writing() as session:
                done += _turn_anew(session, column, keys)
            yield done
    _forget_older(database, RotationRow)


def replace_key_wrap(database: Database, source: KeySource, now: datetime) -> list[tuple[KeySourceKind, Parameters]]:
    """Have the master key sealed for a source: in place of the others, or, for the recovery code, of the code before.

    Args:
        database: Open.
        source: In which the new key is kept.
        now: Dates it.

    Returns:
        What was there before, to be forgotten where it was kept.

    Raises:
        NoKeyError: It cannot be kept.
    """
    vault = database.vault
    key, parameters = source.create(vault.store_id)
    is_code = source.kind is KeySourceKind.RECOVERY
    replaced = (KeyWrapRow.kind == KeySourceKind.RECOVERY) if is_code else (KeyWrapRow.kind != KeySourceKind.RECOVERY)
    with database.writing() as session:
        before = session.execute(select(KeyWrapRow.kind, KeyWrapRow.parameters).where(replaced)).all()
        session.execute(delete(KeyWrapRow).where(replaced))
        connection = session.connection()
        add_wrap(connection, vault.store_id, vault.master_key(), source.kind, key, parameters, now)
    return [(KeySourceKind(kind), _parsed(text)) for kind, text in before]


def _parsed(text: str) -> Parameters:
    parsed: Parameters = json.loads(text)
    return parsed


def _draw(
    database: Database, table: KeyTable, size: int, now: datetime, also: Callable[[Session], None] | None = None
) -> None:
    """Draw a new secret, unless there are two already, of which the newer is not everywhere yet."""
    with database.writing() as session:
        if session.execute(select(func.count()).select_from(table)).scalar_one() == 1:
            sealing = key_encryption_key(vault_of(session).master_key())
            add_key(session.connection(), table, sealing, size, now)
            if also is not None:
                also(session)


def _let_galleries_reload(session: Session) -> None:
    revision = advance_revision(session, frozenset())
    session.execute(update(GalleryRevisionRow).values(floor=revision))


def _pages(database: Database, column: EncryptedColumn) -> Iterator[Sequence[str]]:
    """The keys of all rows of a column's table, some at a time."""
    key, last = _table(column).c[column.bound[0]], ""
    while True:
        query = select(key).where(key > last).distinct().order_by(key).limit(_AT_ONCE)
        with database.reading() as session:
            keys = list(session.scalars(query))
        if not keys:
            return
        yield keys
        last = keys[-1]


def mapped_rows(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> Sequence[Any]:
    """The rows of a column's table that belong to some keys: values of the first column that it is bound to."""
    mapped = _mapped(column)
    return session.scalars(select(mapped).where(getattr(mapped, column.bound[0]).in_(keys))).all()


def _reseal(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> int:
    vault, done = vault_of(session), 0
    for row in mapped_rows(session, column, keys):
        if not vault.is_encrypted_by_newest(getattr(row, column.column)):
            column.encrypt_into(vault, row, column.open_in(vault, row))
            done += 1
    return done


def _turn_anew(session: Session, column: EncryptedColumn, keys: Sequence[str]) -> int:
    vault: Vault = vault_of(session)
    outdated = [row for row in mapped_rows(session, column, keys) if row.rotation != vault.rotations.newest.number]
    for row in outdated:
        assert isinstance(row, TemplateRow | NegativeTemplateRow)
        encrypt_vector(vault, column, row, decrypt_vector(vault, column, row))
    session.flush()
    if outdated:
        advance_revision(session, {row.person_id for row in outdated})
    return len(outdated)


def _forget_older(database: Database, table: KeyTable) -> None:
    with database.writing() as session:
        newest = select(func.max(table.place)).scalar_subquery()
        session.execute(delete(table).where(table.place < newest), execution_options={"synchronize_session": False})
    database.checkpoint()


def _table(column: EncryptedColumn) -> Table:
    return Base.metadata.tables[column.table]


def _mapped(column: EncryptedColumn) -> type[DeclarativeBase]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is _table(column))


def recover(path: Path, code: RecoverySource, sources: KeySources, now: datetime) -> KeySourceKind:
    """Open the master key with the recovery code, and have it sealed for the best source there is.

    Args:
        path: A database that nobody can open.
        code: Its own.
        sources: Where keys may be kept.
        now: Dates it.

    Returns:
        Where the key is kept now.

    Raises:
        StoreError: KeyUnavailable, where the code is not its own; or the database cannot be written.
    """
    with translate_errors(path):
        validate_file(path, _BUSY_S)
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path, timeout=_BUSY_S), poolclass=NullPool)
    with translate_errors(path), translate_key_errors(path), engine.begin() as connection:
        store_id = connection.execute(select(VaultRow.store_id)).scalar_one()
        master = open_master(connection, store_id, KeySources(code))
        source = sources.best()
        key, parameters = source.create(store_id)
        connection.execute(delete(KeyWrapRow).where(KeyWrapRow.kind != KeySourceKind.RECOVERY))
        add_wrap(connection, store_id, master, source.kind, key, parameters, now)
    return source.kind


def records_to_reencrypt(database: Database) -> int:
    """How many records a rotation of the data key has to seal: all, or what one that was broken off has left."""
    with database.reading() as session:
        begun, _ = unfinished_rekeying(session.connection())
        newest = vault_of(session).numbers[-1].to_bytes(NUMBER_BYTES, "big")
        return sum(_count(session, each.table, each.column, newest if begun else None) for each in ENCRYPTED_COLUMNS)


def vectors_to_rotate(database: Database) -> int:
    """How many vectors a revocation has to turn: all, or what one that was broken off has left."""
    with database.reading() as session:
        _, begun = unfinished_rekeying(session.connection())
        newest = vault_of(session).rotations.newest.number
        total = 0
        for column in (TEMPLATE_VECTOR, NEGATIVE_TEMPLATE_VECTOR):
            table = Base.metadata.tables[column.table]
            query = select(func.count()).select_from(table)
            total += session.execute(query.where(table.c.rotation != newest) if begun else query).scalar_one()
        return total


def _count(session: Session, table: str, column: str, but: bytes | None) -> int:
    """Rows of a table; without those that one key has sealed, where it is given."""
    sealed = Base.metadata.tables[table]
    query = select(func.count()).select_from(sealed)
    if but is not None:
        query = query.where(func.substr(sealed.c[column], 1, NUMBER_BYTES) != but)
    return session.execute(query).scalar_one()
