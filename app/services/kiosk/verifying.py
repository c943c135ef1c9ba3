"""One attempt at one identity in front of a camera, for other programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.camera.selection import parse_source
from app.core.clock import Clock
from app.core.errors import CameraLost
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.lockout import Channel, LockoutScope
from app.core.people import Person
from app.core.settings import CameraSettings
from app.core.types import Match
from app.flows.kiosk import KioskFlow
from app.flows.kiosk_types import (
    BeginChallenge,
    BeginRun,
    Effect,
    KioskRules,
    KioskState,
    Refusal,
    Refuse,
    Scene,
    Unlock,
)
from app.pipeline.recognition import FrameResult
from app.services.kiosk.doorkeeper import Doorkeeper, seen_in
from app.services.kiosk.liveness import LivenessDesk
from app.services.kiosk.lockouts import LockoutKeeper
from app.services.live import LiveService

_NANO = 1_000_000_000


class Outcome(StrEnum):
    """How an attempt ended."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_LIVE = "not-live"
    LOCKED_OUT = "locked-out"


@dataclass(frozen=True, slots=True)
class Verification:
    """How an attempt ended.

    Attributes:
        outcome: In a word.
        match: The comparison that decided it, or the best there was; None where nothing was compared.
        left_s: How long no attempt is taken, in seconds.
    """

    outcome: Outcome
    match: Match | None = None
    left_s: float = 0.0


class CameraVerifier:
    """Asks of the face before a camera whether it is one person, by the same machine as a kiosk.

    Args:
        live: Watches the camera.
        doorkeeper: Compares.
        living: Whether the face is living.
        lockouts: Delays after failed attempts at this identity.
        rules: What is asked for.
        clock: For the time limit.
    """

    def __init__(
        self,
        live: LiveService,
        doorkeeper: Doorkeeper,
        living: LivenessDesk,
        lockouts: LockoutKeeper,
        rules: KioskRules,
        clock: Clock,
    ) -> None:
        self._live = live
        self._doorkeeper = doorkeeper
        self._living = living
        self._lockouts = lockouts
        self._rules = rules
        self._clock = clock

    def verify(self, camera: CameraSettings, person: Person, timeout_s: float) -> Verification:
        """Make one attempt.

        Args:
            camera: Which.
            person: Who it should be.
            timeout_s: Longest time from the first picture, in seconds.

        Raises:
            CameraLost: No face could be judged.
            CameraError: The camera fails.
        """
        scope = LockoutScope(Channel.FACE, person_id=person.id)
        if (left := self._lockouts.left_ns(scope)) > 0:
            return Verification(Outcome.LOCKED_OUT, left_s=left / _NANO)
        ended = self._attempt(camera, person, timeout_s)
        if ended.outcome is Outcome.ACCEPTED:
            self._lockouts.succeeded(scope)
        else:
            self._lockouts.failed(scope)
        return ended

    def _attempt(self, camera: CameraSettings, person: Person, timeout_s: float) -> Verification:
        attempt = _Attempt(KioskFlow(self._rules), self._doorkeeper, self._living, person)
        began: int | None = None
        with self._live.watching(camera) as session:
            for result in session.results():
                began = result.frame.captured_ns if began is None else began
                if (ended := attempt.see(result)) is not None:
                    return ended
                if result.frame.captured_ns - began > timeout_s * _NANO:
                    break
        return attempt.given_up(camera)


class _Attempt:
    """What one attempt has seen so far."""

    def __init__(self, flow: KioskFlow, doorkeeper: Doorkeeper, living: LivenessDesk, person: Person) -> None:
        self._flow = flow
        self._doorkeeper = doorkeeper
        self._living = living
        self._person = person
        self._best: Match | None = None

    def see(self, result: FrameResult) -> Verification | None:
        """Take in a frame; how the attempt has ended with it, if it has."""
        now = result.frame.captured_ns
        if self._flow.claimed is None:
            self._flow.claim(self._person, now)
        judge = self._doorkeeper.judge(self._person)
        faces = seen_in(result)
        for face in faces[:1]:
            if face.embedding is not None:
                match = judge.compare(face.embedding)
                self._best = match if self._best is None or match.similarity > self._best.similarity else self._best
        living = self._living.look(result, self._flow.status)
        return self._end(self._flow.observe(Scene(faces, judge, now, living)), now)

    def given_up(self, camera: CameraSettings) -> Verification:
        """How it ends when there is no time left."""
        if self._best is None:
            raise CameraLost(
                QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
                camera=parse_source(camera.source).label,
            )
        waits = self._flow.status.state is KioskState.CHALLENGE
        return Verification(Outcome.NOT_LIVE if waits else Outcome.REJECTED, self._best)

    def _end(self, effects: Sequence[Effect], now_ns: int) -> Verification | None:
        for effect in effects:
            match effect:
                case Unlock():
                    return Verification(Outcome.ACCEPTED, effect.match)
                case Refuse() if effect.counted:
                    is_dead = effect.refusal in {Refusal.NOT_LIVE, Refusal.NOT_FINISHED}
                    return Verification(Outcome.NOT_LIVE if is_dead else Outcome.REJECTED, effect.match or self._best)
                case BeginRun() | BeginChallenge():
                    self._living.begin(effect, now_ns)
        return None
