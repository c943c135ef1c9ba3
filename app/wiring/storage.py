"""The database and what reads and writes it."""

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
"""The address of the server with the database, where it is on one. May hold a password, so that it is no setting."""


class Storage(Closeable):
    """The repositories of one database, which is opened when the first of them is asked for.

    Args:
        file: Where the database lies, or, with a server, the copy that kiosks have.
        clock: Where the time comes from.
        actor: Who changes things, for the audit trail.
        passphrases: Where the passphrase of the database comes from, where it has one; by default
            from a file alone.
        copy: Whether to use the copy where there is a server, and not the server itself; None for whichever this
            machine has: a kiosk has a copy.
        passing: Whether the database is thrown away in the end: its key then lies beside it, and nothing of it stays.
    """

    def __init__(
        self,
        file: Path,
        clock: Clock,
        actor: str,
        passphrases: PassphraseProvider | None = None,
        *,
        copy: bool | None = False,
        passing: bool = False,
    ) -> None:
        self.file = file
        self._passing = passing
        self._passphrases = passphrases
        self._clock = clock
        self._actor = actor
        self._closing = ExitStack()
        self.copy = self._has_copy() if copy is None else copy

    @property
    def server(self) -> str:
        """Its address; empty where there is none."""
        return "" if self._passing else os.environ.get(SERVER_VARIABLE, "")

    def connect(self) -> "ServerDatabase":
        """A connection to the server; to be closed.

        Raises:
            StoreError: It cannot be used.
        """
        from app.store.fleet.server_database import ServerDatabase  # brings psycopg

        ledger = Ledger.of_this_machine(self.file.with_name("server"))
        return ServerDatabase.connect(self.server, ledger, keys=self.key_sources)

    def server_search(self, model: str, model_sha256: str) -> "ServerSearch | None":
        """Search on the server, where this works on it; of one model, as `galleries`."""
        if not self.server or self.copy:
            return None
        from app.store.fleet.server_database import ServerDatabase
        from app.store.fleet.server_queries import ServerSearch

        database = self.database
        return ServerSearch(database, model, model_sha256) if isinstance(database, ServerDatabase) else None

    @cached_property
    def replica(self) -> "Replica":
        """The database as a copy of the server's."""
        from app.store.fleet.replica import Replica

        return Replica(self.database, self._clock)

    @cached_property
    def database(self) -> Database:
        """Opened, and brought up to date behind a backup; the backups then, too."""
        if self.server and not self.copy:
            return self._closing.enter_context(self.connect())
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
        """The chain of the audit trail."""
        return Ledger.beside(self.file) if self._passing else Ledger.of_this_machine(self.file)

    @cached_property
    def key_sources(self) -> KeySources:
        """Where the key of the database may be kept."""
        if self._passing:
            return KeySources(KeyFileSource(self.file.parent / "keys"))
        return machine_key_sources(self._passphrases)

    @cached_property
    def backups(self) -> Backups:
        """Copies of the database, in a directory beside it."""
        return Backups(self.file.parent / "backups", self._clock)

    @cached_property
    def people(self) -> PeopleRepository:
        """Who is enrolled."""
        return PeopleRepository(self.database, self._clock, self._actor)

    @cached_property
    def templates(self) -> TemplateRepository:
        """What they look like."""
        return TemplateRepository(self.database, self._clock, self._actor)

    def galleries(self, model: str, model_sha256: str) -> GalleryRepository:
        """All that is compared with a face, of one model.

        Args:
            model: Its manifest name.
            model_sha256: Of its weights.
        """
        return GalleryRepository(self.database, model, model_sha256)

    @cached_property
    def anchors(self) -> NegativeTemplateRepository:
        """Whom they are not."""
        return NegativeTemplateRepository(self.database, self._clock, self._actor)

    @cached_property
    def bundles(self) -> "BundleRepository":
        """People on their way to and from other installations."""
        from app.store.bundles.bundle_repository import BundleRepository

        return BundleRepository(self.database, self._clock, self._actor)

    @cached_property
    def audit_log(self) -> AuditLog:
        """What happened."""
        return AuditLog(self.database, self._clock, self.backups)

    @cached_property
    def lockouts(self) -> LockoutRepository:
        """Delays that run."""
        return LockoutRepository(self.database)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """Events that wait for their receiver."""
        return OutboxRepository(self.database, self._clock)

    @cached_property
    def pins(self) -> "PinRepository":
        """PINs of kiosks and people."""
        from app.store.credentials.repositories import PinRepository  # brings argon2

        return PinRepository(self.database, self._clock, self._actor)

    @cached_property
    def passwords(self) -> "PasswordRepository":
        """Passwords of roles."""
        from app.store.credentials.repositories import PasswordRepository  # brings argon2

        return PasswordRepository(self.database, self._clock, self._actor)

    def close(self) -> None:
        """Close the database, where it was opened."""
        self._closing.close()

    def _has_copy(self) -> bool:
        if not self.server:
            return False
        from app.store.fleet.replica import is_replica

        return is_replica(self.file)

    def _back_up_before_migration(self, path: Path) -> None:
        self.backups.make(path, BackupReason.MIGRATION)
