"""A kiosk controller on a temporary database, with scripted frames."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from app.core.audit import AuditKind, AuditQuery
from app.core.faces import AnalyzedFace, Box, Embedding, Expression, Face, Frame, Pose, Quality
from app.core.liveness import CueResult, LightStimulus, fuse_cues
from app.core.paths import models_dir
from app.core.people import Person
from app.core.settings.sections import LivenessSettings, RecognitionSettings
from app.core.unlock import UnlockEvent
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import KioskState
from app.flows.liveness.challenge import ChallengeFlow, ChallengePlan
from app.flows.liveness.light_sequence import draw_light_sequence
from app.flows.verification import TrackState, TrackStatus
from app.pipeline.results import FaceResult, FrameResult
from app.services.access.lockouts import LockoutCounter
from app.services.access.permissions import ADMINISTRATOR
from app.services.audit.audit_service import AuditService
from app.services.kiosk.access_policy import AccessPolicy
from app.services.kiosk.controller import KioskController
from app.services.kiosk.effects import KioskEffects
from app.services.kiosk.liveness_tracker import ChallengeProvider, LivenessTracker
from app.services.kiosk.pins import PinVerifier
from app.services.kiosk.policy import KioskPolicy
from app.services.recognition.gallery_cache import GalleryCache
from app.store.audit.log import AuditLog
from app.store.credentials.repositories import LockoutRepository, PinRepository
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from app.store.people.galleries import GalleryRepository
from app.store.people.repository import NewTemplate, PeopleRepository
from app.store.people.templates import TemplateRepository
from app.vision.manifest import EmbedderRow, Manifest
from tests.fakes.camera import ManualClock

FRAME_S = 0.033
SIZE = 192


def row() -> EmbedderRow:
    """Return the manifest row of the shipped model."""
    return Manifest(models_dir()).embedder("mobilefacenet")


def direction(number: int) -> Embedding:
    """Return one of many orthogonal embeddings."""
    return Embedding(np.eye(SIZE, dtype=np.float32)[number], row().name)


class Bench:
    """A controller and its surroundings.

    Args:
        path: Path of the database.
        policy: Values of the policy.
    """

    def __init__(self, path: Path, **policy: Any) -> None:
        self.clock = ManualClock()
        self.database = Database.open(path, busy_timeout_ms=50)
        self.policy = KioskPolicy.model_validate({"name": "door", "liveness": {"policy": "off"}} | policy)
        self.audit_log = AuditLog(self.database, self.clock)
        self.outbox = OutboxRepository(self.database, self.clock)
        self.pins = PinRepository(self.database, self.clock, "test")
        self.store = PeopleRepository(self.database, self.clock, "test")
        self.templates = TemplateRepository(self.database, self.clock, "test")
        galleries = GalleryRepository(self.database, row().name, row().space)
        self.gallery_cache = GalleryCache(galleries, row().name, self.clock)
        self.dispatched: list[UnlockEvent] = []
        self.frames = 0
        self.cues: tuple[CueResult, ...] = ()
        self.judged = True
        self.challenges = 0
        self.shone: list[LightStimulus] = []
        self.controller = self.make_controller()

    def make_controller(self) -> KioskController:
        """Return a new controller on the same database, as after a restart."""
        has_pad = self.policy.liveness.has_proven_pad
        lockouts = LockoutCounter(LockoutRepository(self.database), self.clock, has_pad=has_pad)
        return KioskController(
            self.policy,
            KioskFlow(self.policy.rules(0.5, LivenessSettings())),
            AccessPolicy(self.policy, self.gallery_cache, row(), RecognitionSettings(), self.clock, 5),
            LivenessTracker(self.challenge_provider(), 0),
            PinVerifier(self.pins, lockouts, self.policy.name),
            KioskEffects(
                self.policy,
                AuditService(ADMINISTRATOR, self.audit_log, self.clock, "kiosk door"),
                lockouts,
                self.dispatched.append,
                self.clock,
            ),
            self.store.with_badge,
            self.clock,
        )

    def challenge_provider(self) -> ChallengeProvider:
        """Return the prompts of the policy, in a fixed order."""
        if not self.policy.liveness.requires_challenge:
            return ChallengeProvider()
        light = (lambda start_ns: draw_light_sequence(Random(0), start_ns)) if self.policy.liveness.light else None
        return ChallengeProvider(self.challenge, light, self.shone.append)

    def challenge(self) -> ChallengeFlow:
        """Return a challenge of a single movement."""
        self.challenges += 1
        return ChallengeFlow(ChallengePlan(1, 5 * 10**9, 8 * 10**9, 0.3, max_restarts=0), Random(0))

    def enrol(self, name: str, number: int, **personal: Any) -> Person:
        """Enrol a person with that embedding."""
        template = NewTemplate(direction(number), row().space, 1.0, "test")
        person = self.store.add(name, [template], **personal)
        self.gallery_cache.refresh()
        return person

    def show(self, number: int | None, frames: int = 1) -> KioskState:
        """Show frames with that face, or without any, and return the state."""
        for _ in range(frames):
            self.controller.observe(self.result(number))
        return self.controller.state

    def result(self, number: int | None) -> FrameResult:
        """Return the result of the next frame, with that face or without any."""
        self.clock.advance(FRAME_S)
        self.frames += 1
        frame = Frame(self.frames, np.zeros((48, 64, 3), np.uint8), self.clock.monotonic_ns())
        faces = () if number is None else (self.face(number),)
        return FrameResult(frame, faces, (), None, None, self.clock.monotonic_ns())

    def face(self, number: int) -> FaceResult:
        """Return a face in view."""
        quality = Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0)
        landmarks = np.zeros((478, 3), np.float32)
        seen = Face(Box(10, 10, 30, 30), landmarks, track=number + 1, expression=Expression(0, 0, 0, 0))
        analyzed = AnalyzedFace(seen, quality, direction(number) if self.judged else None)
        liveness = fuse_cues(seen.track, self.policy.liveness.policy, self.cues)
        return FaceResult(analyzed, None, TrackStatus(seen.track, TrackState.CHECKING), liveness)

    def wait(self, seconds: float) -> KioskState:
        """Advance the time without frames, and return the state."""
        self.clock.advance(seconds)
        self.controller.tick()
        return self.controller.state

    def audit_details(self, *kinds: AuditKind) -> Sequence[dict[str, Any]]:
        """Return the details of audit events, newest first."""
        return [dict(event.entry.details) for event in self.audit_log.events(AuditQuery(kinds=kinds))]
