"""The database as a whole: looked over, backed up, restored."""

from pathlib import Path

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.audit.ledger import Ledger
from app.store.backup.backups import Backup, BackupReason, Backups, copy_database
from app.store.backup.integrity import Fault, FaultKind, check_database
from app.store.backup.restore import restore
from app.store.crypto.keys.sources import KeySources
from app.store.database.sqlite import Database

__all__ = ["Backup", "BackupReason", "Fault", "FaultKind", "StoreService"]


class StoreService:
    """What an administrator does with the database. Every method may raise StoreError.

    Args:
        path: The database.
        backups: Its copies.
        clock: Dates what is done.
        actor: Who does it, for the audit trail.
        ledger: Its chain.
        sources: Where its key comes from.
    """

    def __init__(
        self, path: Path, backups: Backups, clock: Clock, actor: str, ledger: Ledger, sources: KeySources
    ) -> None:
        self._path = path
        self._backups = backups
        self._clock = clock
        self._actor = actor
        self._ledger = ledger
        self._sources = sources

    def check(self) -> list[Fault]:
        """Look at everything stored, and say what is wrong with it, or not up to date beside it; nothing is changed."""
        self._need_one()
        finding = "damaged, or of another version: may hold what is not sealed"
        outdated = [Fault(FaultKind.BACKUP, backup.path.name, finding) for backup in self._backups.outdated()]
        return [*check_database(self._path, self._sources), *outdated]

    def back_up(self, target: Path | None = None) -> Path:
        """Copy the database, which may be in use.

        Args:
            target: A file or a directory; by default beside the other backups, of which the oldest then goes.

        Returns:
            The copy.
        """
        self._need_one()
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
        copy_database(self._path, target)
        return target

    def backups(self) -> list[Backup]:
        """The copies kept, the newest first."""
        return self._backups.all()

    def restore(self, backup: Path) -> Path | None:
        """Make the database what it was when a backup was made.

        Args:
            backup: A file, or the name of one beside the other backups.

        Returns:
            Where a database was put that was damaged, or whose key is gone; None where there was none, or a whole one,
            which is then backed up.
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

    def _need_one(self) -> None:
        if not self._path.exists():
            Database.open(self._path, ledger=self._ledger, keys=self._sources).close()
