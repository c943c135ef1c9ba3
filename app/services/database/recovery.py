"""What can be done where the database does not open: its key is gone, or it is damaged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.credentials import KeySourceKind
from app.services.database.key_service import recover_with_code
from app.services.database.store_service import StoreService
from app.store.backup.backups import Backup
from app.store.crypto.key_probe import probe_key, wrapped_source_kinds
from app.store.crypto.keys.passphrase import PassphraseSource
from app.store.crypto.keys.sources import KeySources


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """What there is to open a database with.

    Attributes:
        path: The database.
        kinds: The sources for which its key is kept; none where that cannot be told.
        backups: Its copies, the newest first.
    """

    path: Path
    kinds: frozenset[KeySourceKind]
    backups: tuple[Backup, ...]


class RecoveryService:
    """Asks nothing of the database that needs its key. Every method may raise StoreError.

    Args:
        path: The database.
        sources: Where its key may come from; told of a passphrase that opens it.
        store: Restores its copies.
        clock: Dates what is done.
    """

    def __init__(self, path: Path, sources: KeySources, store: Callable[[], StoreService], clock: Clock) -> None:
        self._path = path
        self._sources = sources
        self._store = store
        self._clock = clock

    def state(self) -> RecoveryState:
        """What there is."""
        return RecoveryState(self._path, wrapped_source_kinds(self._path), tuple(self._store().backups()))

    def unlock_with_code(self, code: str) -> KeySourceKind:
        """Open it with the printed code, and keep the key in the best source there is; see `recover_with_code`."""
        return recover_with_code(self._path, code, self._sources, self._clock)

    def unlock_with_passphrase(self, passphrase: str) -> None:
        """Open it with a passphrase, which this process then knows until it ends.

        Raises:
            KeyUnavailable: It is not that of this database; nothing has changed.
        """
        probe_key(self._path, KeySources(PassphraseSource.typed(passphrase)))
        self._sources.passphrases.give(passphrase)

    def restore(self, backup: Path) -> Path | None:
        """Put a copy in its place; see `StoreService.restore`."""
        return self._store().restore(backup)
