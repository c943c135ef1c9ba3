"""Check, back up and restore the database."""

from pathlib import Path

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import Permission
from app.services.access.permissions import Access, Service, requires
from app.store.audit.ledger import Ledger
from app.store.backup.backups import Backup, BackupReason, Backups, copy_database
from app.store.backup.integrity import Fault, FaultKind, check_database
from app.store.backup.restore import restore
from app.store.crypto.keys.sources import KeySources
from app.store.database.failures import translate_errors
from app.store.database.inspection import validate_file
from app.store.database.sqlite import Database

__all__ = ["Backup", "BackupReason", "Fault", "FaultKind", "StoreService"]


class StoreService(Service):
    """Maintains the database. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        path: The database file.
        backups: Its copies.
        clock: Dates backups and restores.
        actor: Author of changes, for the audit log.
        ledger: Head of the audit log's hash chain.
        sources: Sources of the key.
    """

    def __init__(
        self,
        access: Access,
        path: Path,
        backups: Backups,
        clock: Clock,
        actor: str,
        ledger: Ledger,
        sources: KeySources,
    ) -> None:
        super().__init__(access)
        self._path = path
        self._backups = backups
        self._clock = clock
        self._actor = actor
        self._ledger = ledger
        self._sources = sources

    @requires(Permission.MANAGE_STORE)
    def check(self) -> list[Fault]:
        """Check all records and backups, and return the faults found; nothing is changed."""
        self._create_missing()
        finding = "damaged, or of another version: may hold what is not sealed"
        outdated = [Fault(FaultKind.BACKUP, backup.path.name, finding) for backup in self._backups.outdated()]
        return [*check_database(self._path, self._sources), *outdated]

    @requires(Permission.MANAGE_STORE)
    def back_up(self, target: Path | None = None) -> Path:
        """Copy the database, which may be in use.

        Args:
            target: A file or a directory; None for the backup directory, whose oldest backup is then removed.

        Returns:
            Path of the copy.
        """
        self._create_missing()
        if target is None:
            return self._backups.make(self._path, BackupReason.ASKED).path
        if target.is_dir():
            target /= f"{self._path.stem}-{self._clock.now():%Y%m%dT%H%M%SZ}.sqlite3"
        if target.resolve() == self._path.resolve():
            raise StoreError(
                QT_TRANSLATE_NOOP("errors", "A backup cannot take the place of the database itself: {path}"),
                QT_TRANSLATE_NOOP("errors", "Name another file."),
                path=target,
            )
        if target.exists():
            with translate_errors(target):
                validate_file(target)  # refuses to overwrite a file that is no backup
        copy_database(self._path, target)
        return target

    @requires(Permission.MANAGE_STORE)
    def backups(self) -> list[Backup]:
        """Return the backups, newest first."""
        return self._backups.all()

    @requires(Permission.MANAGE_STORE)
    def restore(self, backup: Path) -> Path | None:
        """Restore the database from a backup.

        Args:
            backup: A file, or a file name in the backup directory.

        Returns:
            Where the replaced database was moved if it was damaged or its key is missing; None otherwise. An intact
            database is backed up before it is replaced.
        """
        beside = self._backups.directory / backup
        found = backup if backup.exists() or not beside.exists() else beside
        if not found.is_file():
            raise StoreError(
                QT_TRANSLATE_NOOP("errors", "There is no such backup: {path}"),
                QT_TRANSLATE_NOOP("errors", "See those there are with: facelatch store backups"),
                path=backup,
            )
        return restore(found, self._path, self._backups, self._clock.now(), self._actor, self._ledger, self._sources)

    def _create_missing(self) -> None:
        self._backups.require_database(self._path)
        if not self._path.exists():
            Database.open(self._path, ledger=self._ledger, keys=self._sources).close()
