"""Looks at everything stored, row by row, and says what is wrong with it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.core.audit import AuditKind
from app.store.checking_seals import sealed_records
from app.store.failures import translating_errors
from app.store.faults import Fault, FaultKind
from app.store.inspection import connect_read_only, examine, judge
from app.store.keys.sources import KeySources, sources_of_this_machine
from app.store.migrating import HEAD

_BUSY_S = 5.0
_KEYS = {"passwords": "role"}
"""What a row is known by, in tables without an id."""


def check(path: Path, keys: KeySources | None = None) -> list[Fault]:
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
    with translating_errors(path):
        examine(path, _BUSY_S)
    with translating_errors(path), closing(connect_read_only(path, _BUSY_S)) as connection:
        connection.execute("BEGIN")
        faults = [*_file(connection), *_references(connection)]
        revision = judge(connection, path)
        if revision != HEAD:
            return [*faults, Fault(FaultKind.SCHEMA, "alembic_version", f"revision {revision}, not {HEAD}")]
        for look in (_counter, _moments, _events, _passwords):
            faults += look(connection)
        return [*faults, *sealed_records(connection, keys or sources_of_this_machine())]


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
