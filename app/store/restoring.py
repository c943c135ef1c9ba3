"""Puts a backup in the place of the database, so that a crash at any point leaves the old state or the new one."""

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.core.audit import AuditEntry, AuditKind
from app.core.errors import StoreCorrupt
from app.store.audit import append, reseal_within
from app.store.backups import RESTORING, BackupReason, Backups, copy_database, take_wraps
from app.store.checking import check
from app.store.database import Database, explaining_no_key
from app.store.failures import translating_errors
from app.store.inspection import examine
from app.store.keys.inheriting import StoredKeys
from app.store.keys.sources import sources_of_this_machine
from app.store.ledger import Ledger
from app.store.resealing import reseal

_BUSY_S = 5.0
_GONE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value)
_EVENT = "id, at, kind, subject, actor, role, details, previous, mac"


def restore(
    backup: Path, path: Path, backups: Backups, now: datetime, actor: str, ledger: Ledger | None = None
) -> Path | None:
    """Make a database what it was when a backup was made.

    What must not be undone is not: people erased since then stay erased, and the events since then stay in the audit
    trail, to which the restoring itself is added. What opens the database now opens it afterwards. What is there now is
    backed up first, or, where it is damaged, kept beside it.

    Args:
        backup: A copy made by this program, of this or an earlier version.
        path: The database; others may have it open, and see the restored state from their next question on.
        backups: Take what is there now.
        now: When this happens.
        actor: Who does it.
        ledger: The chain of its audit trail; by default sealed in a file beside it.

    Returns:
        Where a damaged database was put; None where there was none, or a whole one.

    Raises:
        StoreError: The backup cannot be used, or the database not be written. Nothing has changed then.
    """
    ledger = ledger or Ledger.beside(path)
    examine(backup, _BUSY_S)
    if backup.stat().st_size == 0:
        raise StoreCorrupt(path=backup)
    with translating_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(prefix=RESTORING, dir=path.parent)
    with temporary as directory:
        ready = Path(directory) / "ready.sqlite3"
        copy_database(backup, ready)
        whole = _is_whole(path, ledger)
        if whole:
            _take_keys(ready, path)
        with Database.open(ready, ledger=ledger.unsealed()) as database:
            if whole:
                _carry_over(database, path)
            with database.writing() as session:
                append(session, now, AuditEntry(AuditKind.STORE_RESTORED, actor=actor, details={"backup": backup.name}))
            database.checkpoint()
        faults = check(ready)
        if faults:
            raise StoreCorrupt(path=backup)
        if whole:
            backups.make(path, BackupReason.RESTORE)
            _overwrite(path, ready)
            aside = None
        else:
            aside = _replace(path, ready, now)
    _seal(path, ledger, now, actor, begins_anew=not whole)
    backups.bring_up_to_date(path, sources_of_this_machine())
    return aside


def _take_keys(ready: Path, path: Path) -> None:
    """Give a copy the keys of the database whose place it takes, which other programs and the audit trail rely on."""
    take_wraps(ready, path)
    stored, sources = StoredKeys.of(path), sources_of_this_machine()
    assert stored is not None
    with Database.open(ready, ledger=Ledger(()), keys=sources, inherited=stored) as copy, explaining_no_key(ready):
        reseal(copy, stored, sources)


def _seal(path: Path, ledger: Ledger, now: datetime, actor: str, *, begins_anew: bool) -> None:
    """Seal where the trail ends now. Where events were lost with a damaged database, that is written down."""
    with Database.open(path, ledger=ledger) as database, database.writing() as session:
        if begins_anew:
            reseal_within(session, now, actor)
        else:
            ledger.catch_up(session)


def _is_whole(path: Path, ledger: Ledger) -> bool:
    """Whether there is a database of ours whose pages can all be read."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        Database.open(path, ledger=ledger).close()
    except StoreCorrupt:
        return False
    return True


def _carry_over(restored: Database, path: Path) -> None:
    """Bring along what has happened since: erasures, the audit trail, and a revision that no gallery has seen yet."""
    with restored.connecting() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("ATTACH DATABASE ? AS now", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(f"DELETE FROM people WHERE id IN (SELECT subject FROM now.audit_events WHERE kind IN {_GONE})")  # noqa: S608 - two constants
            raw.execute("DELETE FROM audit_events")
            raw.execute(f"INSERT INTO audit_events ({_EVENT}) SELECT {_EVENT} FROM now.audit_events")  # noqa: S608 - a constant
            raw.execute("DELETE FROM audit_chain")
            raw.execute("INSERT INTO audit_chain SELECT * FROM now.audit_chain")
            raw.execute(
                "UPDATE gallery_revision SET revision = 1 + max(revision, (SELECT revision FROM now.gallery_revision))"
            )
            raw.execute("UPDATE gallery_revision SET floor = revision")
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:  # on a full disk SQLite has rolled back by itself
                raw.execute("ROLLBACK")
            raise
        finally:
            raw.execute("DETACH DATABASE now")


def _overwrite(path: Path, ready: Path) -> None:
    """Write one database over another as a single transaction of the latter."""
    with (
        translating_errors(path),
        closing(sqlite3.connect(ready)) as source,
        closing(sqlite3.connect(path, timeout=_BUSY_S)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _replace(path: Path, ready: Path, now: datetime) -> Path | None:
    """Put the file in place, and a damaged one aside."""
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
    with translating_errors(path):
        had_one = path.exists() and path.stat().st_size > 0
        if had_one:
            os.link(path, aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        copy_database(ready, path)
    return aside if had_one else None
