"""The keys as they lie in the database, each sealed by the one above it: made, opened and renewed."""

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
from app.store.database.tables import DataKeyRow, KeyWrapRow, RotationRow, VaultRow

KeyTable = type[DataKeyRow] | type[RotationRow]
KEY_TABLES: tuple[KeyTable, KeyTable] = (DataKeyRow, RotationRow)

_HIGHEST_NUMBER = 2**31 - 1

_NUMBERS = (
    select(literal(0), DataKeyRow.place.label("place"), DataKeyRow.number)
    .union_all(select(literal(1), RotationRow.place, RotationRow.number))
    .order_by("place")
)


def create_vault(connection: Connection, sources: KeySources, now: datetime) -> Vault:
    """Make the keys of a database that has none, with the best source there is.

    Args:
        connection: In a transaction, with the tables of the keys there and empty.
        sources: Where the key may be kept.
        now: Dates the keys.

    Raises:
        NoKeyError: It cannot be kept anywhere.
    """
    store_id, master = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
    connection.execute(insert(VaultRow).values(id=1, store_id=store_id))
    source = sources.best()
    key, parameters = source.create(store_id)
    add_wrap(connection, store_id, master, source.kind, key, parameters, now)
    sealing = key_encryption_key(master)
    add_key(connection, DataKeyRow, sealing, KEY_BYTES, now)
    add_key(connection, RotationRow, sealing, SEED_BYTES, now)
    return _vault(connection, store_id, master)


def open_vault(connection: Connection, sources: KeySources) -> Vault:
    """Open the vault of a database with the first source that gives the key.

    Raises:
        NoKeyError: None does; the text says why.
    """
    store_id = connection.execute(select(VaultRow.store_id)).scalar_one()
    return _vault(connection, store_id, open_master(connection, store_id, sources))


def open_master(connection: Connection, store_id: str, sources: KeySources) -> bytes:
    """The master key.

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
            return _unwrapped(source.fetch(_parsed(row.parameters, source.kind)), row.wrapped, store_id, source.kind)
        except NoKeyError as error:
            problems.append(str(error))
    raise NoKeyError("; ".join(problems) or "none of its sources is known here")


def key_encryption_key(master: bytes) -> EncryptionKey:
    """What seals the data keys and the seeds of rotations, and nothing else."""
    return EncryptionKey(0, derive(master, "data keys"))


def key_status(connection: Connection) -> tuple[set[KeySourceKind], datetime]:
    """For which sources the master key is sealed, and since when the newest data key has been in use."""
    kinds = {KeySourceKind(kind) for kind in connection.scalars(select(KeyWrapRow.kind))}
    newest = select(DataKeyRow.created_at).order_by(DataKeyRow.place.desc()).limit(1)
    return kinds, connection.execute(newest).scalar_one()


def unfinished_rekeying(connection: Connection) -> tuple[bool, bool]:
    """Whether a new data key, and whether a new rotation, is not everywhere yet: the one before is still there."""
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
    """Seal the master key for another source, too."""
    wrapped = EncryptionKey(0, key).seal(master, aad("key_wraps", store_id, kind))
    row = {"kind": kind.value, "parameters": json.dumps(dict(parameters)), "wrapped": wrapped, "created_at": now}
    connection.execute(insert(KeyWrapRow).values(row))


def add_key(
    connection: Connection,
    table: KeyTable,
    sealing: EncryptionKey,
    size: int,
    now: datetime,
) -> int:
    """Draw another data key or seed, and say its number. From now on it is the newest."""
    number = 1 + secrets.randbelow(_HIGHEST_NUMBER)
    wrapped = sealing.seal(secrets.token_bytes(size), aad(table.__tablename__, str(number)))
    connection.execute(insert(table).values(number=number, wrapped=wrapped, created_at=now))
    return number


def refresh_vault(connection: Connection, vault: Vault) -> None:
    """Have the keys in the vault that the database has now, whoever changed them.

    Raises:
        DecryptionError: They are not the vault's.
    """
    numbers: tuple[list[int], list[int]] = ([], [])
    for which, _, number in connection.execute(_NUMBERS):
        numbers[which].append(number)
    if (tuple(numbers[0]), tuple(numbers[1])) != (vault.numbers, vault.rotations.numbers):
        vault.use(*_keys(connection, key_encryption_key(vault.master_key())))


def _vault(connection: Connection, store_id: str, master: bytes) -> Vault:
    return Vault(store_id, master, *_keys(connection, key_encryption_key(master)))


def _keys(connection: Connection, sealing: EncryptionKey) -> tuple[list[EncryptionKey], Rotations]:
    keys = [EncryptionKey(number, secret) for number, secret in _opened(connection, DataKeyRow, sealing)]
    rotations = [Rotation(number, seed) for number, seed in _opened(connection, RotationRow, sealing)]
    return keys, Rotations(*rotations)


def _opened(connection: Connection, table: KeyTable, sealing: EncryptionKey) -> Iterator[tuple[int, bytes]]:
    """The numbers and secrets of one table, the newest last."""
    for number, wrapped in connection.execute(select(table.number, table.wrapped).order_by(table.place)):
        where = (table.__tablename__, str(number))
        try:
            yield number, sealing.open(wrapped, aad(*where))
        except ValueError as error:
            raise DecryptionError(", ".join(where)) from error


def _parsed(text: str, kind: KeySourceKind) -> Parameters:
    try:
        parameters = json.loads(text)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise NoKeyError(f"what the database says of the {kind} cannot be used")
    return parameters


def _unwrapped(key: bytes, wrapped: bytes, store_id: str, kind: KeySourceKind) -> bytes:
    try:
        return EncryptionKey(0, key).open(wrapped, aad("key_wraps", store_id, kind))
    except ValueError as error:
        name = "recovery code" if kind is KeySourceKind.RECOVERY else kind
        raise NoKeyError(f"the {name} is not the one of this database") from error


_TABLES = ("vault", "key_wraps", "data_keys", "rotations")
_BUSY_S = 5.0

_Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class WrappedKeys:
    """The rows of the tables with the keys, each sealed by the one above it.

    Attributes:
        rows: By table.
    """

    rows: Mapping[str, _Rows] = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Those of a database, which may be in use; None where it has none yet.

        Raises:
            StoreError: It cannot be read.
        """
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with translate_errors(path), closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
            connection.execute("BEGIN")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vault'").fetchone():
                return None
            return cls({name: _rows(connection, name) for name in _TABLES})

    @property
    def store_id(self) -> str:
        """Of their database."""
        return str(self.rows["vault"][0]["store_id"])

    def open_in(self, connection: Connection, sources: KeySources) -> Vault:
        """Give them to a database that has none, and open its vault.

        Args:
            connection: In a transaction, with the tables of the keys there and empty.
            sources: Where the key comes from.

        Raises:
            NoKeyError: It does not come from there.
        """
        for name, rows in self.rows.items():
            # Columns without a type: what the driver gives is what it takes, dates too.
            connection.execute(insert(table(name, *map(column, rows[0]))), list(rows))
        return open_vault(connection, sources)


def _rows(connection: sqlite3.Connection, name: str) -> _Rows:
    found = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name from above
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]
