"""Services on what is stored."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import paths
from app.core.audit import AuditKind
from app.core.clock import Clock, SystemClock
from app.core.closeable import Closeable
from app.core.errors import SettingsError
from app.core.people import Person
from app.core.settings.file import SettingsFile
from app.core.settings.model import Settings
from app.flows.lockout import FAILURE_LIMIT
from app.services.access.lockouts import LockoutCounter
from app.services.audit.audit_service import AuditService
from app.services.database.store_service import StoreService
from app.services.enrolment.consent import ConsentService
from app.services.people.people_service import PeopleService
from app.services.recognition.calibration import CalibrationService
from app.services.recognition.gallery_cache import GalleryCache
from app.services.system.settings_service import SettingsService
from app.store.crypto.keys.passphrase import PassphraseProvider
from app.wiring.models import Models
from app.wiring.storage import Storage

if TYPE_CHECKING:
    from app.actions.config import ActionConfig
    from app.services.access.role_service import RoleService
    from app.services.actions.action_service import ActionService
    from app.services.actions.reports import OnReport
    from app.services.database.key_service import KeyService
    from app.services.database.recovery import RecoveryService


class Records(Closeable):
    """Settings, database and models, and the services that look at no pictures, each made when it is first asked for.

    Args:
        database_file: Where people are stored; by default in the user's data directory.
        settings: In place of those in the settings file.
        clock: Where the time comes from.
        actor: Who uses it, for the audit trail.
        copy: Whether to work on this machine's copy where the database is on a server, as kiosks do; None to do so
            where it has one.
        passing: Whether the database is thrown away in the end, with its key.
        ask_passphrase: Asks somebody for the passphrase of the database, where it has one and no file gives it; may
            return None.
    """

    def __init__(
        self,
        database_file: Path | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
        actor: str = "command",
        *,
        copy: bool | None = False,
        passing: bool = False,
        ask_passphrase: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.settings_file = SettingsFile(paths.config_dir() / "settings.toml")
        self.settings_problem: SettingsError | None = None
        if settings is None:
            settings, self.settings_problem = self.settings_file.load(self.clock.now())
        self.settings = settings
        self.actor = actor
        self._closing = ExitStack()
        file = database_file or paths.database_file()
        passphrases = PassphraseProvider(ask_passphrase)
        self.storage = self._closing.enter_context(
            Storage(file, self.clock, actor, passphrases, copy=copy, passing=passing)
        )
        self.models = Models(lambda: self.settings)

    @cached_property
    def people(self) -> PeopleService:
        """Who is enrolled."""
        storage = self.storage
        parts = storage.people, storage.templates, storage.anchors, self._gallery_cache, self.models.embedder_row
        return PeopleService(*parts, self.clock, storage.backups)

    @cached_property
    def store(self) -> StoreService:
        """The database as a whole."""
        storage = self.storage
        parts = storage.backups, self.clock, self.actor, storage.ledger, storage.key_sources
        return StoreService(storage.file, *parts)

    @cached_property
    def keys(self) -> "KeyService":
        """The keys of the database."""
        from app.services.database.key_service import KeyService

        storage = self.storage
        return KeyService(storage.database, storage.backups, storage.key_sources, self.audit, self.clock)

    @cached_property
    def rescue(self) -> "RecoveryService":
        """Opening a database whose key is gone, or putting a copy in its place. Asks nothing of the database itself."""
        from app.services.database.recovery import RecoveryService

        storage = self.storage
        return RecoveryService(storage.file, storage.key_sources, lambda: self.store, self.clock)

    @cached_property
    def audit(self) -> AuditService:
        """What happened."""
        return AuditService(self.storage.audit_log, self.clock, self.actor)

    @cached_property
    def roles(self) -> "RoleService":
        """Who uses the window, and what they may do."""
        from app.services.access.role_service import RoleService

        storage = self.storage
        lockouts = LockoutCounter(storage.lockouts, self.clock, FAILURE_LIMIT)
        return RoleService(storage.passwords, lockouts, self.audit, storage.ledger.signed_in)

    @cached_property
    def settings_service(self) -> SettingsService:
        """Changing the settings. The database is opened when the first change is written down."""
        return SettingsService(
            self.settings_file, lambda **details: self.audit.record(AuditKind.SETTINGS_CHANGED, **details)
        )

    @cached_property
    def consent(self) -> ConsentService:
        """What people agree to before they are enrolled."""
        return ConsentService(paths.resources_dir() / "consent", self.settings.privacy, self.clock)

    @cached_property
    def calibration(self) -> CalibrationService:
        """What strictness does to the people enrolled."""
        return CalibrationService(self.storage.templates, self.models.embedder_row, self.clock)

    def actions(self, configs: "Sequence[ActionConfig]", kiosk: str, on_report: "OnReport") -> "ActionService":
        """What happens when a kiosk lets somebody in; to be started, and closed before this is.

        Args:
            configs: The `[[actions]]` of its policy.
            kiosk: Its name.
            on_report: Called for every outcome, in a thread of the service.
        """
        from app.services.actions.action_service import ActionService

        return ActionService(configs, kiosk, self.storage.outbox, self.storage.audit_log, self.clock, on_report)

    def close(self) -> None:
        """Close what was opened."""
        self._closing.close()

    def _erase_expired(self) -> list[Person]:
        """In whatever thread: a database that cannot be opened is said there, and closes no screen."""
        return self.people.erase_expired()

    @cached_property
    def _gallery_cache(self) -> GalleryCache:
        row = self.models.embedder_row
        galleries = self.storage.galleries(row.name, row.space)
        search = self.storage.server_search(row.name, row.space)
        if search is None:
            gallery_cache = GalleryCache(galleries, row.name, self.clock)
        else:
            from app.services.recognition.server_gallery import ServerGalleryCache

            gallery_cache = ServerGalleryCache(galleries, row.name, self.clock, search)
        self._closing.callback(gallery_cache.close)
        return gallery_cache
