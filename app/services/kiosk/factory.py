"""Composition of kiosks, and of the verification of one person in front of a camera."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.clock import Clock
from app.core.liveness import LightStimulus, LivenessPolicy
from app.core.settings.model import Settings
from app.core.settings.sections import LivenessSettings
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import KioskRules
from app.flows.liveness.light_sequence import LIGHT_DELAY_NS
from app.flows.lockout import FAILURE_LIMIT, FAILURE_LIMIT_WITH_PAD
from app.matching.promise import Promise
from app.pipeline.live import LivePipeline
from app.services.access.lockouts import LockoutCounter
from app.services.actions.action_service import ActionService
from app.services.actions.reports import OnReport
from app.services.audit.audit_service import AuditService
from app.services.kiosk.access_policy import AccessPolicy
from app.services.kiosk.camera_verifier import CameraVerifier
from app.services.kiosk.controller import KioskController
from app.services.kiosk.effects import Dispatch, KioskEffects
from app.services.kiosk.kiosk_service import KioskService
from app.services.kiosk.liveness_tracker import ChallengeProvider, LivenessTracker
from app.services.kiosk.pins import PinVerifier
from app.services.kiosk.policy import KioskPolicy
from app.services.live.live_service import LiveService
from app.services.liveness.liveness_service import LivenessService
from app.services.people.people_service import PeopleService
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import fmr_curve
from app.store.credentials.repositories import LockoutRepository, PinRepository
from app.vision.manifest import EmbedderRow

AGREEMENT_FMR = 1e-3
"""False match rate of the threshold between a frame and the mean of its run, which is more similar to each of them than
two pictures of a person are to each other."""

REJECTED_FMR = 1e-5
"""False match rate of the threshold at which a face is taken for a rejected one: one person in 100,000 would wait for
another person's delay."""


@dataclass(frozen=True, slots=True)
class KioskFactory:
    """Composes kiosks from the services of the application.

    Attributes:
        settings: Values that a policy leaves out.
        clock: Monotonic and wall clock.
        gallery_cache: Provides the gallery.
        row: Manifest row of the current model.
        people: Finds the owners of badges.
        lockouts: Stored failed attempts.
        pins: Stored PINs.
        live: Returns the service that runs a camera with the given liveness cues.
        liveness: Returns the liveness service for settings.
        audit: Returns the audit log for an actor.
        actions: Returns the actions of a kiosk, not started.
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
        """Return a kiosk, not begun; the caller closes it."""
        liveness = self._liveness(policy)

        def make_controller(pipeline: LivePipeline, dispatch: Dispatch) -> KioskController:
            lockouts = self._lockouts(policy)
            provider = challenge_provider_for(policy, liveness, pipeline.start_light_challenge)
            return KioskController(
                policy,
                KioskFlow(self.rules(policy)),
                self._access(policy),
                LivenessTracker(provider, LIGHT_DELAY_NS),
                PinVerifier(self.pins, lockouts, policy.name),
                KioskEffects(policy, self.audit(f"kiosk {policy.name}"), lockouts, dispatch, self.clock),
                self.people.with_badge,
                self.clock,
            )

        return KioskService(
            policy,
            policy.camera.override(self.settings.camera),
            self.live(liveness),
            make_controller,
            lambda on_report: self.actions(policy, on_report),
            self.clock,
        )

    def verifier(self) -> CameraVerifier:
        """Return a verifier of one person in front of a camera, with the liveness policy of the settings."""
        policy = plain_policy("verify", self.settings.liveness.policy)
        return CameraVerifier(
            self.live(self._liveness(policy)),
            self._access(policy),
            LivenessTracker(ChallengeProvider(), 0),
            self._lockouts(policy),
            self.rules(policy),
        )

    def promise(self, policy: KioskPolicy) -> Promise:
        """Return what a kiosk promises per visitor with the people enrolled now.

        Raises:
            StoreError: The gallery cannot be read.
        """
        return self._access(policy).promise()

    def rules(self, policy: KioskPolicy) -> KioskRules:
        """Return the rules of a kiosk's state machine."""
        curve = fmr_curve(self.row)
        liveness = policy.liveness.override(self.settings.liveness)
        return policy.rules(curve.threshold_for(AGREEMENT_FMR), liveness, curve.threshold_for(REJECTED_FMR))

    def _liveness(self, policy: KioskPolicy) -> LivenessService:
        return self.liveness(policy.liveness.override(self.settings.liveness))

    def _access(self, policy: KioskPolicy) -> AccessPolicy:
        attempts = FAILURE_LIMIT_WITH_PAD if policy.liveness.has_proven_pad else FAILURE_LIMIT
        return AccessPolicy(policy, self.gallery_cache, self.row, self.settings.recognition, self.clock, attempts)

    def _lockouts(self, policy: KioskPolicy) -> LockoutCounter:
        return LockoutCounter(self.lockouts, self.clock, has_pad=policy.liveness.has_proven_pad)


def plain_policy(name: str, liveness: LivenessPolicy) -> KioskPolicy:
    """Return a policy that admits everyone at any time by the face alone.

    Args:
        name: Name of the kiosk.
        liveness: Liveness policy.
    """
    return KioskPolicy.model_validate({"name": name, "liveness": {"policy": liveness}, "pin": {"use": "off"}})


def challenge_provider_for(
    policy: KioskPolicy, liveness: LivenessService, shine: Callable[[LightStimulus], None]
) -> ChallengeProvider:
    """Return the provider of the prompts that a policy asks for.

    Args:
        policy: Policy of the kiosk.
        liveness: Creates challenges and light sequences by its settings.
        shine: Lets the cues check whether the faces in view reflect a sequence.
    """
    if not policy.liveness.requires_challenge:
        return ChallengeProvider()
    light = liveness.light if liveness.settings.light else None
    return ChallengeProvider(lambda: liveness.challenge(max_restarts=0), light, shine)
