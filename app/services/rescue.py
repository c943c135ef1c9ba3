"""What can be done where the database does not open: its key is gone, or it is damaged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.keys import SourceKind
from app.services.keys import recover_with_code
from app.services.store import StoreService
from app.store.backups import Backup
from app.store.keys.passphrase import PassphraseSource
from app.store.keys.sources import KeySources
from app.store.unlocking import kinds_kept, try_key


@dataclass(frozen=True, slots=True)
class RescueState:
    """What there is to open a database with.

    Attributes:
        path: The database.
        kinds: The sources for which its key is kept; none where that cannot be told.
        backups: Its copies, the newest first.
    """

    path: Path
    kinds: frozenset[SourceKind]
    backups: tuple[Backup, ...]


class RescueService:
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

    def state(self) -> RescueState:
        """What there is."""
        return RescueState(self._path, kinds_kept(self._path), tuple(self._store().backups()))

    def with_code(self, code: str) -> SourceKind:
        """Open it with the printed code, and keep the key in the best source there is; see `recover_with_code`."""
        return recover_with_code(self._path, code, self._sources, self._clock)

    def with_passphrase(self, passphrase: str) -> None:
        """Open it with a passphrase, which this process then knows until it ends.

        Raises:
            KeyUnavailable: It is not that of this database; nothing has changed.
        """
        try_key(self._path, KeySources(PassphraseSource.typed(passphrase)))
        self._sources.passphrases.give(passphrase)

    def restore(self, backup: Path) -> Path | None:
        """Put a copy in its place; see `StoreService.restore`."""
        return self._store().restore(backup)
