"""Every service, made of the concrete parts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import paths
from app.core.audit import AuditKind
from app.core.clock import Clock, SystemClock
from app.core.closing import Closing
from app.core.errors import FacelatchError, SettingsError
from app.core.people import Person
from app.core.settings import LivenessSettings, Settings
from app.core.settings_file import SettingsFile
from app.flows.lockout import FAILURES
from app.flows.pacing import ALWAYS, PaceFlow
from app.pipeline.live import LivePipeline
from app.pipeline.rechecks import RecheckRule
from app.services.audit import AuditService
from app.services.calibration import CalibrationService
from app.services.comparison import ComparisonService
from app.services.consent import ConsentService
from app.services.enrolment import EnrolmentService
from app.services.face_audit import FaceAudit
from app.services.galleries import GalleryKeeper
from app.services.kiosk.lockouts import LockoutKeeper
from app.services.live import LiveService
from app.services.live_challenge import LiveChallenge
from app.services.liveness import SAME_PERSON_FMR, LivenessService
from app.services.liveness_trials import LivenessTrials
from app.services.matching import Matcher, curve_of
from app.services.pacing import pace_rule
from app.services.people import PeopleService
from app.services.pictures import PictureService
from app.services.retention import RetentionThread
from app.services.settings import SettingsService
from app.services.store import StoreService
from app.services.tuning import BackgroundTuning
from app.vision.analysis import FaceAnalyzer
from app.wiring.models import Models
from app.wiring.storage import Storage

if TYPE_CHECKING:
    from app.actions.config import ActionConfig
    from app.core.keys import SourceKind
    from app.services.action_reports import OnReport
    from app.services.actions import ActionService
    from app.services.bench.timing import Look
    from app.services.bundles import BundleService
    from app.services.fleet import FleetFollower
    from app.services.keys import KeyService
    from app.services.kiosk.making import KioskMaker
    from app.services.kiosk.policy import KioskPolicy
    from app.services.roles import RoleService

_FOLLOWERS = {
    "matcher": ("recognition",),
    "enrolment": ("enrolment", "privacy"),
    "consent": ("privacy",),
    "liveness": ("liveness",),
    "face_audit": ("privacy",),
}
"""Services that take other settings while they run, by `apply`, and the sections that each is made with."""


class Application(Closing):
    """All services, each made when it is first asked for, and closed together at the end.

    Args:
        database_file: Where people are stored; by default in the user's data directory.
        settings: In place of those in the settings file.
        clock: Where the time comes from.
        actor: Who uses it, for the audit trail.
        copy: Whether to work on this machine's copy where the database is on a server, as kiosks do.
        passing: Whether the database is thrown away in the end, with its key.
    """

    def __init__(
        self,
        database_file: Path | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
        actor: str = "command",
        *,
        copy: bool = False,
        passing: bool = False,
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
        self.storage = self._closing.enter_context(Storage(file, self.clock, actor, copy=copy, passing=passing))
        self.models = Models(lambda: self.settings)

    def use(self, settings: Settings) -> None:
        """Go on with other settings: what is made from now on follows them, and what is made already is told.

        A live pipeline makes its vision anew when it is asked to. Another model needs another start of the program.
        """
        self.settings = settings
        made = self.__dict__  # a cached property is there once it has been asked for
        for service, sections in _FOLLOWERS.items():
            if service in made:
                made[service].apply(*(getattr(settings, section) for section in sections))
        if "pictures" in made:
            self.pictures.renew()

    @cached_property
    def people(self) -> PeopleService:
        """Who is enrolled."""
        storage = self.storage
        parts = storage.people, storage.templates, storage.anchors, self._keeper, self.models.embedder_row
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
        from app.services.keys import KeyService

        storage = self.storage
        return KeyService(storage.database, storage.backups, storage.key_sources, self.audit, self.clock)

    def recover_keys(self, code: str) -> "SourceKind":
        """Open the database, whose key is gone, with its recovery code; see `recover_with_code`."""
        from app.services.keys import recover_with_code

        return recover_with_code(self.storage.file, code, self.storage.key_sources, self.clock)

    @cached_property
    def audit(self) -> AuditService:
        """What happened."""
        return AuditService(self.storage.audit_log, self.clock, self.actor)

    @cached_property
    def bundles(self) -> "BundleService":
        """People on their way to another installation, and from one."""
        from app.services.bundles import BundleService

        return BundleService(self.storage.bundles, self._keeper, self.models.embedder_row, self.clock)

    @cached_property
    def roles(self) -> "RoleService":
        """Who uses the window, and what they may do."""
        from app.services.roles import RoleService

        storage = self.storage
        lockouts = LockoutKeeper(storage.lockouts, self.clock, FAILURES)
        return RoleService(storage.passwords, lockouts, self.audit, storage.ledger.signed_in)

    @cached_property
    def face_audit(self) -> FaceAudit:
        """Writes down who was accepted and who was not."""
        faces = FaceAudit(self.audit, self.matcher, self.settings.privacy)
        self._closing.callback(faces.close)
        return faces

    @cached_property
    def settings_service(self) -> SettingsService:
        """Changing the settings. The database is opened when the first change is written down."""
        return SettingsService(
            self.settings_file, lambda **details: self.audit.record(AuditKind.SETTINGS_CHANGED, **details)
        )

    def actions(self, configs: "Sequence[ActionConfig]", kiosk: str, on_report: "OnReport") -> "ActionService":
        """What happens when a kiosk lets somebody in; to be started, and closed before this is.

        Args:
            configs: The `[[actions]]` of its policy.
            kiosk: Its name.
            on_report: Called for every outcome, in a thread of the service.
        """
        from app.services.actions import ActionService

        return ActionService(configs, kiosk, self.storage.outbox, self.storage.audit_log, self.clock, on_report)

    @property
    def kiosks(self) -> "KioskMaker":
        """Makes kiosks, as the settings are now."""
        from app.services.kiosk.making import KioskMaker

        return KioskMaker(
            settings=self.settings,
            clock=self.clock,
            keeper=self._keeper,
            row=self.models.embedder_row,
            people=self.people,
            lockouts=self.storage.lockouts,
            pins=self.storage.pins,
            live=self._live_with,
            liveness=self._liveness_with,
            audit=lambda actor: AuditService(self.storage.audit_log, self.clock, actor),
            actions=lambda policy, on_report: self.actions(policy.actions, policy.name, on_report),
            picture_analyzer=lambda: self.models.vision.picture_analyzer(embed_all=True),
        )

    @cached_property
    def matcher(self) -> Matcher:
        """Who a face is."""
        return Matcher(self._keeper, self.models.embedder_row, self.settings.recognition)

    @cached_property
    def calibration(self) -> CalibrationService:
        """What strictness does to the people enrolled."""
        return CalibrationService(self.storage.templates, self.models.embedder_row, self.clock)

    @cached_property
    def pictures(self) -> PictureService:
        """Faces in picture files."""
        service = PictureService(self._picture_analyzer)
        self._closing.callback(service.close)
        return service

    @cached_property
    def enrolment(self) -> EnrolmentService:
        """Making people known."""
        return EnrolmentService(
            self.storage.people,
            self._keeper,
            self.models.embedder_row,
            self.matcher,
            self.settings.enrolment,
            self.settings.privacy,
            self.pictures,
            self.clock,
        )

    @cached_property
    def consent(self) -> ConsentService:
        """What people agree to before they are enrolled."""
        return ConsentService(paths.resources_dir() / "consent", self.settings.privacy, self.clock)

    @cached_property
    def comparison(self) -> ComparisonService:
        """Questions about picture files."""
        return ComparisonService(self.pictures, self.matcher, self.people)

    @cached_property
    def live(self) -> LiveService:
        """Watching a source."""
        return self._live_with(self.liveness, RecheckRule(), self._pacing)

    @cached_property
    def liveness(self) -> LivenessService:
        """Whether a face is a living person's."""
        return self._liveness_with(self.settings.liveness)

    def live_challenge(self, pipeline: LivePipeline) -> LiveChallenge:
        """Asks whoever is in front of what the window watches for movements."""
        return LiveChallenge(pipeline, self.liveness, self.clock, screen=True)

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTrials:
        """A session of the window that tries the liveness check on what this pipeline watches."""
        return LivenessTrials(pipeline, self.liveness, self.clock, screen=True)

    def look(self, *, settled: bool) -> "Look":
        """How frames are looked at, to be timed.

        Args:
            settled: Spare settled faces, as the live view does.
        """
        from app.services.bench.timing import Look

        rule = RecheckRule() if settled else None
        return Look(self._video_analyzer, self.matcher.identify, self.liveness.monitor, self.clock, rule)

    def _video_analyzer(self) -> FaceAnalyzer:
        """Made when it is asked for, as the settings are then."""
        return self.models.vision.video_analyzer()

    def _picture_analyzer(self) -> FaceAnalyzer:
        """Likewise."""
        return self.models.vision.picture_analyzer()

    def open_window(self) -> int:
        """Open the window and run it until it is closed.

        Returns:
            The exit code.
        """
        from app.ui.window_app import run

        with BackgroundTuning(self.models.tuning.tune_if_new):
            return run(self)

    def open_kiosk(self, policy: "KioskPolicy", *, windowed: bool = False) -> int:
        """Run a kiosk until somebody leaves it.

        Returns:
            The exit code.
        """
        from app.ui.kiosk.kiosk_app import run_kiosk

        with self.following(), self.kiosks.kiosk(policy) as kiosk, RetentionThread(self._erase_expired):
            return run_kiosk(self.settings, kiosk, windowed=windowed)

    def following(self) -> "AbstractContextManager[FleetFollower | None]":
        """Follows the server, where there is one, until the block ends.

        Raises:
            InvalidChange: There are people here whom the server does not know.
        """
        if not self.storage.server:
            return nullcontext()
        from app.services.fleet import FleetFollower

        self.storage.replica.join()
        return FleetFollower(self.storage.connect, self.storage.replica, self.clock)

    def open_broken_kiosk(self, problem: FacelatchError, *, windowed: bool = False) -> int:
        """Show that a kiosk cannot be used, and stay locked.

        Returns:
            The exit code.
        """
        from app.ui.kiosk.kiosk_app import run_broken_kiosk

        with RetentionThread(self._erase_expired):
            return run_broken_kiosk(self.settings, problem, windowed=windowed)

    def make_picture(self, path: Path, settled_after_s: float | None = None) -> None:
        """Draw the window as it looks on the source in the settings, into a PNG file.

        Args:
            path: The file.
            settled_after_s: How long the window runs before somebody has to be recognised; by default until all is
                shown.
        """
        from app.ui.screenshot import SETTLED_AFTER_S, make_picture

        make_picture(self, path, settled_after_s=SETTLED_AFTER_S if settled_after_s is None else settled_after_s)

    def close(self) -> None:
        """Close what was opened."""
        self._closing.close()

    @property
    def _same_face(self) -> float:
        """Cosine that two frames of one face have, for liveness."""
        return curve_of(self.models.embedder_row).threshold_for(SAME_PERSON_FMR)

    def _erase_expired(self) -> list[Person]:
        """In whatever thread: a database that cannot be opened is said there, and closes no screen."""
        return self.people.erase_expired()

    def _pacing(self) -> PaceFlow:
        """As the settings are when it is asked for."""
        return PaceFlow(pace_rule(self.settings.recognition))

    def _live_with(
        self,
        liveness: LivenessService,
        rechecks: RecheckRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
    ) -> LiveService:
        parts = self._video_analyzer, self.matcher, self.clock, self.face_audit, liveness.monitor
        return LiveService(*parts, rechecks, make_pacing)

    def _liveness_with(self, settings: LivenessSettings) -> LivenessService:
        return LivenessService(settings, self._same_face, self.models.liveness_networks)

    @cached_property
    def _keeper(self) -> GalleryKeeper:
        row = self.models.embedder_row
        galleries = self.storage.galleries(row.name, row.space)
        search = self.storage.server_search(row.name, row.space)
        if search is None:
            keeper = GalleryKeeper(galleries, row.name, self.clock)
        else:
            from app.services.server_galleries import ServerKeeper

            keeper = ServerKeeper(galleries, row.name, self.clock, search)
        self._closing.callback(keeper.close)
        return keeper
