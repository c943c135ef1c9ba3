"""The integrity check: examines every row of a database and decrypts every record. Changes nothing."""

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
from app.store.database.inspection import read_revision, validate_file
from app.store.database.migration import HEAD
from app.store.database.raw_connection import connect_read_only
from app.store.people.names import clean_name, name_key
from app.store.people.vectors import InvalidVectorError, from_bytes

_ROW_KEYS = {"passwords": "role"}
"""The key column of tables without an id."""

_TIME_COLUMNS = {
    "people": ("created_at", "updated_at", "valid_from", "valid_until", "delete_after"),
    "templates": ("created_at", "retired_at"),
    "consents": ("given_at",),
    "anchors": ("created_at",),
    "audit_events": ("at",),
    "passwords": ("changed_at",),
}

_VectorSizes = dict[tuple[str, str], int]
_Row = Any


class FaultKind(StrEnum):
    """What a fault concerns."""

    FILE = "file"
    REFERENCE = "reference"
    SCHEMA = "schema"
    REVISION = "revision"
    PERSON = "person"
    KEY = "key"
    SEAL = "seal"
    PASSWORD = "password"  # noqa: S105 - a kind of fault, not a password
    VECTOR = "vector"
    MOMENT = "moment"
    EVENT = "event"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a database.

    Attributes:
        kind: What it concerns.
        where: The table and the row, without personal data.
        finding: What is wrong, in English.
    """

    kind: FaultKind
    where: str
    finding: str


def check_database(path: Path, keys: KeySources | None = None) -> list[Fault]:
    """Check everything in a database.

    Args:
        path: The database; other processes may be writing to it.
        keys: The sources of its key; by default this machine's keyring, passphrase or key file.

    Returns:
        The faults; empty if there are none. A database of an earlier schema revision is itself a fault, and only its
        file and references are checked.

    Raises:
        StoreError: The database is foreign or unreadable.
    """
    with translate_errors(path):
        validate_file(path)
    with translate_errors(path), closing(connect_read_only(path)) as connection:
        connection.execute("BEGIN")
        faults = [*_check_file(connection), *_check_references(connection)]
        revision = read_revision(connection, path)
        if revision != HEAD:
            return [*faults, Fault(FaultKind.SCHEMA, "alembic_version", f"revision {revision}, not {HEAD}")]
        for check in (_check_revision_row, _check_times, _check_events, _check_passwords):
            faults += check(connection)
        return [*faults, *check_encrypted_records(connection, keys or machine_key_sources())]


def check_encrypted_records(connection: sqlite3.Connection, keys: KeySources) -> Iterator[Fault]:
    """Decrypt every record and check its plaintext.

    Args:
        connection: To a database of the current schema revision.
        keys: The sources of its key.

    Yields:
        The faults. A missing key is the only fault then.
    """
    try:
        vault = _open_vault(connection, keys)
    except (NoKeyError, DecryptionError) as error:
        yield Fault(FaultKind.KEY, "key_wraps", f"no record can be decrypted: {error}")
        return
    sizes: _VectorSizes = {}
    for column in ENCRYPTED_COLUMNS:
        for row in _rows(connection, column):
            where = f"{column.table}, {getattr(row, column.bound_columns[0])}"
            try:
                plaintext = column.decrypt_from(vault, row)
            except DecryptionError:
                yield Fault(FaultKind.SEAL, where, f"the {column.column} was changed, or belongs to another row")
                continue
            if check := _PLAINTEXT_CHECKS.get(column):
                yield from check(vault, row, plaintext, where, sizes)


def _check_file(connection: sqlite3.Connection) -> Iterator[Fault]:
    for (answer,) in connection.execute("PRAGMA integrity_check"):
        if answer != "ok":
            yield Fault(FaultKind.FILE, "the file", str(answer))


def _check_references(connection: sqlite3.Connection) -> Iterator[Fault]:
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield Fault(FaultKind.REFERENCE, f"{table}, row {row}", f"refers to a missing row of {parent}")


def _check_revision_row(connection: sqlite3.Connection) -> Iterator[Fault]:
    if connection.execute("SELECT count(*) FROM gallery_revision").fetchone() != (1,):
        yield Fault(FaultKind.REVISION, "gallery_revision", "not exactly one row")


def _check_times(connection: sqlite3.Connection) -> Iterator[Fault]:
    for table, names in _TIME_COLUMNS.items():
        query = f"SELECT {_ROW_KEYS.get(table, 'id')}, {', '.join(names)} FROM {table}"  # noqa: S608 - constants
        for row_id, *times in connection.execute(query):
            if not all(_is_time(time) for time in times):
                yield Fault(FaultKind.MOMENT, f"{table}, {row_id}", "an invalid date")


def _is_time(stored: object) -> bool:
    if stored is None:
        return True
    try:
        datetime.fromisoformat(str(stored))
    except ValueError:
        return False
    return True


def _check_events(connection: sqlite3.Connection) -> Iterator[Fault]:
    known = {kind.value for kind in AuditKind}
    for row_id, kind, details in connection.execute("SELECT id, kind, details FROM audit_events"):
        if kind not in known:
            yield Fault(FaultKind.EVENT, f"audit_events, {row_id}", "an unknown kind of event")
        if _parse_details(details) is None:
            yield Fault(FaultKind.EVENT, f"audit_events, {row_id}", "unreadable details")


def _parse_details(details: object) -> dict[str, object] | None:
    """Return the details of an event; None if they are unreadable."""
    try:
        parsed = json.loads(str(details))
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _check_passwords(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Compare each password with its last change in the audit log, not counting changes before a restore."""
    stored = dict(connection.execute("SELECT role, changed_at FROM passwords"))
    restored = "SELECT coalesce(max(id), 0) FROM audit_events WHERE kind = ?"
    (since,) = connection.execute(restored, (AuditKind.STORE_RESTORED.value,)).fetchone()
    changes = "SELECT at, details FROM audit_events WHERE kind = ? AND id > ? ORDER BY id"
    last: dict[object, object] = {}
    for at, text in connection.execute(changes, (AuditKind.PASSWORD_CHANGED.value, since)):
        details = _parse_details(text) or {}
        last[details.get("role")] = None if details.get("removed") else at
    for role, at in last.items():
        if role is not None and stored.get(role) != at:
            yield Fault(FaultKind.PASSWORD, f"passwords, {role}", "differs from its last change in the audit log")


def _open_vault(connection: sqlite3.Connection, keys: KeySources) -> Vault:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as wrapped:
        return open_vault(wrapped, keys)


def _rows(connection: sqlite3.Connection, column: EncryptedColumn) -> Iterator[_Row]:
    names = dict.fromkeys((*column.bound_columns, column.column, *_EXTRA_COLUMNS.get(column, ())))
    query = f"SELECT {', '.join(names)} FROM {column.table}"  # noqa: S608 - constants
    return (SimpleNamespace(**dict(zip(names, values, strict=True))) for values in connection.execute(query))


def _check_person(vault: Vault, row: _Row, plaintext: bytes, where: str, sizes: _VectorSizes) -> Iterator[Fault]:  # noqa: ARG001 - a _PlaintextCheck
    personal = PersonalData.from_json(plaintext)
    badge = None if personal.badge is None else badge_index(vault, personal.badge)
    if not _is_clean(personal.name) or row.name_index != name_index(vault, name_key(personal.name)):
        yield Fault(FaultKind.PERSON, where, "the name does not match its index")
    if row.badge_index != badge:
        yield Fault(FaultKind.PERSON, where, "the badge does not match its index")


def _is_clean(name: str) -> bool:
    try:
        return clean_name(name) == name
    except InvalidName:
        return False


def _check_group(vault: Vault, row: _Row, plaintext: bytes, where: str, sizes: _VectorSizes) -> Iterator[Fault]:  # noqa: ARG001 - a _PlaintextCheck
    if row.group_index != group_index(vault, name_key(plaintext.decode())):
        yield Fault(FaultKind.PERSON, where, "the group does not match its index")


def _check_vector(vault: Vault, row: _Row, plaintext: bytes, where: str, sizes: _VectorSizes) -> Iterator[Fault]:
    if row.rotation not in vault.rotations.numbers:
        yield Fault(FaultKind.VECTOR, where, "an unknown rotation")
    try:
        size = from_bytes([plaintext]).shape[1]
    except InvalidVectorError:
        yield Fault(FaultKind.VECTOR, where, "not a finite vector of unit length")
        return
    if sizes.setdefault((row.model, row.model_sha256), size) != size:
        yield Fault(FaultKind.VECTOR, where, "differs in size from other vectors of its model")


_PlaintextCheck = Callable[[Vault, _Row, bytes, str, _VectorSizes], Iterator[Fault]]
_PLAINTEXT_CHECKS: Mapping[EncryptedColumn, _PlaintextCheck] = {
    PERSONAL: _check_person,
    GROUP_NAME: _check_group,
    TEMPLATE_VECTOR: _check_vector,
    NEGATIVE_TEMPLATE_VECTOR: _check_vector,
}
_EXTRA_COLUMNS: Mapping[EncryptedColumn, tuple[str, ...]] = {PERSONAL: ("name_index", "badge_index")}
