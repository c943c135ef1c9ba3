"""The key hierarchy in the database: a source's key wraps the master key, which wraps data keys and rotation seeds."""

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, column, func, insert, literal, select, table

from app.store.crypto.aead import KEY_BYTES, DecryptionError, EncryptionKey, aad, derive
from app.store.crypto.keys.source import KeySourceKind, NoKeyError, Parameters
from app.store.crypto.keys.sources import KeySources
from app.store.crypto.rotations import SEED_BYTES, Rotation, Rotations
from app.store.crypto.vault import Vault
from app.store.database.failures import translate_errors
from app.store.database.raw_connection import connect_read_only
from app.store.database.tables import DataKeyRow, KeyWrapRow, RotationRow, VaultRow

KeyTable = type[DataKeyRow] | type[RotationRow]
KEY_TABLES: tuple[KeyTable, KeyTable] = (DataKeyRow, RotationRow)

_MAX_KEY_NUMBER = 2**31 - 1

_KEY_NUMBERS = (
    select(literal(0), DataKeyRow.place.label("place"), DataKeyRow.number)
    .union_all(select(literal(1), RotationRow.place, RotationRow.number))
    .order_by("place")
)


_KEY_ROW_TABLES = ("vault", "key_wraps", "data_keys", "rotations")

_Rows = Sequence[dict[str, Any]]


def create_vault(connection: Connection, sources: KeySources, now: datetime) -> Vault:
    """Create the keys of a new database, wrapped by the best available source.

    Args:
        connection: In a transaction, with empty key tables.
        sources: The sources that may hold the key.
        now: The creation time of the keys.

    Returns:
        The vault with the new keys.

    Raises:
        NoKeyError: No source can hold the key.
    """
    store_id, master = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
    connection.execute(insert(VaultRow).values(id=1, store_id=store_id))
    source = sources.best()
    key, parameters = source.create(store_id)
    add_wrap(connection, store_id, master, source.kind, key, parameters, now)
    wrapping = key_encryption_key(master)
    add_key(connection, DataKeyRow, wrapping, KEY_BYTES, now)
    add_key(connection, RotationRow, wrapping, SEED_BYTES, now)
    return _vault(connection, store_id, master)


def open_vault(connection: Connection, sources: KeySources) -> Vault:
    """Open the vault of a database with the first source that gives the key.

    Args:
        connection: To the database.
        sources: The sources to try, in order.

    Returns:
        The vault with the current keys.

    Raises:
        NoKeyError: No source gives the key; the message says why.
    """
    store_id = connection.execute(select(VaultRow.store_id)).scalar_one()
    return _vault(connection, store_id, open_master(connection, store_id, sources))


def open_master(connection: Connection, store_id: str, sources: KeySources) -> bytes:
    """Unwrap the master key with the first source that gives its key.

    Args:
        connection: To the database.
        store_id: The id of the database.
        sources: The sources to try, in order.

    Returns:
        32 bytes.

    Raises:
        NoKeyError: No source gives the key.
    """
    wraps = {row.kind: row for row in connection.execute(select(KeyWrapRow.__table__))}
    problems = []
    for source in sources:
        row = wraps.get(source.kind)
        if row is None:
            continue
        try:
            key = source.fetch(_parse_parameters(row.parameters, source.kind))
            return _unwrap(key, row.wrapped, store_id, source.kind)
        except NoKeyError as error:
            problems.append(str(error))
    raise NoKeyError("; ".join(problems) or "none of its sources is available here")


def key_encryption_key(master: bytes) -> EncryptionKey:
    """Return the key that wraps data keys and rotation seeds, derived from the master key."""
    return EncryptionKey(0, derive(master, "data keys"))


def key_status(connection: Connection) -> tuple[set[KeySourceKind], datetime]:
    """Return the sources that the master key is wrapped for, and the creation time of the newest data key."""
    kinds = {KeySourceKind(kind) for kind in connection.scalars(select(KeyWrapRow.kind))}
    newest = select(DataKeyRow.created_at).order_by(DataKeyRow.place.desc()).limit(1)
    return kinds, connection.execute(newest).scalar_one()


def unfinished_rekeying(connection: Connection) -> tuple[bool, bool]:
    """Return whether a data key rotation, and whether a template revocation, was interrupted: both keys still exist."""
    counts = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in KEY_TABLES)
    rotating, revoking = (count > 1 for count in counts)
    return rotating, revoking


def add_wrap(
    connection: Connection,
    store_id: str,
    master: bytes,
    kind: KeySourceKind,
    key: bytes,
    parameters: Parameters,
    now: datetime,
) -> None:
    """Wrap the master key for one more source.

    Args:
        connection: In a transaction.
        store_id: The id of the database.
        master: The master key, 32 bytes.
        kind: The kind of the source.
        key: The source's key, 32 bytes.
        parameters: What the source needs to give its key later.
        now: The creation time.
    """
    wrapped = EncryptionKey(0, key).encrypt(master, aad("key_wraps", store_id, kind))
    row = {"kind": kind.value, "parameters": json.dumps(dict(parameters)), "wrapped": wrapped, "created_at": now}
    connection.execute(insert(KeyWrapRow).values(row))


def add_key(connection: Connection, table: KeyTable, wrapping: EncryptionKey, size: int, now: datetime) -> int:
    """Create a data key or rotation seed, which becomes the newest.

    Args:
        connection: In a transaction.
        table: Of data keys or of rotations.
        wrapping: From `key_encryption_key`.
        size: Length of the secret in bytes.
        now: The creation time.

    Returns:
        The number of the key.
    """
    number = 1 + secrets.randbelow(_MAX_KEY_NUMBER)
    wrapped = wrapping.encrypt(secrets.token_bytes(size), aad(table.__tablename__, str(number)))
    connection.execute(insert(table).values(number=number, wrapped=wrapped, created_at=now))
    return number


def refresh_vault(connection: Connection, vault: Vault) -> None:
    """Load the current keys of the database into the vault if another process has changed them.

    Args:
        connection: To the database.
        vault: To be updated.

    Raises:
        DecryptionError: The master key of the vault does not unwrap them.
    """
    numbers: tuple[list[int], list[int]] = ([], [])
    for which, _, number in connection.execute(_KEY_NUMBERS):
        numbers[which].append(number)
    if (tuple(numbers[0]), tuple(numbers[1])) != (vault.numbers, vault.rotations.numbers):
        vault.use(*_keys(connection, key_encryption_key(vault.master_key)))


@dataclass(frozen=True, slots=True)
class WrappedKeys:
    """The rows of a database's key tables, for a copy of it that has no keys of its own.

    Attributes:
        rows: By table; each key is wrapped by the one above it.
    """

    rows: Mapping[str, _Rows] = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Read the keys of a database, which may be in use.

        Returns:
            The keys; None for a database of a version without encryption.

        Raises:
            StoreError: The database cannot be read.
        """
        with translate_errors(path), closing(connect_read_only(path)) as connection:
            connection.execute("BEGIN")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vault'").fetchone():
                return None
            return cls({name: _read_rows(connection, name) for name in _KEY_ROW_TABLES})

    @property
    def store_id(self) -> str:
        """The id of the database they come from."""
        return str(self.rows["vault"][0]["store_id"])

    def insert_into(self, connection: Connection, sources: KeySources) -> Vault:
        """Insert the keys into a database that has none, and open its vault.

        Args:
            connection: In a transaction, with empty key tables.
            sources: The sources of the key that unwraps them.

        Returns:
            The vault with these keys.

        Raises:
            NoKeyError: No source gives the key.
        """
        for name, rows in self.rows.items():
            # Untyped columns: values go back to the driver as it returned them, including dates.
            connection.execute(insert(table(name, *map(column, rows[0]))), list(rows))
        return open_vault(connection, sources)


def _vault(connection: Connection, store_id: str, master: bytes) -> Vault:
    return Vault(store_id, master, *_keys(connection, key_encryption_key(master)))


def _keys(connection: Connection, wrapping: EncryptionKey) -> tuple[list[EncryptionKey], Rotations]:
    keys = [EncryptionKey(number, secret) for number, secret in _unwrap_table(connection, DataKeyRow, wrapping)]
    rotations = [Rotation(number, seed) for number, seed in _unwrap_table(connection, RotationRow, wrapping)]
    return keys, Rotations(*rotations)


def _unwrap_table(connection: Connection, table: KeyTable, wrapping: EncryptionKey) -> Iterator[tuple[int, bytes]]:
    """Yield the numbers and secrets of one table, the newest last."""
    for number, wrapped in connection.execute(select(table.number, table.wrapped).order_by(table.place)):
        where = (table.__tablename__, str(number))
        try:
            yield number, wrapping.decrypt(wrapped, aad(*where))
        except ValueError as error:
            raise DecryptionError(", ".join(where)) from error


def _parse_parameters(text: str, kind: KeySourceKind) -> Parameters:
    try:
        parameters = json.loads(text)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise NoKeyError(f"the parameters of the {kind} in the database are invalid")
    return parameters


def _unwrap(key: bytes, wrapped: bytes, store_id: str, kind: KeySourceKind) -> bytes:
    try:
        return EncryptionKey(0, key).decrypt(wrapped, aad("key_wraps", store_id, kind))
    except ValueError as error:
        name = "recovery code" if kind is KeySourceKind.RECOVERY else kind
        raise NoKeyError(f"the {name} does not belong to this database") from error


def _read_rows(connection: sqlite3.Connection, name: str) -> _Rows:
    found = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - one of _KEY_ROW_TABLES
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]
