"""The keys as they lie in the database, each sealed by the one above it: made, opened and renewed."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal, select

from app.store.keys.source import NoKeyError, Parameters, SourceKind
from app.store.keys.sources import KeySources
from app.store.rotations import SEED_BYTES, Rotation, Rotations
from app.store.sealing import KEY_BYTES, SealBrokenError, SealingKey, belonging_to, derive
from app.store.tables import DataKeyRow, KeyWrapRow, RotationRow, VaultRow
from app.store.vault import Vault

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
    sealing = sealing_of(master)
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


def sealing_of(master: bytes) -> SealingKey:
    """What seals the data keys and the seeds of rotations, and nothing else."""
    return SealingKey(0, derive(master, "data keys"))


def wraps_in(connection: Connection) -> tuple[set[SourceKind], datetime]:
    """For which sources the master key is sealed, and since when the newest data key has been in use."""
    kinds = {SourceKind(kind) for kind in connection.scalars(select(KeyWrapRow.kind))}
    newest = select(DataKeyRow.created_at).order_by(DataKeyRow.place.desc()).limit(1)
    return kinds, connection.execute(newest).scalar_one()


def begun_in(connection: Connection) -> tuple[bool, bool]:
    """Whether a new data key, and whether a new rotation, is not everywhere yet: the one before is still there."""
    counts = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in KEY_TABLES)
    rotating, revoking = (count > 1 for count in counts)
    return rotating, revoking


def add_wrap(
    connection: Connection,
    store_id: str,
    master: bytes,
    kind: SourceKind,
    key: bytes,
    parameters: Parameters,
    now: datetime,
) -> None:
    """Seal the master key for another source, too."""
    wrapped = SealingKey(0, key).seal(master, belonging_to("key_wraps", store_id, kind))
    row = {"kind": kind.value, "parameters": json.dumps(dict(parameters)), "wrapped": wrapped, "created_at": now}
    connection.execute(insert(KeyWrapRow).values(row))


def add_key(
    connection: Connection,
    table: KeyTable,
    sealing: SealingKey,
    size: int,
    now: datetime,
) -> int:
    """Draw another data key or seed, and say its number. From now on it is the newest."""
    number = 1 + secrets.randbelow(_HIGHEST_NUMBER)
    wrapped = sealing.seal(secrets.token_bytes(size), belonging_to(table.__tablename__, str(number)))
    connection.execute(insert(table).values(number=number, wrapped=wrapped, created_at=now))
    return number


def renew(connection: Connection, vault: Vault) -> None:
    """Have the keys in the vault that the database has now, whoever changed them.

    Raises:
        SealBrokenError: They are not the vault's.
    """
    numbers: tuple[list[int], list[int]] = ([], [])
    for which, _, number in connection.execute(_NUMBERS):
        numbers[which].append(number)
    if (tuple(numbers[0]), tuple(numbers[1])) != (vault.numbers, vault.rotations.numbers):
        vault.use(*_keys(connection, sealing_of(vault.expose_master())))


def _vault(connection: Connection, store_id: str, master: bytes) -> Vault:
    return Vault(store_id, master, *_keys(connection, sealing_of(master)))


def _keys(connection: Connection, sealing: SealingKey) -> tuple[list[SealingKey], Rotations]:
    keys = [SealingKey(number, secret) for number, secret in _opened(connection, DataKeyRow, sealing)]
    rotations = [Rotation(number, seed) for number, seed in _opened(connection, RotationRow, sealing)]
    return keys, Rotations(*rotations)


def _opened(connection: Connection, table: KeyTable, sealing: SealingKey) -> Iterator[tuple[int, bytes]]:
    """The numbers and secrets of one table, the newest last."""
    for number, wrapped in connection.execute(select(table.number, table.wrapped).order_by(table.place)):
        where = (table.__tablename__, str(number))
        try:
            yield number, sealing.open(wrapped, belonging_to(*where))
        except ValueError as error:
            raise SealBrokenError(", ".join(where)) from error


def _parsed(text: str, kind: SourceKind) -> Parameters:
    try:
        parameters = json.loads(text)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise NoKeyError(f"what the database says of the {kind} cannot be used")
    return parameters


def _unwrapped(key: bytes, wrapped: bytes, store_id: str, kind: SourceKind) -> bytes:
    try:
        return SealingKey(0, key).open(wrapped, belonging_to("key_wraps", store_id, kind))
    except ValueError as error:
        name = "recovery code" if kind is SourceKind.RECOVERY else kind
        raise NoKeyError(f"the {name} is not the one of this database") from error
