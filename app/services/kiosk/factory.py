"""Puts kiosks together, and what else works by the same machine."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.clock import Clock
from app.core.liveness import LivenessPolicy
from app.core.settings.model import Settings
from app.core.settings.sections import LivenessSettings
from app.services.access.lockouts import LockoutCounter
from app.services.actions.action_service import ActionService
from app.services.actions.reports import OnReport
from app.services.audit.audit_service import AuditService
from app.services.kiosk.access_policy import AccessPolicy
from app.services.kiosk.camera_verifier import CameraVerifier
from app.services.kiosk.kiosk_service import KioskParts, KioskService, failure_limit_for
from app.services.kiosk.liveness_tracker import ChallengeProvider, LivenessTracker
from app.services.kiosk.policy import KioskPolicy
from app.services.live.live_service import LiveService
from app.services.liveness.liveness_service import LivenessService
from app.services.people.people_service import PeopleService
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import fmr_curve
from app.store.credentials.repositories import LockoutRepository, PinRepository
from app.vision.manifest import EmbedderRow

AGREEMENT_FMR = 1e-3
"""Frames of one run are compared with their mean, which is more like each of them than two pictures are."""


@dataclass(frozen=True, slots=True)
class KioskFactory:
    """Makes kiosks.

    Attributes:
        settings: What a policy leaves out.
        clock: Both clocks.
        gallery_cache: Gives the gallery.
        row: Of the model in use.
        people: Knows badges.
        lockouts: Where failed attempts are kept.
        pins: Where PINs are.
        live: Watches a camera with these liveness cues.
        liveness: Tells by these settings whether a face is living.
        audit: Writes down what this kiosk does, by its actor's name.
        actions: Gives what a kiosk of that name does, not started.
    """

    settings: Settings
    clock: Clock
    gallery_cache: GalleryCache
    row: EmbedderRow
    people: PeopleService
    lockouts: LockoutRepository
    pins: PinRepository
    live: Callable[[LivenessService], LiveService]
    liveness: Callable[[LivenessSettings], LivenessService]
    audit: Callable[[str], AuditService]
    actions: Callable[[KioskPolicy, OnReport], ActionService]

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
            LivenessTracker(ChallengeProvider(), 0),
            LockoutCounter(self.lockouts, self.clock, failure_limit_for(policy.liveness.policy)),
            policy.rules(self._agreement, liveness.settings),
            self.clock,
        )

    @property
    def _agreement(self) -> float:
        """Cosine that a frame has to the mean of those before it."""
        return fmr_curve(self.row).threshold_for(AGREEMENT_FMR)

    def _liveness(self, policy: KioskPolicy) -> LivenessService:
        return self.liveness(policy.liveness.over(self.settings.liveness))

    def _doorkeeper(self, policy: KioskPolicy) -> AccessPolicy:
        return AccessPolicy(policy, self.gallery_cache, self.row, self.settings.recognition, self.clock)


def _plain_policy(name: str, liveness: LivenessPolicy) -> KioskPolicy:
    """Everybody, always, by the face alone."""
    return KioskPolicy.model_validate({"name": name, "liveness": {"policy": liveness}, "pin": {"use": "off"}})
