"""One attempt at one identity in front of a camera, for other programs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.camera.selection import parse_source
from app.core.clock import Clock
from app.core.errors import CameraLost
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.match_decision import Match
from app.core.people import Person
from app.core.settings.sections import CameraSettings
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import (
    BeginChallenge,
    BeginRun,
    DenialReason,
    Deny,
    Effect,
    KioskRules,
    KioskState,
    Observation,
    Unlock,
)
from app.pipeline.results import FrameResult
from app.services.access.lockouts import LockoutCounter
from app.services.kiosk.access_policy import AccessPolicy, observed_faces
from app.services.kiosk.liveness_tracker import LivenessTracker
from app.services.live.live_service import LiveService

_NANO = 1_000_000_000


class VerificationOutcome(StrEnum):
    """How an attempt ended."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_LIVE = "not-live"
    LOCKED_OUT = "locked-out"


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """How an attempt ended.

    Attributes:
        outcome: In a word.
        match: The comparison that decided it, or the best there was; None where nothing was compared.
        left_s: How long no attempt is taken, in seconds.
    """

    outcome: VerificationOutcome
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
        doorkeeper: AccessPolicy,
        living: LivenessTracker,
        lockouts: LockoutCounter,
        rules: KioskRules,
        clock: Clock,
    ) -> None:
        self._live = live
        self._doorkeeper = doorkeeper
        self._living = living
        self._lockouts = lockouts
        self._rules = rules
        self._clock = clock

    def verify(self, camera: CameraSettings, person: Person, timeout_s: float) -> VerificationResult:
        """Look out for the person. Somebody else who comes first is refused, and within the time looked past.

        Every refusal is a failed attempt; what would be one too many ends it.

        Args:
            camera: Which.
            person: Who it should be.
            timeout_s: Longest time from the first picture, in seconds.

        Raises:
            CameraLost: No face could be judged.
            CameraError: The camera fails.
        """
        scope = LockoutScope(AttemptChannel.FACE, person_id=person.id)
        if (left := self._lockouts.left_ns(scope)) > 0:
            return VerificationResult(VerificationOutcome.LOCKED_OUT, left_s=left / _NANO)
        attempt = _Attempt(KioskFlow(self._rules), self._doorkeeper, self._living, person)
        with self._live.watching(camera) as session:
            for result in _within(session.results(), timeout_s):
                said = attempt.see(result)
                if said is not None and self._is_final(said, scope):
                    return said
        return attempt.refused or self._given_up(attempt, camera, scope)

    def _is_final(self, said: VerificationResult, scope: LockoutScope) -> bool:
        """Count it; whether nothing that comes after it matters."""
        if said.outcome is VerificationOutcome.ACCEPTED:
            self._lockouts.succeeded(scope)
            return True
        return self._lockouts.failed(scope) > 0 or said.outcome is not VerificationOutcome.REJECTED

    def _given_up(self, attempt: "_Attempt", camera: CameraSettings, scope: LockoutScope) -> VerificationResult:
        ended = attempt.given_up(camera)
        self._lockouts.failed(scope)
        return ended


def _within(results: Iterable[FrameResult], timeout_s: float) -> Iterator[FrameResult]:
    """Those of so many seconds from the first on."""
    began: int | None = None
    for result in results:
        began = result.frame.captured_ns if began is None else began
        yield result
        if result.frame.captured_ns - began > timeout_s * _NANO:
            return


class _Attempt:
    """What one attempt has seen so far.

    Attributes:
        refused: How the last face was refused that was somebody else's; None while there was none.
    """

    def __init__(self, flow: KioskFlow, doorkeeper: AccessPolicy, living: LivenessTracker, person: Person) -> None:
        self._flow = flow
        self._doorkeeper = doorkeeper
        self._living = living
        self._person = person
        self._best: Match | None = None
        self.refused: VerificationResult | None = None

    def see(self, result: FrameResult) -> VerificationResult | None:
        """Take in a frame; what is decided with it, if anything is."""
        now = result.frame.captured_ns
        if self._flow.claimed is None and self._flow.status.state is not KioskState.DENIED:
            self._flow.claim(self._person, now)
        judge = self._doorkeeper.judge(self._person)
        faces = observed_faces(result)
        for face in faces[:1]:
            if face.embedding is not None:
                match = judge.compare(face.embedding)
                self._best = match if self._best is None or match.similarity > self._best.similarity else self._best
        living = self._living.look(result, self._flow.status)
        return self._end(self._flow.observe(Observation(faces, judge, now, living)), now)

    def given_up(self, camera: CameraSettings) -> VerificationResult:
        """How it ends when there is no time left."""
        if self._best is None:
            raise CameraLost(
                QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
                camera=parse_source(camera.source).label,
            )
        waits = self._flow.status.state is KioskState.CHALLENGE
        return VerificationResult(VerificationOutcome.NOT_LIVE if waits else VerificationOutcome.REJECTED, self._best)

    def _end(self, effects: Sequence[Effect], now_ns: int) -> VerificationResult | None:
        for effect in effects:
            match effect:
                case Unlock():
                    return VerificationResult(VerificationOutcome.ACCEPTED, effect.match)
                case Deny() if effect.counted:
                    if effect.refusal in {DenialReason.NOT_LIVE, DenialReason.NOT_FINISHED}:
                        return VerificationResult(VerificationOutcome.NOT_LIVE, effect.match or self._best)
                    self.refused = VerificationResult(VerificationOutcome.REJECTED, effect.match or self._best)
                    return self.refused
                case BeginRun() | BeginChallenge():
                    self._living.begin(effect, now_ns)
        return None
