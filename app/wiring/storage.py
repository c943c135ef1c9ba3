"""The database and its repositories."""

import os
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.clock import Clock
from app.core.closeable import Closeable
from app.store.audit.ledger import Ledger
from app.store.audit.log import AuditLog
from app.store.backup.backups import BackupReason, Backups
from app.store.credentials.repositories import LockoutRepository
from app.store.crypto.keys.key_file import KeyFileSource
from app.store.crypto.keys.passphrase import PassphraseProvider
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from app.store.people.galleries import GalleryRepository
from app.store.people.negative_templates import NegativeTemplateRepository
from app.store.people.repository import PeopleRepository
from app.store.people.templates import TemplateRepository

if TYPE_CHECKING:
    from app.store.bundles.bundle_repository import BundleRepository
    from app.store.credentials.repositories import PasswordRepository, PinRepository
    from app.store.fleet.replica import Replica
    from app.store.fleet.server_database import ServerDatabase
    from app.store.fleet.server_queries import ServerSearch


SERVER_VARIABLE = "FACELATCH_DATABASE_URL"
"""Environment variable with the address of the database server. It may hold a password, so it is not a setting."""


class Storage(Closeable):
    """Repositories of one database, which opens when the first of them is used.

    Args:
        file: The database file; with a server, the replica of a kiosk.
        clock: Gives the time.
        actor: Author of changes, for the audit log.
        passphrases: Gives the passphrase of the database; None to read it from a file only.
        copy: Whether to use the replica in place of the server; None to use it if this machine has one.
        temporary: Whether the database is temporary, with its key beside it.
    """

    def __init__(
        self,
        file: Path,
        clock: Clock,
        actor: str,
        passphrases: PassphraseProvider | None = None,
        *,
        copy: bool | None = False,
        temporary: bool = False,
    ) -> None:
        self.file = file
        self._temporary = temporary
        self._passphrases = passphrases
        self._clock = clock
        self._actor = actor
        self._closing = ExitStack()
        self.copy = self._has_copy() if copy is None else copy

    @property
    def server(self) -> str:
        """Address of the database server; empty without one."""
        return "" if self._temporary else os.environ.get(SERVER_VARIABLE, "")

    def connect(self) -> "ServerDatabase":
        """Connect to the server; the caller closes the connection.

        Raises:
            StoreError: The server cannot be used.
        """
        from app.store.fleet.server_database import ServerDatabase  # imports psycopg

        ledger = Ledger.of_this_machine(self.file.with_name("server"))
        return ServerDatabase.connect(self.server, ledger, keys=self.key_sources)

    def server_search(self, model: str, model_sha256: str) -> "ServerSearch | None":
        """Return the search on the server for one model; None when the server is not used directly.

        Args:
            model: Manifest name of the model.
            model_sha256: SHA-256 of its weights.
        """
        if not self.server or self.copy:
            return None
        from app.store.fleet.server_database import ServerDatabase
        from app.store.fleet.server_queries import ServerSearch

        database = self.database
        return ServerSearch(database, model, model_sha256) if isinstance(database, ServerDatabase) else None

    @cached_property
    def replica(self) -> "Replica":
        """The database as a replica of the server's."""
        from app.store.fleet.replica import Replica

        return Replica(self.database, self._clock)

    @cached_property
    def database(self) -> Database:
        """The database, migrated after a backup if necessary; backups are migrated, too."""
        if self.server and not self.copy:
            return self._closing.enter_context(self.connect())
        self.backups.require_database(self.file)
        database = Database.open(
            self.file,
            before_migration=self._back_up_before_migration,
            ledger=self.ledger,
            keys=self.key_sources,
        )
        self._closing.callback(database.close)
        self.backups.upgrade_copies(self.file, self.key_sources)
        return database

    @cached_property
    def ledger(self) -> Ledger:
        """Head of the audit log's hash chain."""
        return Ledger.beside(self.file) if self._temporary else Ledger.of_this_machine(self.file)

    @cached_property
    def key_sources(self) -> KeySources:
        """Sources of the database key."""
        if self._temporary:
            return KeySources(KeyFileSource(self.file.parent / "keys"))
        return machine_key_sources(self._passphrases)

    @cached_property
    def backups(self) -> Backups:
        """Backups, in a directory beside the database."""
        return Backups(self.file.parent / "backups", self._clock)

    @cached_property
    def people(self) -> PeopleRepository:
        """Repository of people."""
        return PeopleRepository(self.database, self._clock, self._actor)

    @cached_property
    def templates(self) -> TemplateRepository:
        """Repository of templates."""
        return TemplateRepository(self.database, self._clock, self._actor)

    def galleries(self, model: str, model_sha256: str) -> GalleryRepository:
        """Return the repository of the gallery of one model.

        Args:
            model: Manifest name of the model.
            model_sha256: SHA-256 of its weights.
        """
        return GalleryRepository(self.database, model, model_sha256)

    @cached_property
    def negative_templates(self) -> NegativeTemplateRepository:
        """Repository of negative templates."""
        return NegativeTemplateRepository(self.database, self._clock, self._actor)

    @cached_property
    def bundles(self) -> "BundleRepository":
        """Repository of people in bundles."""
        from app.store.bundles.bundle_repository import BundleRepository

        return BundleRepository(self.database, self._clock, self._actor)

    @cached_property
    def audit_log(self) -> AuditLog:
        """Repository of audit events."""
        return AuditLog(self.database, self._clock, self.backups)

    @cached_property
    def lockouts(self) -> LockoutRepository:
        """Repository of lockouts."""
        return LockoutRepository(self.database)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """Repository of undelivered events."""
        return OutboxRepository(self.database, self._clock)

    @cached_property
    def pins(self) -> "PinRepository":
        """Repository of PINs."""
        from app.store.credentials.repositories import PinRepository  # imports argon2

        return PinRepository(self.database, self._clock, self._actor)

    @cached_property
    def passwords(self) -> "PasswordRepository":
        """Repository of role passwords."""
        from app.store.credentials.repositories import PasswordRepository  # imports argon2

        return PasswordRepository(self.database, self._clock, self._actor)

    def close(self) -> None:
        """Close the database if it is open."""
        self._closing.close()

    def _has_copy(self) -> bool:
        if not self.server:
            return False
        from app.store.fleet.replica import is_replica

        return is_replica(self.file)

    def _back_up_before_migration(self, path: Path) -> None:
        self.backups.make(path, BackupReason.MIGRATION)
