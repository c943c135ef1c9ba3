"""What can be wrong with a database."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from app.core.audit import AuditKind
from app.core.errors import InvalidName
from app.store.crypto.aead import DecryptionError
from app.store.crypto.encrypted_columns import (
    ENCRYPTED_COLUMNS,
    GROUP_NAME,
    NEGATIVE_TEMPLATE_VECTOR,
    PERSONAL,
    TEMPLATE_VECTOR,
    EncryptedColumn,
    PersonalData,
    badge_index,
    group_index,
    name_index,
)
from app.store.crypto.keys.key_hierarchy import open_vault
from app.store.crypto.keys.source import NoKeyError
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.crypto.vault import Vault
from app.store.database.failures import translate_errors
from app.store.database.inspection import connect_read_only, read_revision, validate_file
from app.store.database.migration import HEAD
from app.store.people.names import clean_name, name_key
from app.store.people.vectors import InvalidVectorError, from_bytes


class FaultKind(StrEnum):
    """What can be wrong with a database."""

    FILE = "file"
    REFERENCE = "reference"
    SCHEMA = "schema"
    REVISION = "revision"
    PERSON = "person"
    KEY = "key"
    SEAL = "seal"
    PASSWORD = "password"  # noqa: S105 - what is wrong, not a password
    VECTOR = "vector"
    MOMENT = "moment"
    EVENT = "event"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong.

    Attributes:
        kind: With what.
        where: The table and the row, without personal data.
        finding: What is wrong there, in English.
    """

    kind: FaultKind
    where: str
    finding: str


_Sizes = dict[tuple[str, str], int]
_Row = Any


def check_encrypted_records(connection: sqlite3.Connection, keys: KeySources) -> Iterator[Fault]:
    """What is wrong with the sealed records of a database.

    Args:
        connection: To the database, at the newest revision.
        keys: Where its key comes from; without it, that is the one fault found.
    """
    try:
        vault = _vault(connection, keys)
    except (NoKeyError, DecryptionError) as error:
        yield Fault(FaultKind.KEY, "key_wraps", f"no sealed record can be opened: {error}")
        return
    sizes: _Sizes = {}
    for column in ENCRYPTED_COLUMNS:
        for row in _rows(connection, column):
            where = f"{column.table}, {getattr(row, column.bound[0])}"
            try:
                plain = column.open_in(vault, row)
            except DecryptionError:
                yield Fault(FaultKind.SEAL, where, f"the {column.column} was changed, or does not belong there")
                continue
            yield from _LOOKS.get(column, _nothing)(vault, row, plain, where, sizes)


def _vault(connection: sqlite3.Connection, keys: KeySources) -> Vault:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as asking:
        return open_vault(asking, keys)


def _rows(connection: sqlite3.Connection, column: EncryptedColumn) -> Iterator[_Row]:
    names = dict.fromkeys((*column.bound, column.column, *_ALSO.get(column, ())))
    query = f"SELECT {', '.join(names)} FROM {column.table}"  # noqa: S608 - names of our own
    return (SimpleNamespace(**dict(zip(names, values, strict=True))) for values in connection.execute(query))


def _nothing(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:  # noqa: ARG001 - as the others
    return iter(())


def _person(vault: Vault, row: _Row, plain: bytes, where: str, sizes: _Sizes) -> Iterator[Fault]:  # noqa: ARG001 - as the others
    personal = PersonalData.parsed(plain)
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
    except InvalidVectorError:
        yield Fault(FaultKind.VECTOR, where, "no finite vector of unit length")
        return
    if sizes.setdefault((row.model, row.model_sha256), size) != size:
        yield Fault(FaultKind.VECTOR, where, "not of the size of the model's others")


_Look = Callable[[Vault, _Row, bytes, str, _Sizes], Iterator[Fault]]
_LOOKS: Mapping[EncryptedColumn, _Look] = {
    PERSONAL: _person,
    GROUP_NAME: _group,
    TEMPLATE_VECTOR: _vector,
    NEGATIVE_TEMPLATE_VECTOR: _vector,
}
_ALSO: Mapping[EncryptedColumn, tuple[str, ...]] = {PERSONAL: ("name_index", "badge_index")}


_BUSY_S = 5.0
_KEYS = {"passwords": "role"}
"""What a row is known by, in tables without an id."""


def check_database(path: Path, keys: KeySources | None = None) -> list[Fault]:
    """Look at everything in a database of this program; nothing is changed.

    Args:
        path: Others may be writing to it.
        keys: Where its key comes from; by default from this machine's keyring, passphrase or key file.

    Returns:
        What is wrong; empty when all is well. A database of an earlier revision is reported as such, and only its file
        is looked at.

    Raises:
        StoreError: It is not our database, or cannot be read at all.
    """
    with translate_errors(path):
        validate_file(path, _BUSY_S)
    with translate_errors(path), closing(connect_read_only(path, _BUSY_S)) as connection:
        connection.execute("BEGIN")
        faults = [*_file(connection), *_references(connection)]
        revision = read_revision(connection, path)
        if revision != HEAD:
            return [*faults, Fault(FaultKind.SCHEMA, "alembic_version", f"revision {revision}, not {HEAD}")]
        for look in (_counter, _moments, _events, _passwords):
            faults += look(connection)
        return [*faults, *check_encrypted_records(connection, keys or machine_key_sources())]


def _file(connection: sqlite3.Connection) -> Iterator[Fault]:
    for (answer,) in connection.execute("PRAGMA integrity_check"):
        if answer != "ok":
            yield Fault(FaultKind.FILE, "the file", str(answer))


def _references(connection: sqlite3.Connection) -> Iterator[Fault]:
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield Fault(FaultKind.REFERENCE, f"{table}, row {row}", f"belongs to nothing in {parent}")


def _counter(connection: sqlite3.Connection) -> Iterator[Fault]:
    if connection.execute("SELECT count(*) FROM gallery_revision").fetchone() != (1,):
        yield Fault(FaultKind.REVISION, "gallery_revision", "not exactly one row")


def _moments(connection: sqlite3.Connection) -> Iterator[Fault]:
    columns = {
        "people": ("created_at", "updated_at", "valid_from", "valid_until", "delete_after"),
        "templates": ("created_at", "retired_at"),
        "consents": ("given_at",),
        "anchors": ("created_at",),
        "audit_events": ("at",),
        "passwords": ("changed_at",),
    }
    for table, names in columns.items():
        query = f"SELECT {_KEYS.get(table, 'id')}, {', '.join(names)} FROM {table}"  # noqa: S608 - names from above
        for row_id, *moments in connection.execute(query):
            if not all(_is_moment(moment) for moment in moments):
                yield Fault(FaultKind.MOMENT, f"{table}, {row_id}", "a date that is none")


def _is_moment(stored: object) -> bool:
    if stored is None:
        return True
    try:
        datetime.fromisoformat(str(stored))
    except ValueError:
        return False
    return True


def _events(connection: sqlite3.Connection) -> Iterator[Fault]:
    known = {kind.value for kind in AuditKind}
    for row_id, kind, details in connection.execute("SELECT id, kind, details FROM audit_events"):
        if kind not in known:
            yield Fault(FaultKind.EVENT, f"audit_events, {row_id}", "of a kind that is not known")
        readable = _parsed(details) is not None
        if not readable:
            yield Fault(FaultKind.EVENT, f"audit_events, {row_id}", "details that cannot be read")


def _parsed(details: object) -> dict[str, object] | None:
    """The details of an event; None where they cannot be read."""
    try:
        parsed = json.loads(str(details))
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _passwords(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Whether each is the one that was set last, as the audit trail has it, unless a restore came in between."""
    kept = dict(connection.execute("SELECT role, changed_at FROM passwords"))
    restored = "SELECT coalesce(max(id), 0) FROM audit_events WHERE kind = ?"
    (since,) = connection.execute(restored, (AuditKind.STORE_RESTORED.value,)).fetchone()
    changes = "SELECT at, details FROM audit_events WHERE kind = ? AND id > ? ORDER BY id"
    last: dict[object, object] = {}
    for at, text in connection.execute(changes, (AuditKind.PASSWORD_CHANGED.value, since)):
        details = _parsed(text) or {}
        last[details.get("role")] = None if details.get("removed") else at
    for role, at in last.items():
        if role is not None and kept.get(role) != at:
            yield Fault(FaultKind.PASSWORD, f"passwords, {role}", "not the one that was set, or removed, last")
