"""Keys of the database: their source, rotation, revocation, recovery code."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import KeyUnavailable
from app.core.roles import Permission, validate_password
from app.services.access.permissions import Access, Service, requires
from app.services.audit.audit_service import AuditService
from app.store.backup.backups import Backups
from app.store.crypto.key_probe import recover
from app.store.crypto.keys.key_hierarchy import key_status, unfinished_rekeying
from app.store.crypto.keys.passphrase import PassphraseSource
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.source import KeySourceKind, NoKeyError
from app.store.crypto.keys.sources import KeySources
from app.store.crypto.rekeying import (
    records_to_reencrypt,
    replace_key_wrap,
    revoke_templates,
    rotate_data_key,
    vectors_to_rotate,
)
from app.store.database.sqlite import Database


@dataclass(frozen=True, slots=True)
class KeyState:
    """Protection of a database.

    Attributes:
        source: Where the key comes from.
        recovery_code: Whether a recovery code exists.
        since: When the data key was generated, in UTC.
        rotating: Whether a rotation of the data key is unfinished.
        revoking: Whether a revocation of the templates is unfinished.
    """

    source: KeySourceKind
    recovery_code: bool
    since: datetime
    rotating: bool = False
    revoking: bool = False


class KeyService(Service):
    """Manages the keys of the database. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        database: The open database.
        backups: Its copies, which open with the same keys.
        sources: Sources in which the key can be kept.
        audit: Records changes.
        clock: Dates changes.
    """

    def __init__(
        self,
        access: Access,
        database: Database,
        backups: Backups,
        sources: KeySources,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        super().__init__(access)
        self._database = database
        self._backups = backups
        self._sources = sources
        self._audit = audit
        self._clock = clock

    @requires(Permission.MANAGE_STORE)
    def state(self) -> KeyState:
        """Return how the database is protected."""
        with self._database.connection() as connection:
            kinds, since = key_status(connection)
            begun = unfinished_rekeying(connection)
        source = next(kind for kind in KeySourceKind if kind in kinds)
        return KeyState(source, KeySourceKind.RECOVERY in kinds, since, *begun)

    @requires(Permission.MANAGE_STORE)
    def usable_sources(self) -> list[KeySourceKind]:
        """Return the sources usable on this machine. Takes a few seconds if a keyring does not answer."""
        has_keyring = any(each.kind is KeySourceKind.KEYRING and each.is_usable() for each in self._sources)
        kinds = [KeySourceKind.PASSPHRASE, KeySourceKind.KEY_FILE]
        return [KeySourceKind.KEYRING, *kinds] if has_keyring else kinds

    @requires(Permission.MANAGE_STORE)
    def count_records_to_rotate(self) -> int:
        """Return how many records `rotate` would re-encrypt."""
        return records_to_reencrypt(self._database)

    @requires(Permission.MANAGE_STORE)
    def count_templates_to_revoke(self) -> int:
        """Return how many vectors `revoke_templates` would rotate."""
        return vectors_to_rotate(self._database)

    @requires(Permission.MANAGE_STORE)
    def rotate(self) -> Iterator[int]:
        """Re-encrypt all data with a new data key, one batch for each step of the generator.

        Yields:
            How many records are done.
        """
        yield from rotate_data_key(self._database, self._clock.now())
        self._audit.record(AuditKind.KEYS_CHANGED, what="data key")

    @requires(Permission.MANAGE_STORE)
    def revoke_templates(self) -> Iterator[int]:
        """Rotate all templates with a new matrix, one batch for each step of the generator (ISO/IEC 24745).

        Yields:
            How many vectors are done.
        """
        yield from revoke_templates(self._database, self._clock.now())
        self._audit.record(AuditKind.KEYS_CHANGED, what="rotation of templates")

    @requires(Permission.MANAGE_STORE)
    def new_recovery_code(self) -> str:
        """Generate a recovery code and invalidate the previous one; return the code."""
        source = RecoverySource()
        replace_key_wrap(self._database, source, self._clock.now())
        self._backups.sync_key_wraps(self._database.path)
        self._audit.record(AuditKind.KEYS_CHANGED, what="recovery code")
        return source.code

    @requires(Permission.MANAGE_STORE)
    def change_source(self, kind: KeySourceKind, passphrase: str | None = None) -> None:
        """Move the key to another source, for the backups too, and delete it from the old one.

        Args:
            kind: The new source.
            passphrase: The passphrase, for a passphrase source; None reads it from the passphrase file.

        Raises:
            InvalidPassword: The passphrase does not meet the rules.
            KeyUnavailable: The source cannot keep the key; nothing has changed.
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
    """Recover the key of a database with its recovery code, and store it in the best source of this machine.

    Args:
        path: The database file.
        code: The recovery code, as typed.
        sources: Sources in which the key can be kept.
        clock: Dates the change.

    Returns:
        The source that keeps the key now.

    Raises:
        InvalidRequest: The text is not a recovery code.
        KeyUnavailable: The code belongs to another database.
        StoreError: The database cannot be written.
    """
    return recover(path, RecoverySource(code), sources, clock.now())
