"""The keys of the database: where they come from, and new ones."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import KeyUnavailable
from app.core.roles import validate_password
from app.services.audit.audit_service import AuditService
from app.store.backup.backups import Backups
from app.store.crypto.keys.key_hierarchy import key_status, unfinished_rekeying
from app.store.crypto.keys.passphrase import PassphraseSource
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.source import KeySourceKind, NoKeyError
from app.store.crypto.keys.sources import KeySources
from app.store.crypto.rekeying import (
    records_to_reencrypt,
    recover,
    replace_key_wrap,
    revoke_templates,
    rotate_data_key,
    vectors_to_rotate,
)
from app.store.database.sqlite import Database


@dataclass(frozen=True, slots=True)
class KeyState:
    """How a database is protected.

    Attributes:
        source: Where its key comes from.
        recovery_code: Whether one was printed.
        since: When the data key was drawn, in UTC.
        rotating: Whether a rotation of the data key was begun and is not at its end.
        revoking: Whether templates were begun to be turned anew, and not all of them are.
    """

    source: KeySourceKind
    recovery_code: bool
    since: datetime
    rotating: bool = False
    revoking: bool = False


class KeyService:
    """What an administrator does with the keys. Every method may raise StoreError.

    Args:
        database: Open.
        backups: Its copies, which open with the same keys.
        sources: Where keys may be kept.
        audit: In which changes are written down.
        clock: Dates them.
    """

    def __init__(
        self, database: Database, backups: Backups, sources: KeySources, audit: AuditService, clock: Clock
    ) -> None:
        self._database = database
        self._backups = backups
        self._sources = sources
        self._audit = audit
        self._clock = clock

    def state(self) -> KeyState:
        """How the database is protected."""
        with self._database.connecting() as connection:
            kinds, since = key_status(connection)
            begun = unfinished_rekeying(connection)
        source = next(kind for kind in KeySourceKind if kind in kinds)
        return KeyState(source, KeySourceKind.RECOVERY in kinds, since, *begun)

    def usable(self) -> list[KeySourceKind]:
        """Where the key can be kept on this machine. Takes a few seconds at most, where a keyring does not answer."""
        has_keyring = any(each.kind is KeySourceKind.KEYRING and each.is_usable() for each in self._sources)
        kinds = [KeySourceKind.PASSPHRASE, KeySourceKind.KEY_FILE]
        return [KeySourceKind.KEYRING, *kinds] if has_keyring else kinds

    def count_records_to_rotate(self) -> int:
        """How many records `rotate` would seal anew."""
        return records_to_reencrypt(self._database)

    def count_templates_to_revoke(self) -> int:
        """How many vectors `revoke_templates` would turn anew."""
        return vectors_to_rotate(self._database)

    def rotate(self) -> Iterator[int]:
        """Seal everything with a new data key; go on by asking for the next value, which is how much is done."""
        yield from rotate_data_key(self._database, self._clock.now())
        self._audit.record(AuditKind.KEYS_CHANGED, what="data key")

    def revoke_templates(self) -> Iterator[int]:
        """Turn all templates by a new rotation; likewise."""
        yield from revoke_templates(self._database, self._clock.now())
        self._audit.record(AuditKind.KEYS_CHANGED, what="rotation of templates")

    def new_recovery_code(self) -> str:
        """A code to be printed; one from before opens the database no more."""
        source = RecoverySource()
        replace_key_wrap(self._database, source, self._clock.now())
        self._backups.sync_key_wraps(self._database.path)
        self._audit.record(AuditKind.KEYS_CHANGED, what="recovery code")
        return source.code

    def change_source(self, kind: KeySourceKind, passphrase: str | None = None) -> None:
        """Keep the key elsewhere, for the backups too, and forget it where it was kept.

        Args:
            kind: Where.
            passphrase: That somebody has typed; by default that of the file that holds one.

        Raises:
            InvalidPassword: The passphrase is guessed too easily.
            KeyUnavailable: It cannot be kept there; nothing has changed.
        """
        if passphrase is not None:
            validate_password(passphrase)
        try:
            source = self._sources.of(kind) if passphrase is None else PassphraseSource.typed(passphrase)
            before = replace_key_wrap(self._database, source, self._clock.now())
        except NoKeyError as error:
            raise KeyUnavailable(path=self._database.path, reason=str(error)) from error
        if passphrase is not None:
            self._sources.passphrases.give(passphrase)
        self._backups.sync_key_wraps(self._database.path)
        for old, parameters in before:
            with suppress(NoKeyError):
                self._sources.of(old).forget(parameters)
        self._audit.record(AuditKind.KEYS_CHANGED, what=f"kept in {kind}")


def recover_with_code(path: Path, code: str, sources: KeySources, clock: Clock) -> KeySourceKind:
    """Open a database whose key is gone with the printed code, and keep the key in the best source there is.

    Args:
        path: The database.
        code: As it was typed in.
        sources: Where keys may be kept.
        clock: Dates it.

    Returns:
        Where the key is kept now.

    Raises:
        InvalidRequest: It cannot be a recovery code.
        KeyUnavailable: It is not that of this database.
        StoreError: The database cannot be written.
    """
    return recover(path, RecoverySource(code), sources, clock.now())
