"""Composition root: makes each service from its concrete parts, when it is first used."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.core import paths
from app.core.audit import AuditKind, AuditQuery
from app.core.clock import Clock, SystemClock
from app.core.closeable import Closeable
from app.core.errors import SettingsIgnored
from app.core.people import Person
from app.core.roles import Permission
from app.core.settings.file import SettingsFile
from app.core.settings.model import Settings
from app.core.settings.sections import LivenessSettings
from app.flows.pacing import ALWAYS, PaceFlow
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.live import LivePipeline
from app.services.access.lockouts import LockoutCounter
from app.services.access.permissions import ADMINISTRATOR, Access, require
from app.services.audit.audit_service import AuditService
from app.services.audit.face_audit import FaceAudit
from app.services.database.store_service import StoreService
from app.services.enrolment.consent import ConsentService, Recipients
from app.services.enrolment.enrolment_service import EnrolmentService
from app.services.live.live_service import LiveService
from app.services.live.pacing import pace_rule
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_service import SAME_PERSON_FMR, LivenessService
from app.services.liveness.liveness_test import LivenessTestSession
from app.services.people.people_service import PeopleService
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.calibration import CalibrationService
from app.services.recognition.comparison import ComparisonService
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import Matcher, fmr_curve
from app.services.recognition.pictures import PictureService
from app.services.system.settings_service import SettingsService
from app.store.crypto.keys.passphrase import PassphraseProvider
from app.vision.analysis import FaceAnalyzer
from app.vision.embedding import Embedder
from app.wiring.models import Models
from app.wiring.storage import Storage

if TYPE_CHECKING:
    from app.actions.config import ActionConfig
    from app.evaluation.benchmarks.frames import FramePath
    from app.services.access.credentials import CredentialService
    from app.services.access.lockout_service import LockoutService
    from app.services.access.role_service import RoleService
    from app.services.actions.action_service import ActionService
    from app.services.actions.outbox_worker import OutboxService
    from app.services.actions.reports import OnReport
    from app.services.database.fleet_sync import FleetSync
    from app.services.database.key_service import KeyService
    from app.services.database.recovery import RecoveryService
    from app.services.kiosk.factory import KioskFactory
    from app.services.people.bundles import BundleService
    from app.services.people.reenrolment import ReenrolmentService

_STARTS = 1000
"""Starts of kiosks, the newest first, that the consent text takes into account."""

_APPLIED_SECTIONS = {
    "matcher": ("recognition",),
    "enrolment": ("enrolment", "privacy"),
    "consent": ("privacy",),
    "liveness": ("liveness",),
    "face_audit": ("privacy",),
}
"""Services whose method `apply` takes changed settings, and the sections it takes."""


class Application(Closeable):
    """All services of one process. Each is made at its first use; all are closed together.

    Args:
        database_file: The database; None for the one in the user's data directory.
        settings: Replace those in the settings file.
        clock: Gives the time; None for the system's.
        actor: Author of changes, for the audit log.
        by_role: Whether the signed-in role decides what the services allow, as in the window. Otherwise everything is
            allowed: the operating-system account is the boundary.
        copy: Whether to use this machine's replica when the database is on a server, as kiosks do; None to use it if
            there is one.
        temporary: Whether the database is temporary, with its key beside it.
        ask_passphrase: Asks the user for the passphrase of the database when no file holds it; may return None.
    """

    def __init__(
        self,
        database_file: Path | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
        actor: str = "command",
        *,
        by_role: bool = False,
        copy: bool | None = False,
        temporary: bool = False,
        ask_passphrase: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.settings_file = SettingsFile(paths.config_dir() / "settings.toml")
        self.settings_problem: SettingsIgnored | None = None
        if settings is None:
            settings, self.settings_problem = self.settings_file.load()
        self.settings = settings
        self.actor = actor
        self._closing = ExitStack()
        self.storage = self._closing.enter_context(
            Storage(
                database_file or paths.database_file(),
                self.clock,
                actor,
                PassphraseProvider(ask_passphrase),
                copy=copy,
                temporary=temporary,
            )
        )
        self.models = Models(lambda: self.settings)
        self.access: Access = self._role_access() if by_role else ADMINISTRATOR

    @cached_property
    def settings_service(self) -> SettingsService:
        """Reads and changes settings. The first recorded change opens the database."""
        return SettingsService(
            self.access, self.settings_file, lambda **details: self.log.record(AuditKind.SETTINGS_CHANGED, **details)
        )

    def use(self, settings: Settings) -> None:
        """Apply changed settings to the services made so far, and use them for those made later.

        A live pipeline renews its vision on request. Another model takes effect at the next start of the program.

        Raises:
            NotAllowed: The session may not change settings.
        """
        require(self.access, Permission.CHANGE_SETTINGS)
        self.settings = settings
        made = self.__dict__  # holds a cached property once it has been read
        for service, sections in _APPLIED_SECTIONS.items():
            if service in made:
                made[service].apply(*(getattr(settings, section) for section in sections))
        if "pictures" in made:
            self.pictures.renew()

    @cached_property
    def roles(self) -> "RoleService":
        """Signs roles in and out."""
        from app.services.access.role_service import RoleService

        storage = self.storage
        lockouts = LockoutCounter(storage.lockouts, self.clock)
        return RoleService(storage.passwords, lockouts, self.log, storage.ledger.signed_in)

    @cached_property
    def credentials(self) -> "CredentialService":
        """Sets and removes PINs and passwords."""
        from app.services.access.credentials import CredentialService

        return CredentialService(self.access, self.storage.pins, self.storage.passwords)

    @cached_property
    def lockouts(self) -> "LockoutService":
        """Lists lockouts, and resets them."""
        from app.services.access.lockout_service import LockoutService

        return LockoutService(self.access, self.storage.lockouts, self.log, self.clock)

    @cached_property
    def audit(self) -> AuditService:
        """The audit log, for the session."""
        return AuditService(self.access, self.storage.audit_log, self.clock, self.actor)

    @cached_property
    def log(self) -> AuditService:
        """The audit log, for the services that record and prune by themselves."""
        return AuditService(ADMINISTRATOR, self.storage.audit_log, self.clock, self.actor)

    @cached_property
    def store(self) -> StoreService:
        """Checks, backs up and restores the database."""
        return self._store_service(self.access)

    @cached_property
    def keys(self) -> "KeyService":
        """Manages the keys of the database."""
        from app.services.database.key_service import KeyService

        storage = self.storage
        return KeyService(self.access, storage.database, storage.backups, storage.key_sources, self.log, self.clock)

    @cached_property
    def recovery(self) -> "RecoveryService":
        """Recovers a database that does not open; reads no encrypted data."""
        from app.services.database.recovery import RecoveryService

        storage = self.storage
        return RecoveryService(
            self.access, storage.file, storage.key_sources, lambda: self._store_service(ADMINISTRATOR), self.clock
        )

    @cached_property
    def gallery_cache(self) -> GalleryCache:
        """The gallery in memory."""
        row = self.models.embedder_row
        galleries = self.storage.galleries(row.name, row.space)
        search = self.storage.server_search(row.name, row.space)
        if search is None:
            cache = GalleryCache(galleries, row.name, self.clock)
        else:
            from app.services.recognition.server_gallery import ServerGalleryCache

            cache = ServerGalleryCache(galleries, row.name, self.clock, search)
        self._closing.callback(cache.close)
        return cache

    @cached_property
    def people(self) -> PeopleService:
        """Lists, changes and erases people."""
        storage = self.storage
        return PeopleService(
            self.access,
            storage.people,
            storage.templates,
            storage.negative_templates,
            self.gallery_cache,
            self.models.embedder_row,
            self.clock,
            storage.backups,
        )

    def erase_expired(self) -> list[Person]:
        """Erase people past their erasure date, for the retention scheduler; the database opens in its thread."""
        return self.people.erase_expired()

    @cached_property
    def bundles(self) -> "BundleService":
        """Exports and imports people."""
        from app.services.people.bundles import BundleService

        return BundleService(
            self.access, self.storage.bundles, self.gallery_cache, self.models.embedder_row, self.migrator(), self.clock
        )

    @cached_property
    def reenrolment(self) -> "ReenrolmentService":
        """Lists who needs re-enrolment after a change of model."""
        from app.services.people.reenrolment import ProgressFile, ReenrolmentService

        return ReenrolmentService(
            self.access,
            self.storage.templates,
            self.people.people_index,
            self.gallery_cache,
            self.models.embedder_row,
            self.models.manifest.embedder,
            self.migrator(),
            ProgressFile(self.storage.file.with_name("enrolling-again.json")),
        )

    def migrator(self) -> TemplateMigrator:
        """Return a template migrator, whose network belongs to the thread that uses it."""
        return TemplateMigrator(self.models.embedder_row, self._embedder, lambda: self.settings.quality)

    @cached_property
    def consent(self) -> ConsentService:
        """Reads consent texts."""
        texts = paths.resources_dir() / "consent"
        return ConsentService(self.access, texts, self.settings.privacy, self.clock, self._recipients)

    def _recipients(self) -> Recipients:
        started = self.storage.audit_log.events(AuditQuery(kinds=[AuditKind.KIOSK_STARTED]), _STARTS)
        latest = {event.entry.actor: event.entry.details for event in reversed(started)}
        messages = {one for details in latest.values() for one in str(details.get("receivers", "")).split("; ") if one}
        return Recipients(urlsplit(self.storage.server).hostname or "", tuple(sorted(messages)))

    @cached_property
    def enrolment(self) -> EnrolmentService:
        """Enrols people."""
        return EnrolmentService(
            self.access,
            self.storage.people,
            self.gallery_cache,
            self.models.embedder_row,
            self.matcher,
            self.settings.enrolment,
            self.settings.privacy,
            self.pictures,
            self.clock,
        )

    @cached_property
    def matcher(self) -> Matcher:
        """Matches probes against the gallery."""
        return Matcher(self.access, self.gallery_cache, self.models.embedder_row, self.settings.recognition)

    @cached_property
    def calibration(self) -> CalibrationService:
        """Measures error rates of the gallery."""
        return CalibrationService(
            self.access,
            self.storage.templates,
            self.models.embedder_row,
            self.clock,
            lambda: self.matcher.rule.fusion,
        )

    @cached_property
    def pictures(self) -> PictureService:
        """Detects and embeds faces in picture files."""
        service = PictureService(self.access, self._picture_analyzer)
        self._closing.callback(service.close)
        return service

    @cached_property
    def comparison(self) -> ComparisonService:
        """Compares picture files."""
        return ComparisonService(self.access, self.pictures, self.matcher, self.people)

    @cached_property
    def face_audit(self) -> FaceAudit:
        """Records face decisions."""
        faces = FaceAudit(self.log, self.matcher, self.settings.privacy)
        self._closing.callback(faces.close)
        return faces

    @cached_property
    def live(self) -> LiveService:
        """Watches a source of frames."""
        return self.live_with(self.liveness, ReuseRule(), lambda: PaceFlow(pace_rule(self.settings.recognition)))

    @cached_property
    def liveness(self) -> LivenessService:
        """Decides on liveness by the settings."""
        return self.liveness_with(self.settings.liveness)

    def live_challenge(self, pipeline: LivePipeline) -> LiveChallenge:
        """Return a challenge for the face that a pipeline of the window watches."""
        return LiveChallenge(pipeline, self.liveness, self.clock, screen=True)

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTestSession:
        """Return a guided test of the liveness check on what a pipeline of the window watches."""
        return LivenessTestSession(pipeline, self.liveness, self.clock, screen=True)

    def live_with(
        self,
        liveness: LivenessService,
        reuse: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
    ) -> LiveService:
        """Return a service that watches a source with other liveness rules.

        Args:
            liveness: Decides on liveness.
            reuse: When settled faces are embedded again; None to embed every frame.
            make_pacing: Returns the flow that limits the frame rate.
        """
        return LiveService(
            self.access,
            self._video_analyzer,
            self.matcher,
            self.clock,
            self.face_audit,
            liveness.monitor,
            reuse,
            make_pacing,
        )

    def liveness_with(self, settings: LivenessSettings) -> LivenessService:
        """Return a service that decides on liveness by other settings."""
        same_face = fmr_curve(self.models.embedder_row).threshold_for(SAME_PERSON_FMR)
        return LivenessService(self.access, settings, same_face, self.models.liveness_networks)

    @property
    def kiosks(self) -> "KioskFactory":
        """Makes kiosks with the settings in force."""
        from app.services.kiosk.factory import KioskFactory

        return KioskFactory(
            settings=self.settings,
            clock=self.clock,
            gallery_cache=self.gallery_cache,
            row=self.models.embedder_row,
            people=self.people,
            lockouts=self.storage.lockouts,
            pins=self.storage.pins,
            live=self.live_with,
            liveness=self.liveness_with,
            audit=lambda actor: AuditService(ADMINISTRATOR, self.storage.audit_log, self.clock, actor),
            actions=lambda policy, on_report: self.actions(policy.actions, policy.name, on_report),
        )

    @cached_property
    def outbox(self) -> "OutboxService":
        """Lists and drops undelivered events."""
        from app.services.actions.outbox_worker import OutboxService

        return OutboxService(self.access, self.storage.outbox, self.actor)

    def actions(self, configs: "Sequence[ActionConfig]", kiosk: str, on_report: "OnReport") -> "ActionService":
        """Return the service that runs a kiosk's actions; to be started, and closed before the application.

        Args:
            configs: The `[[actions]]` of the kiosk's policy.
            kiosk: Name of the kiosk.
            on_report: Called for each outcome, in a thread of the service.
        """
        from app.services.actions.action_service import ActionService

        return ActionService(configs, kiosk, self.storage.outbox, self.storage.audit_log, self.clock, on_report)

    def frame_path(self, *, settled: bool) -> "FramePath":
        """Return the frame path as the benchmark times it.

        Args:
            settled: Whether embeddings of settled faces are reused, as in the live view.
        """
        from app.evaluation.benchmarks.frames import FramePath

        return FramePath(
            self._video_analyzer,
            self.matcher.identify,
            self.liveness.monitor,
            self.clock,
            ReuseRule() if settled else None,
        )

    def synchronise(self) -> "AbstractContextManager[FleetSync | None]":
        """Synchronise the replica with the server until the block ends; do nothing without a server.

        Raises:
            InvalidChange: The replica holds people unknown to the server.
        """
        if not self.storage.server:
            return nullcontext()
        from app.services.database.fleet_sync import FleetSync

        self.storage.replica.join()
        return FleetSync(self.storage.connect, self.storage.replica, self.clock)

    def close(self) -> None:
        """Close all services and the database."""
        self._closing.close()

    def _video_analyzer(self) -> FaceAnalyzer:
        """Return an analyser by the settings now in force; likewise the two below."""
        return self.models.vision.video_analyzer()

    def _picture_analyzer(self) -> FaceAnalyzer:
        return self.models.vision.picture_analyzer()

    def _embedder(self) -> Embedder:
        return self.models.vision.embedder()

    def _role_access(self) -> Access:
        from app.services.access.role_service import SessionAccess

        return SessionAccess(lambda: self.roles)

    def _store_service(self, access: Access) -> StoreService:
        storage = self.storage
        return StoreService(
            access, storage.file, storage.backups, self.clock, self.actor, storage.ledger, storage.key_sources
        )
