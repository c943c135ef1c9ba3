"""Recovery of a database that does not open: its key is missing, or the file is damaged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.credentials import KeySourceKind
from app.core.errors import KeyUnavailable, StoreCorrupt
from app.core.roles import Permission
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.database.key_service import recover_with_code
from app.services.database.store_service import StoreService
from app.store.backup.backups import Backup
from app.store.crypto.key_probe import probe_key, wrapped_source_kinds
from app.store.crypto.keys.passphrase import PassphraseSource
from app.store.crypto.keys.sources import KeySources


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """Means of recovery.

    Attributes:
        path: The database file.
        kinds: Key sources of the database; empty if they cannot be read.
        backups: Backups, newest first.
    """

    path: Path
    kinds: frozenset[KeySourceKind]
    backups: tuple[Backup, ...]


class RecoveryService(Service):
    """Recovers a database without reading encrypted data. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do. While the database cannot be opened, its roles are unknown, and
            the operating-system account is the boundary.
        path: The database file.
        sources: Sources of the key; receives a passphrase that opens the database.
        store: Returns the service that restores backups, with administrator access.
        clock: Dates changes.
    """

    def __init__(
        self, access: Access, path: Path, sources: KeySources, store: Callable[[], StoreService], clock: Clock
    ) -> None:
        super().__init__(access)
        self._path = path
        self._sources = sources
        self._store = store
        self._clock = clock

    @open_to_all
    def state(self) -> RecoveryState:
        """Return the means of recovery."""
        return RecoveryState(self._path, wrapped_source_kinds(self._path), tuple(self._store().backups()))

    @open_to_all
    def unlock_with_code(self, code: str) -> KeySourceKind:
        """Recover the key with the recovery code; see `recover_with_code`."""
        return recover_with_code(self._path, code, self._sources, self._clock)

    @open_to_all
    def unlock_with_passphrase(self, passphrase: str) -> None:
        """Open the database with a passphrase, which this process keeps until it ends.

        Raises:
            KeyUnavailable: The passphrase does not open the database; nothing has changed.
        """
        probe_key(self._path, KeySources(PassphraseSource.typed(passphrase)))
        self._sources.passphrases.give(passphrase)

    @requires(Permission.MANAGE_STORE)
    def restore(self, backup: Path) -> Path | None:
        """Restore a backup; see `StoreService.restore`."""
        return self._store().restore(backup)

    def _require(self, permission: Permission) -> None:
        """Allow everything while the database cannot be opened."""
        try:
            super()._require(permission)
        except (KeyUnavailable, StoreCorrupt):
            return
