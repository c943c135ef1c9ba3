"""Puts a backup in the place of the database, so that a crash at any point leaves the old state or the new one."""

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.core.audit import AuditEntry, AuditKind
from app.core.errors import KeyUnavailable, StoreCorrupt
from app.store.audit.ledger import Ledger
from app.store.audit.log import append, reseal_chain
from app.store.backup.backups import RESTORE_DIRECTORY_PREFIX, BackupReason, Backups, copy_database, sync_key_wraps
from app.store.backup.integrity import check_database
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.crypto.reencryption import reencrypt_copy
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.sqlite import Database, translate_key_errors

_BUSY_S = 5.0
_GONE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value)
_ERASE = f"DELETE FROM people WHERE id IN (SELECT subject FROM now.audit_events WHERE kind IN {_GONE})"  # noqa: S608 - two constants
_EVENT = "id, at, kind, subject, actor, role, details, previous, mac"


class _Standing(StrEnum):
    """What there is in the place of the database."""

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
    """Make a database what it was when a backup was made.

    What must not be undone is not: people erased since then stay erased, and the events since then stay in the audit
    trail, to which the restoring itself is added. What opens the database now opens it afterwards. What is there now is
    backed up first, or, where it is damaged or its key is gone, kept beside it; then the copy keeps its own keys.

    Args:
        backup: A copy made by this program, of this or an earlier version.
        path: The database; others may have it open, and see the restored state from their next question on.
        backups: Take what is there now.
        now: When this happens.
        actor: Who does it.
        ledger: The chain of its audit trail; by default sealed in a file beside it.
        sources: Where keys come from; by default from this machine's keyring, passphrase or key file.

    Returns:
        Where a database was put that was damaged, or whose key is gone; None where there was none, or a whole one.

    Raises:
        StoreError: The backup cannot be used, or the database not be written. Nothing has changed then.
    """
    ledger, sources = ledger or Ledger.beside(path), sources or machine_key_sources()
    with translate_errors(backup):
        validate_file(backup, _BUSY_S)
    if backup.stat().st_size == 0:
        raise StoreCorrupt(path=backup)
    with translate_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(prefix=RESTORE_DIRECTORY_PREFIX, dir=path.parent)
    with temporary as directory:
        ready = Path(directory) / "ready.sqlite3"
        copy_database(backup, ready)
        standing = _standing(path, ledger, sources)
        if standing is _Standing.WHOLE:
            _take_keys(ready, path, sources)
        with _opened(ready, ledger.unsealed(), sources, backup) as database:
            _bring_along(database, path, standing)
            with database.writing() as session:
                append(session, now, AuditEntry(AuditKind.STORE_RESTORED, actor=actor, details={"backup": backup.name}))
            database.checkpoint()
        if check_database(ready, sources):
            raise StoreCorrupt(path=backup)
        aside = _put_in_place(path, ready, now, standing, backups)
    _seal(path, ledger, now, actor, sources, begins_anew=standing is not _Standing.WHOLE)
    backups.upgrade_copies(path, sources)
    return aside


def _bring_along(restored: Database, path: Path, standing: _Standing) -> None:
    """What must not be undone, as far as it can be read."""
    if standing is _Standing.WHOLE:
        _carry_over(restored, path)
    elif standing is _Standing.LOCKED:
        _erase_again(restored, path)


def _put_in_place(path: Path, ready: Path, now: datetime, standing: _Standing, backups: Backups) -> Path | None:
    """Make the restored copy the database; the path of what was put aside, if that was not whole."""
    if standing is not _Standing.WHOLE:
        return _replace(path, ready, now, standing)
    backups.make(path, BackupReason.RESTORE)
    _overwrite(path, ready)
    return None


def _opened(ready: Path, ledger: Ledger, sources: KeySources, backup: Path) -> Database:
    """A copy that is made ready; where its key is gone too, the backup is what is named."""
    try:
        return Database.open(ready, ledger=ledger, keys=sources)
    except KeyUnavailable as error:
        raise KeyUnavailable(path=backup, reason=error.details["reason"]) from error


def _take_keys(ready: Path, path: Path, sources: KeySources) -> None:
    """Give a copy the keys of the database whose place it takes, which other programs and the audit trail rely on."""
    sync_key_wraps(ready, path)
    stored = WrappedKeys.of(path)
    assert stored is not None
    with Database.open(ready, ledger=Ledger(()), keys=sources, inherited=stored) as copy, translate_key_errors(ready):
        reencrypt_copy(copy, stored, sources)


def _seal(path: Path, ledger: Ledger, now: datetime, actor: str, sources: KeySources, *, begins_anew: bool) -> None:
    """Seal where the trail ends now. Where events were lost with a damaged database, that is written down."""
    with Database.open(path, ledger=ledger, keys=sources) as database, database.writing() as session:
        if begins_anew:
            reseal_chain(session, now, actor)
        else:
            ledger.reseal_head(session)


def _standing(path: Path, ledger: Ledger, sources: KeySources) -> _Standing:
    """Whether there is a database of ours whose pages can all be read, and whose key is to be had."""
    if not path.exists() or path.stat().st_size == 0:
        return _Standing.NOTHING
    try:
        Database.open(path, ledger=ledger, keys=sources).close()
    except StoreCorrupt:
        return _Standing.DAMAGED
    except KeyUnavailable:
        return _Standing.LOCKED
    return _Standing.WHOLE


def _carry_over(restored: Database, path: Path) -> None:
    """Bring along what has happened since: erasures, the audit trail, and a revision that no gallery has seen yet."""
    with restored.connecting() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("ATTACH DATABASE ? AS now", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(_ERASE)
            raw.execute("DELETE FROM audit_events")
            raw.execute(f"INSERT INTO audit_events ({_EVENT}) SELECT {_EVENT} FROM now.audit_events")  # noqa: S608 - a constant
            raw.execute("DELETE FROM audit_chain")
            raw.execute("INSERT INTO audit_chain SELECT * FROM now.audit_chain")
            raw.execute(
                "UPDATE gallery_revision SET revision = 1 + max(revision, (SELECT revision FROM now.gallery_revision))"
            )
            raw.execute("UPDATE gallery_revision SET floor = revision")
            raw.execute(
                "INSERT OR IGNORE INTO departures SELECT * FROM now.departures"
                " WHERE person_id NOT IN (SELECT id FROM people)"
            )
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:  # on a full disk SQLite has rolled back by itself
                raw.execute("ROLLBACK")
            raise
        finally:
            raw.execute("DETACH DATABASE now")


def _erase_again(restored: Database, path: Path) -> None:
    """Whoever was erased stays so, though the key is gone: the audit trail holds ids, and is not sealed."""
    with restored.connecting() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("ATTACH DATABASE ? AS now", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(_ERASE)
            raw.execute("COMMIT")
        finally:
            raw.execute("DETACH DATABASE now")


def _overwrite(path: Path, ready: Path) -> None:
    """Write one database over another as a single transaction of the latter."""
    with (
        translate_errors(path),
        closing(sqlite3.connect(ready)) as source,
        closing(sqlite3.connect(path, timeout=_BUSY_S)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _replace(path: Path, ready: Path, now: datetime, standing: _Standing) -> Path | None:
    """Put the file in place, and what cannot be used aside."""
    aside = path.with_name(f"{path.name}.{standing}-{now:%Y%m%dT%H%M%SZ}")
    if standing is _Standing.LOCKED:
        copy_database(path, aside)  # with what its write-ahead log holds: it may be opened again one day
    with translate_errors(path):
        if standing is _Standing.DAMAGED:
            os.link(path, aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        copy_database(ready, path)
    return None if standing is _Standing.NOTHING else aside
