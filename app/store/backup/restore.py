"""Restore: replace the database by a backup, so that a crash at any point leaves either the old or the new state."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.core.audit import AuditEntry, AuditKind
from app.core.errors import KeyUnavailable, StoreCorrupt
from app.store.audit.ledger import Ledger
from app.store.audit.log import append, reseal_chain
from app.store.backup.backups import (
    RESTORE_DIRECTORY_PREFIX,
    BackupReason,
    Backups,
    copy_database,
    sync_key_wraps,
)
from app.store.backup.integrity import check_database
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.crypto.reencryption import reencrypt_copy
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.raw_connection import BUSY_TIMEOUT_S, beside, driver_connection
from app.store.database.sqlite import Database, translate_key_errors
from app.store.people.deletion import ERASURE_KINDS

_DELETE_ERASED = f"DELETE FROM people WHERE id IN (SELECT subject FROM now.audit_events WHERE kind IN {ERASURE_KINDS})"  # noqa: S608 - constants
_EVENT_COLUMNS = "id, at, kind, subject, actor, role, details, previous, mac"
_CARRY_OVER = (
    _DELETE_ERASED,
    "DELETE FROM audit_events",
    f"INSERT INTO audit_events ({_EVENT_COLUMNS}) SELECT {_EVENT_COLUMNS} FROM now.audit_events",  # noqa: S608 - a constant
    "DELETE FROM audit_chain",
    "INSERT INTO audit_chain SELECT * FROM now.audit_chain",
    "UPDATE gallery_revision SET revision = 1 + max(revision, (SELECT revision FROM now.gallery_revision))",
    "UPDATE gallery_revision SET floor = revision",
    "INSERT OR IGNORE INTO departures SELECT * FROM now.departures WHERE person_id NOT IN (SELECT id FROM people)",
)
"""Keeps erasures and the audit log since the backup, and sets a revision that no gallery cache has seen yet."""


class _CurrentState(StrEnum):
    """The state of the database that is to be replaced."""

    NOTHING = "nothing"
    WHOLE = "whole"
    DAMAGED = "damaged"
    LOCKED = "locked"


def restore(
    backup: Path,
    path: Path,
    backups: Backups,
    now: datetime,
    actor: str,
    ledger: Ledger | None = None,
    sources: KeySources | None = None,
) -> Path | None:
    """Replace the database by a backup.

    People erased since the backup stay erased, and events since then stay in the audit log, which also records the
    restore. The key sources of the current database open the restored one. The current database is backed up first;
    a damaged or locked one is kept beside the restored database, which then has the keys of the backup.

    Args:
        backup: A copy made by this version or an earlier one.
        path: The database. Other processes may have it open; their next session sees the restored state.
        backups: Receives a backup of the current database.
        now: The time of the restore, for the audit log.
        actor: Who restores, for the audit log.
        ledger: The hash chain of the audit log; by default sealed in a file beside the database.
        sources: The sources of keys; by default this machine's keyring, passphrase or key file.

    Returns:
        Where the damaged or locked database was put; None if there was no database, or an intact one.

    Raises:
        StoreError: The backup is unusable, or the database cannot be written. Nothing has changed.
    """
    ledger, sources = ledger or Ledger.beside(path), sources or machine_key_sources()
    with translate_errors(backup):
        validate_file(backup)
    if backup.stat().st_size == 0:
        raise StoreCorrupt(path=backup)
    with translate_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(prefix=RESTORE_DIRECTORY_PREFIX, dir=path.parent)
    with temporary as directory:
        ready = Path(directory) / "ready.sqlite3"
        copy_database(backup, ready)
        state = _current_state(path, ledger, sources)
        if state is _CurrentState.WHOLE:
            _adopt_keys(ready, path, sources)
        with _open_copy(ready, ledger.without_seals(), sources, backup) as database:
            _carry_over(database, path, state)
            with database.writing() as session:
                append(session, now, AuditEntry(AuditKind.STORE_RESTORED, actor=actor, details={"backup": backup.name}))
            database.checkpoint()
        if check_database(ready, sources):
            raise StoreCorrupt(path=backup)
        aside = _put_in_place(path, ready, now, state, backups)
    with Database.open(path, ledger=ledger, keys=sources) as database, database.writing() as session:
        if state is _CurrentState.WHOLE:
            ledger.reseal_head(session)
        else:
            reseal_chain(session, now, actor)
    backups.upgrade_copies(path, sources)
    return aside


def _current_state(path: Path, ledger: Ledger, sources: KeySources) -> _CurrentState:
    if not path.exists() or path.stat().st_size == 0:
        return _CurrentState.NOTHING
    try:
        Database.open(path, ledger=ledger, keys=sources).close()
    except StoreCorrupt:
        return _CurrentState.DAMAGED
    except KeyUnavailable:
        return _CurrentState.LOCKED
    return _CurrentState.WHOLE


def _adopt_keys(ready: Path, path: Path, sources: KeySources) -> None:
    """Replace the keys of the copy by those of the current database, which other processes and the audit log use."""
    sync_key_wraps(ready, path)
    stored = WrappedKeys.of(path)
    assert stored is not None
    with Database.open(ready, ledger=Ledger(()), keys=sources, inherited=stored) as copy, translate_key_errors(ready):
        reencrypt_copy(copy, stored, sources)


def _open_copy(ready: Path, ledger: Ledger, sources: KeySources, backup: Path) -> Database:
    """Open the prepared copy; an error about its key names the backup."""
    try:
        return Database.open(ready, ledger=ledger, keys=sources)
    except KeyUnavailable as error:
        raise KeyUnavailable(path=backup, reason=error.details["reason"]) from error


def _carry_over(restored: Database, path: Path, state: _CurrentState) -> None:
    """Transfer what a restore must not undo. The audit log of a locked database is readable: it is not encrypted."""
    if state is _CurrentState.WHOLE:
        _execute_with(restored, path, _CARRY_OVER)
    elif state is _CurrentState.LOCKED:
        _execute_with(restored, path, (_DELETE_ERASED,))


def _execute_with(restored: Database, path: Path, statements: tuple[str, ...]) -> None:
    """Execute statements in one transaction, with the current database attached as `now`."""
    with restored.connection() as connection:
        raw = driver_connection(connection)
        raw.execute("ATTACH DATABASE ? AS now", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            with _transaction(raw):
                for statement in statements:
                    raw.execute(statement)
        finally:
            raw.execute("DETACH DATABASE now")


@contextmanager
def _transaction(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:  # SQLite rolls back by itself on a full disk
            raw.execute("ROLLBACK")
        raise


def _put_in_place(path: Path, ready: Path, now: datetime, state: _CurrentState, backups: Backups) -> Path | None:
    """Put the prepared copy in place, and return where the previous database was put aside, if it was."""
    if state is _CurrentState.WHOLE:
        backups.make(path, BackupReason.RESTORE)
        _overwrite(path, ready)
        return None
    aside = path.with_name(f"{path.name}.{state}-{now:%Y%m%dT%H%M%SZ}")
    if state is _CurrentState.LOCKED:
        copy_database(path, aside)  # including its write-ahead log: its key may be found later
    with translate_errors(path):
        if state is _CurrentState.DAMAGED:
            os.link(path, aside)
        for suffix in ("-wal", "-shm"):
            beside(path, suffix).unlink(missing_ok=True)
        copy_database(ready, path)
    return None if state is _CurrentState.NOTHING else aside


def _overwrite(path: Path, ready: Path) -> None:
    """Write one database over another, as a single transaction of the latter."""
    with (
        translate_errors(path),
        closing(sqlite3.connect(ready)) as source,
        closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
