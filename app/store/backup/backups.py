"""Copies of the database, made while it is in use."""

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
from app.core.errors import StoreCorrupt, StoreError
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.source import NoKeyError
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import connect_read_only
from app.store.database.schema_bootstrap import is_up_to_date, upgrade_copy

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"^facelatch-(\d{8}T\d{6}Z)-([a-z]+)(?:-\d+)?\.sqlite3$")
_BUSY_S = 5.0
_LEFT_S = 3600.0

RESTORE_DIRECTORY_PREFIX = ".restoring-"
"""Begins the name of a directory beside the database in which a copy is made ready to take its place."""

log = logging.getLogger(__name__)


class BackupReason(StrEnum):
    """Why a backup was made."""

    ASKED = "asked"
    MIGRATION = "migration"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database.

    Attributes:
        path: One whole SQLite file.
        made_at: UTC, to the second.
        reason: Why it was made.
        size: In bytes.
    """

    path: Path
    made_at: datetime
    reason: BackupReason
    size: int


class Backups:
    """The copies in one directory: the newest are kept, and who is erased is erased from them too.

    Args:
        directory: Created when it is needed, for this user only (0700).
        clock: Dates the copies.
        keep: How many.
    """

    def __init__(self, directory: Path, clock: Clock, keep: int = 10) -> None:
        self.directory = directory
        self._clock = clock
        self._keep = keep

    def make(self, source: Path, reason: BackupReason) -> Backup:
        """Copy the database as it is at this moment, then let go of the oldest copies beyond those kept.

        Args:
            source: The database; others may be writing to it.
            reason: Why.

        Raises:
            StoreError: The source cannot be read, or the copy not be written; there is no half a copy then.
        """
        with translate_errors(self.directory):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if reason is BackupReason.MIGRATION:  # under the database's write lock: nobody else is making one
            for part in self.directory.glob("*-migration*.sqlite3.*part*"):
                part.unlink(missing_ok=True)
        copy_database(source, self._free_name(reason))
        newest, *_ = kept = self.all()
        for backup in kept[self._keep :]:
            backup.path.unlink(missing_ok=True)
        return newest

    def all(self) -> list[Backup]:
        """Every copy, the newest first."""
        if not self.directory.is_dir():
            return []
        with translate_errors(self.directory):
            named = [(path, _NAME.match(path.name)) for path in self.directory.iterdir()]
            found = [_backup(path, match) for path, match in named if match]
        return sorted(found, key=lambda backup: (backup.made_at, backup.path.stat().st_mtime_ns), reverse=True)

    def erase(self, person_ids: Collection[str]) -> None:
        """Take people out of every copy, down to the bytes in the files.

        Raises:
            StoreError: A copy cannot be written.
        """
        for backup in self.all():
            delete_from_copy(backup.path, person_ids)

    def sync_key_wraps(self, database: Path) -> None:
        """Have every copy of a database open with the sources that open the database now.

        Raises:
            StoreError: A copy cannot be written.
        """
        for backup in self.all():
            sync_key_wraps(backup.path, database)

    def upgrade_copies(self, database: Path, sources: KeySources) -> None:
        """Give every copy of an earlier version the schema and the keys of the database, so that none is left unsealed.

        One that cannot be brought up to date is kept as it is, and named in the log. What a program that was killed has
        left of its copies is removed.

        Args:
            database: Up to date.
            sources: Where its key comes from.

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
                log.warning("%s cannot be brought up to date, and may not be sealed: %s", backup.path, error)

    def outdated(self) -> list[Backup]:
        """The copies of an earlier version, and those that cannot be read: they may hold what is not sealed."""
        return [backup for backup in self.all() if not _is_up_to_date(backup.path)]

    def _free_name(self, reason: BackupReason) -> Path:
        stem = f"facelatch-{self._clock.now().astimezone(UTC):{_STAMP}}-{reason}"
        names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
        return next(path for name in names if not (path := self.directory / f"{name}.sqlite3").exists())


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use into one whole file, which appears only once it is complete and on the disk.

    Args:
        source: A SQLite database.
        target: Replaced if it exists. For this user only (0600).

    Raises:
        StoreError: The source cannot be read, or the target not be written.
    """
    with translate_errors(target), atomic_path(target) as partial, translate_errors(source):
        _copy(source, partial)


def delete_from_copy(path: Path, person_ids: Collection[str]) -> None:
    """Take people out of a database that nobody has open, whatever its revision, down to the bytes in the file.

    Raises:
        StoreError: It cannot be written.
    """
    with translate_errors(path), closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("DELETE FROM people WHERE id = ?", [(person_id,) for person_id in person_ids])
        connection.execute("COMMIT")


def sync_key_wraps(path: Path, database: Path) -> None:
    """Have a copy of a database open with the sources that open the database now. Other copies stay as they are.

    Raises:
        StoreError: It cannot be written.
    """
    with translate_errors(path), closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
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
    """Remove what was being written when a program was killed: nobody takes that long."""
    for left in (*directory.glob("*.sqlite3.*part*"), *database.parent.glob(f"{RESTORE_DIRECTORY_PREFIX}*")):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < now.timestamp() - _LEFT_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _copy(source: Path, part: Path) -> None:
    with (
        closing(connect_read_only(source, _BUSY_S)) as original,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (answer,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise StoreCorrupt(path=source)


def _backup(path: Path, match: "re.Match[str]") -> Backup:
    made_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    return Backup(path, made_at, BackupReason(match[2]), path.stat().st_size)
