"""Backups: copies of the database, made while it is in use."""

import logging
import re
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from app.core.atomic_file import atomic_path
from app.core.clock import Clock
from app.core.errors import StoreCorrupt, StoreError, StoreLost
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.source import NoKeyError
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.raw_connection import connect_read_only, connect_read_write
from app.store.database.schema_bootstrap import is_up_to_date, upgrade_copy

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"^facelatch-(\d{8}T\d{6}Z)-([a-z]+)(?:-e(\d+))?(?:-\d+)?\.sqlite3$")
_STALE_S = 3600.0
"""The age at which an unfinished copy is considered left over by a killed process, in seconds."""

RESTORE_DIRECTORY_PREFIX = ".restoring-"
"""The name prefix of a directory beside the database in which a restore prepares its copy."""

log = logging.getLogger(__name__)


class BackupReason(StrEnum):
    """The reason for a backup."""

    ASKED = "asked"
    MIGRATION = "migration"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup.

    Attributes:
        path: A single, complete SQLite file.
        made_at: UTC, with a resolution of one second.
        reason: Why it was made.
        size: In bytes.
        epoch: How often the clock was set back before, which orders backups where their times cannot.
    """

    path: Path
    made_at: datetime
    reason: BackupReason
    size: int
    epoch: int = 0


class Backups:
    """The backups in one directory. The newest are kept; people who are erased are erased from all of them.

    Args:
        directory: Created when needed, with mode 0700.
        clock: The time of each backup.
        keep: How many backups to keep.
    """

    def __init__(self, directory: Path, clock: Clock, keep: int = 10) -> None:
        self.directory = directory
        self._clock = clock
        self._keep = keep

    def make(self, source: Path, reason: BackupReason) -> Backup:
        """Copy the current state of the database, then delete the oldest backups above the limit.

        Args:
            source: The database; other processes may be writing to it.
            reason: Why.

        Returns:
            The new backup.

        Raises:
            StoreError: The source cannot be read or the copy cannot be written. No partial copy remains.
        """
        with translate_errors(self.directory):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if reason is BackupReason.MIGRATION:  # holds the database's write lock, so no other process makes one
            for part in self.directory.glob("*-migration*.sqlite3.*part*"):
                part.unlink(missing_ok=True)
        target = self._free_name(reason)
        copy_database(source, target)
        kept = self.all()
        made = next(backup for backup in kept if backup.path == target)
        for backup in kept[self._keep :]:
            if backup != made:
                backup.path.unlink(missing_ok=True)
        return made

    def all(self) -> list[Backup]:
        """Return all backups, the newest first."""
        if not self.directory.is_dir():
            return []
        with translate_errors(self.directory):
            named = [(path, _NAME.match(path.name)) for path in self.directory.iterdir()]
            found = [_backup(path, match) for path, match in named if match]
        return sorted(
            found, key=lambda backup: (backup.epoch, backup.made_at, backup.path.stat().st_mtime_ns), reverse=True
        )

    def require_database(self, path: Path) -> None:
        """Refuse to create a new database in place of a lost one.

        Raises:
            StoreLost: The database is missing or empty although there are backups of it.
        """
        if not (path.exists() and path.stat().st_size) and self.all():
            raise StoreLost(path=path)

    def erase(self, person_ids: Collection[str]) -> None:
        """Delete people from every backup, overwriting their data in the files.

        Args:
            person_ids: The people's ids.

        Raises:
            StoreError: A backup cannot be written.
        """
        for backup in self.all():
            delete_from_copy(backup.path, person_ids)

    def sync_key_wraps(self, database: Path) -> None:
        """Replace the key wraps of every backup by those of the database, so that the same sources open them.

        Args:
            database: The database.

        Raises:
            StoreError: A backup cannot be written.
        """
        for backup in self.all():
            sync_key_wraps(backup.path, database)

    def upgrade_copies(self, database: Path, sources: KeySources) -> None:
        """Migrate and encrypt every backup of an earlier version with the schema and keys of the database.

        A backup that cannot be migrated is kept unchanged and named in the log. Partial copies of killed processes are
        removed.

        Args:
            database: Has the current schema.
            sources: The sources of its key.

        Raises:
            StoreError: The database, or the directory, cannot be read.
        """
        with translate_errors(self.directory):
            _remove_leftovers(self.directory, database, self._clock.now())
        outdated = self.outdated()
        inherited = WrappedKeys.of(database) if outdated else None
        for backup in outdated:
            try:
                upgrade_copy(backup.path, sources, inherited)
            except (StoreError, NoKeyError) as error:
                log.warning("%s cannot be migrated, and may not be encrypted: %s", backup.path, error)

    def outdated(self) -> list[Backup]:
        """Return the backups of an earlier version, and unreadable ones: they may hold unencrypted data."""
        return [backup for backup in self.all() if not _is_up_to_date(backup.path)]

    def _free_name(self, reason: BackupReason) -> Path:
        now, newest = self._clock.now().astimezone(UTC).replace(microsecond=0), next(iter(self.all()), None)
        epoch = newest.epoch + (now < newest.made_at) if newest else 0
        stem = f"facelatch-{now:{_STAMP}}-{reason}" + (f"-e{epoch}" if epoch else "")
        names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
        return next(path for name in names if not (path := self.directory / f"{name}.sqlite3").exists())


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use into a single file, which appears only when it is complete and synced.

    Args:
        source: A SQLite database.
        target: Replaced if it exists; mode 0600.

    Raises:
        StoreError: The source cannot be read or the target cannot be written.
    """
    with translate_errors(target), atomic_path(target) as partial, translate_errors(source):
        _copy(source, partial)


def delete_from_copy(path: Path, person_ids: Collection[str]) -> None:
    """Delete people from a copy of any schema revision, overwriting their data in the file.

    Args:
        path: A database that is not in use.
        person_ids: The people's ids.

    Raises:
        StoreError: The copy cannot be written.
    """
    with translate_errors(path), closing(connect_read_write(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("DELETE FROM people WHERE id = ?", [(person_id,) for person_id in person_ids])
        connection.execute("COMMIT")


def sync_key_wraps(path: Path, database: Path) -> None:
    """Replace the key wraps of a copy by those of its database. A copy of another database is not changed.

    Args:
        path: The copy.
        database: The database.

    Raises:
        StoreError: The copy cannot be written.
    """
    with translate_errors(path), closing(connect_read_write(path)) as connection:
        connection.execute("ATTACH DATABASE ? AS now", (str(database),))
        if not connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'vault'").fetchone():
            return
        same = "SELECT main.vault.store_id = now.vault.store_id FROM main.vault, now.vault"
        if connection.execute(same).fetchone() == (1,):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM main.key_wraps")
            connection.execute("INSERT INTO main.key_wraps SELECT * FROM now.key_wraps")
            connection.execute("COMMIT")


def _is_up_to_date(path: Path) -> bool:
    try:
        return is_up_to_date(path)
    except StoreError:
        return False


def _remove_leftovers(directory: Path, database: Path, now: datetime) -> None:
    """Remove partial copies that are too old to be still in progress."""
    for left in (*directory.glob("*.sqlite3.*part*"), *database.parent.glob(f"{RESTORE_DIRECTORY_PREFIX}*")):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < now.timestamp() - _STALE_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _copy(source: Path, partial: Path) -> None:
    with (
        closing(connect_read_only(source)) as original,
        closing(sqlite3.connect(partial, isolation_level=None)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (answer,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise StoreCorrupt(path=source)


def _backup(path: Path, match: "re.Match[str]") -> Backup:
    made_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    return Backup(path, made_at, BackupReason(match[2]), path.stat().st_size, int(match[3] or 0))
