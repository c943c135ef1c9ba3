"""Puts kiosks together, and what else works by the same machine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.liveness import LivenessPolicy
from app.core.settings import LivenessSettings, Settings
from app.services.action_reports import OnReport
from app.services.actions import ActionService
from app.services.audit import AuditService
from app.services.galleries import GalleryKeeper
from app.services.kiosk.doorkeeper import Doorkeeper
from app.services.kiosk.impostors import ImpostorReport, evaluate_impostors
from app.services.kiosk.liveness import Asking, LivenessDesk
from app.services.kiosk.lockouts import LockoutKeeper
from app.services.kiosk.policy import KioskPolicy
from app.services.kiosk.service import KioskParts, KioskService, failures_for
from app.services.kiosk.verifying import CameraVerifier
from app.services.live import LiveService
from app.services.liveness import LivenessService
from app.services.matching import curve_of, rule_for
from app.services.people import PeopleService
from app.store.lockouts import LockoutRepository
from app.store.pins import PinRepository
from app.vision.analysis import FaceAnalyzer
from app.vision.manifest import EmbedderRow

AGREEMENT_FMR = 1e-3
"""Frames of one run are compared with their mean, which is more like each of them than two pictures are."""


@dataclass(frozen=True, slots=True)
class KioskMaker:
    """Makes kiosks.

    Attributes:
        settings: What a policy leaves out.
        clock: Both clocks.
        keeper: Gives the gallery.
        row: Of the model in use.
        people: Knows badges.
        lockouts: Where failed attempts are kept.
        pins: Where PINs are.
        live: Watches a camera with these liveness cues.
        liveness: Tells by these settings whether a face is living.
        audit: Writes down what this kiosk does, by its actor's name.
        actions: Gives what a kiosk of that name does, not started.
        picture_analyzer: Vision for single pictures that embeds every face.
    """

    settings: Settings
    clock: Clock
    keeper: GalleryKeeper
    row: EmbedderRow
    people: PeopleService
    lockouts: LockoutRepository
    pins: PinRepository
    live: Callable[[LivenessService], LiveService]
    liveness: Callable[[LivenessSettings], LivenessService]
    audit: Callable[[str], AuditService]
    actions: Callable[[KioskPolicy, OnReport], ActionService]
    picture_analyzer: Callable[[], FaceAnalyzer]

    def kiosk(self, policy: KioskPolicy) -> KioskService:
        """A kiosk by its policy; to be begun, and closed."""
        liveness = self._liveness(policy)
        parts = KioskParts(
            policy=policy,
            camera=policy.camera.over(self.settings.camera),
            agreement=self._agreement,
            clock=self.clock,
            live=self.live(liveness),
            liveness=liveness,
            doorkeeper=self._doorkeeper(policy),
            lockouts=self.lockouts,
            pins=self.pins,
            people=self.people,
            audit=self.audit(f"kiosk {policy.name}"),
            make_actions=lambda on_report: self.actions(policy, on_report),
        )
        return KioskService(parts)

    def verifier(self) -> CameraVerifier:
        """Attempts at one identity in front of a camera, as strict as the settings."""
        policy = _plain_policy("verify", self.settings.liveness.policy)
        liveness = self._liveness(policy)
        return CameraVerifier(
            self.live(liveness),
            self._doorkeeper(policy),
            LivenessDesk(Asking(), 0),
            LockoutKeeper(self.lockouts, self.clock, failures_for(policy.liveness.policy)),
            policy.rules(self._agreement, liveness.settings),
            self.clock,
        )

    def impostors(self, images: Path, gallery: int, progress: Callable[[Path], None]) -> ImpostorReport:
        """Have everybody in a folder try to be let in by a kiosk at which only others are enrolled.

        Args:
            images: A folder for each person.
            gallery: How many others.
            progress: Called with each picture when it is done.

        Raises:
            ImageError: There are too few people.
        """
        policy = _plain_policy("evaluation", LivenessPolicy.OFF)
        with self.picture_analyzer() as analyzer:
            return evaluate_impostors(
                analyzer,
                images,
                rule_for(self.row, self.settings.recognition),
                policy.rules(self._agreement, self.settings.liveness),
                policy.when.schedule(),
                self.clock.now(),
                model=self.row.name,
                gallery=gallery,
                progress=progress,
            )

    @property
    def _agreement(self) -> float:
        """Cosine that a frame has to the mean of those before it."""
        return curve_of(self.row).threshold_for(AGREEMENT_FMR)

    def _liveness(self, policy: KioskPolicy) -> LivenessService:
        return self.liveness(policy.liveness.over(self.settings.liveness))

    def _doorkeeper(self, policy: KioskPolicy) -> Doorkeeper:
        return Doorkeeper(policy, self.keeper, self.row, self.settings.recognition, self.clock)


def _plain_policy(name: str, liveness: LivenessPolicy) -> KioskPolicy:
    """Everybody, always, by the face alone."""
    return KioskPolicy.model_validate({"name": name, "liveness": {"policy": liveness}, "pin": {"use": "off"}})
