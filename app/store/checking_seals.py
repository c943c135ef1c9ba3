"""Opens every sealed record, and says which do not open where they lie."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from app.core.errors import InvalidName
from app.store.faults import Fault, FaultKind
from app.store.keys.holder import open_vault
from app.store.keys.source import NoKeyError
from app.store.keys.sources import KeySources
from app.store.names import clean_name, name_key
from app.store.sealed_columns import (
    ANCHOR_VECTOR,
    GROUP_NAME,
    PERSONAL,
    SEALED,
    TEMPLATE_VECTOR,
    Personal,
    SealedColumn,
    badge_index,
    group_index,
    name_index,
)
from app.store.sealing import SealBrokenError
from app.store.vault import Vault
from app.store.vectors import DamagedVectorError, from_bytes

_Sizes = dict[tuple[str, str], int]
_Row = Any


def sealed_records(connection: sqlite3.Connection, keys: KeySources) -> Iterator[Fault]:
    """What is wrong with the sealed records of a database.

    Args:
        connection: To the database, at the newest revision.
        keys: Where its key comes from; without it, that is the one fault found.
    """
    try:
        vault = _vault(connection, keys)
    except (NoKeyError, SealBrokenError) as error:
        yield Fault(FaultKind.KEY, "key_wraps", f"no sealed record can be opened: {error}")
        return
    sizes: _Sizes = {}
    for column in SEALED:
        for row in _rows(connection, column):
            where = f"{column.table}, {getattr(row, column.bound[0])}"
            try:
                plain = column.open_in(vault, row)
            except SealBrokenError:
                yield Fault(FaultKind.SEAL, where, f"the {column.column} was changed, or does not belong there")
                continue
            yield from _LOOKS.get(column, _nothing)(vault, row, plain, where, sizes)


def _vault(connection: sqlite3.Connection, keys: KeySources) -> Vault:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as asking:
        return open_vault(asking, keys)


def _rows(connection: sqlite3.Connection, column: SealedColumn) -> Iterator[_Row]:
    names = dict.fromkeys((*column.bound, column.column, *_ALSO.get(column, ())))
    query = f"SELECT {', '.join(names)} FROM {column.table}"  # noqa: S608 - names of our own
    return (SimpleNamespace(**dict(zip(names, values, strict=True))) for values in connection.execute(query))


def _nothing(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:  # noqa: ARG001 - as the others
    return iter(())


def _person(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:  # noqa: ARG001 - as the others
    personal = Personal.parsed(plain)
    badge = None if personal.badge is None else badge_index(vault, personal.badge)
    if not _is_clean(personal.name) or row.name_index != name_index(vault, name_key(personal.name)):
        yield Fault(FaultKind.PERSON, where, "the name and its index do not belong together")
    if row.badge_index != badge:
        yield Fault(FaultKind.PERSON, where, "the badge and its index do not belong together")


def _is_clean(name: str) -> bool:
    try:
        return clean_name(name) == name
    except InvalidName:
        return False


def _group(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:  # noqa: ARG001 - as the others
    if row.group_index != group_index(vault, name_key(plain.decode())):
        yield Fault(FaultKind.PERSON, where, "the group and its index do not belong together")


def _vector(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:
    if row.rotation not in vault.rotations.numbers:
        yield Fault(FaultKind.VECTOR, where, "turned by a rotation that there is not")
    try:
        size = from_bytes([plain]).shape[1]
    except DamagedVectorError:
        yield Fault(FaultKind.VECTOR, where, "no finite vector of unit length")
        return
    if sizes.setdefault((row.model, row.model_sha256), size) != size:
        yield Fault(FaultKind.VECTOR, where, "not of the size of the model's others")


_Look = Callable[[Vault, _Row, bytes, str, _Sizes], Iterator[Fault]]
_LOOKS: Mapping[SealedColumn, _Look] = {
    PERSONAL: _person,
    GROUP_NAME: _group,
    TEMPLATE_VECTOR: _vector,
    ANCHOR_VECTOR: _vector,
}
_ALSO: Mapping[SealedColumn, tuple[str, ...]] = {PERSONAL: ("name_index", "badge_index")}
