"""Services that look at faces."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from app.core.settings.sections import LivenessSettings
from app.flows.pacing import ALWAYS, PaceFlow
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.live import LivePipeline
from app.services.audit.face_audit import FaceAudit
from app.services.enrolment.enrolment_service import EnrolmentService
from app.services.live.live_service import LiveService
from app.services.live.pacing import pace_rule
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_service import SAME_PERSON_FMR, LivenessService
from app.services.liveness.liveness_test import LivenessTestSession
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.comparison import ComparisonService
from app.services.recognition.matcher import Matcher, fmr_curve
from app.services.recognition.pictures import PictureService
from app.vision.analysis import FaceAnalyzer
from app.vision.embedding import Embedder
from app.wiring.records import Records

if TYPE_CHECKING:
    from app.evaluation.benchmarks.frames import FramePath
    from app.services.people.bundles import BundleService
    from app.services.people.reenrolment import ReenrolmentService


class Looking(Records):
    """The services that look at faces, beside those on what is stored."""

    @cached_property
    def matcher(self) -> Matcher:
        """Who a face is."""
        return Matcher(self._gallery_cache, self.models.embedder_row, self.settings.recognition)

    @cached_property
    def face_audit(self) -> FaceAudit:
        """Writes down who was accepted and who was not."""
        faces = FaceAudit(self.audit, self.matcher, self.settings.privacy)
        self._closing.callback(faces.close)
        return faces

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
            self._gallery_cache,
            self.models.embedder_row,
            self.matcher,
            self.settings.enrolment,
            self.settings.privacy,
            self.pictures,
            self.clock,
        )

    @cached_property
    def bundles(self) -> "BundleService":
        """People on their way to another installation, and from one."""
        from app.services.people.bundles import BundleService

        parts = self._gallery_cache, self.models.embedder_row, self._renewal(), self.clock
        return BundleService(self.storage.bundles, *parts)

    @cached_property
    def reenrolment(self) -> "ReenrolmentService":
        """Who has to be enrolled again since the model was changed."""
        from app.services.people.reenrolment import ProgressFile, ReenrolmentService

        progress = ProgressFile(self.storage.file.with_name("enrolling-again.json"))
        models = self.models.embedder_row, self.models.manifest.embedder, self._renewal()
        return ReenrolmentService(self.storage.templates, self.people.roster, self._gallery_cache, *models, progress)

    @cached_property
    def comparison(self) -> ComparisonService:
        """Questions about picture files."""
        return ComparisonService(self.pictures, self.matcher, self.people)

    @cached_property
    def live(self) -> LiveService:
        """Watching a source."""
        return self._live_with(self.liveness, ReuseRule(), self._pacing)

    @cached_property
    def liveness(self) -> LivenessService:
        """Whether a face is a living person's."""
        return self._liveness_with(self.settings.liveness)

    def live_challenge(self, pipeline: LivePipeline) -> LiveChallenge:
        """Asks whoever is in front of what the window watches for movements."""
        return LiveChallenge(pipeline, self.liveness, self.clock, screen=True)

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTestSession:
        """A session of the window that tries the liveness check on what this pipeline watches."""
        return LivenessTestSession(pipeline, self.liveness, self.clock, screen=True)

    def look(self, *, settled: bool) -> "FramePath":
        """How frames are looked at, to be timed.

        Args:
            settled: Spare settled faces, as the live view does.
        """
        from app.evaluation.benchmarks.frames import FramePath

        rule = ReuseRule() if settled else None
        return FramePath(self._video_analyzer, self.matcher.identify, self.liveness.monitor, self.clock, rule)

    def _video_analyzer(self) -> FaceAnalyzer:
        """Made when it is asked for, as the settings are then."""
        return self.models.vision.video_analyzer()

    def _picture_analyzer(self) -> FaceAnalyzer:
        """Likewise."""
        return self.models.vision.picture_analyzer()

    def _embedder(self) -> Embedder:
        """Likewise."""
        return self.models.vision.embedder()

    def _renewal(self) -> TemplateMigrator:
        """For one service, whose thread then owns the network."""
        return TemplateMigrator(self.models.embedder_row, self._embedder, lambda: self.settings.quality)

    @property
    def _same_face(self) -> float:
        """Cosine that two frames of one face have, for liveness."""
        return fmr_curve(self.models.embedder_row).threshold_for(SAME_PERSON_FMR)

    def _pacing(self) -> PaceFlow:
        """As the settings are when it is asked for."""
        return PaceFlow(pace_rule(self.settings.recognition))

    def _live_with(
        self,
        liveness: LivenessService,
        rechecks: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
    ) -> LiveService:
        parts = self._video_analyzer, self.matcher, self.clock, self.face_audit, liveness.monitor
        return LiveService(*parts, rechecks, make_pacing)

    def _liveness_with(self, settings: LivenessSettings) -> LivenessService:
        return LivenessService(settings, self._same_face, self.models.liveness_networks)
