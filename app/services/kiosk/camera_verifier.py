"""Verification of one claimed identity in front of a camera, for other programs such as PAM."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.camera.selection import parse_source
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

_SECOND_NS = 1_000_000_000


class VerificationOutcome(StrEnum):
    """Outcome of a verification."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_LIVE = "not-live"
    LOCKED_OUT = "locked-out"


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Result of a verification.

    Attributes:
        outcome: The outcome.
        match: The deciding comparison, or the best one; None if nothing was compared.
        left_s: Remaining delay before the next attempt, in seconds.
    """

    outcome: VerificationOutcome
    match: Match | None = None
    left_s: float = 0.0


class CameraVerifier:
    """Verifies that the face in front of a camera is one person (1:1), with the kiosk's state machine.

    Args:
        live: Runs the camera.
        access: Compares faces.
        liveness: Liveness of the followed face.
        lockouts: Counts failed attempts at the identity.
        rules: Requirements and time limits.
    """

    def __init__(
        self,
        live: LiveService,
        access: AccessPolicy,
        liveness: LivenessTracker,
        lockouts: LockoutCounter,
        rules: KioskRules,
    ) -> None:
        self._live = live
        self._access = access
        self._liveness = liveness
        self._lockouts = lockouts
        self._rules = rules

    def verify(self, camera: CameraSettings, person: Person, timeout_s: float) -> VerificationResult:
        """Wait for the person. Another face that comes first is rejected, and waiting continues within the time.

        Every rejection is a failed attempt; the one that causes a delay ends the verification.

        Args:
            camera: The camera.
            person: The claimed identity.
            timeout_s: Longest time from the first frame, in seconds.

        Raises:
            CameraLost: No face could be judged.
            CameraError: The camera failed.
        """
        scope = LockoutScope(AttemptChannel.FACE, person_id=person.id)
        if (locked := self._locked_out(scope)) is not None:
            return locked
        attempt = _Attempt(KioskFlow(self._rules), self._access, self._liveness, person)
        with self._live.watching(camera) as session:
            for frame in _within(session.results(), timeout_s):
                result = attempt.observe(frame)
                if result is None:
                    continue
                if (locked := self._locked_out(scope)) is not None:  # by other processes, meanwhile
                    return locked
                if self._is_final(result, scope):
                    return result
        if attempt.rejected is not None:
            return attempt.rejected
        timed_out = attempt.time_out(camera)
        self._lockouts.failed(scope)
        return timed_out

    def _locked_out(self, scope: LockoutScope) -> VerificationResult | None:
        left = self._lockouts.left_ns(scope)
        return VerificationResult(VerificationOutcome.LOCKED_OUT, left_s=left / _SECOND_NS) if left > 0 else None

    def _is_final(self, result: VerificationResult, scope: LockoutScope) -> bool:
        """Count the attempt, and return whether it ends the verification."""
        if result.outcome is VerificationOutcome.ACCEPTED:
            self._lockouts.succeeded(scope)
            return True
        return self._lockouts.failed(scope) > 0 or result.outcome is not VerificationOutcome.REJECTED


def _within(results: Iterable[FrameResult], timeout_s: float) -> Iterator[FrameResult]:
    """Yield the results of `timeout_s` seconds from the first frame."""
    began: int | None = None
    for result in results:
        began = result.frame.captured_ns if began is None else began
        yield result
        if result.frame.captured_ns - began > timeout_s * _SECOND_NS:
            return


class _Attempt:
    """State of one verification.

    Attributes:
        rejected: Latest rejection of another face; None before the first.
    """

    def __init__(self, flow: KioskFlow, access: AccessPolicy, liveness: LivenessTracker, person: Person) -> None:
        self._flow = flow
        self._access = access
        self._liveness = liveness
        self._person = person
        self._best: Match | None = None
        self.rejected: VerificationResult | None = None

    def observe(self, result: FrameResult) -> VerificationResult | None:
        """Process a frame and return the result that it decides, if any."""
        now = result.frame.captured_ns
        if self._flow.claimed is None and self._flow.status.state is not KioskState.DENIED:
            self._flow.claim(self._person, now)
        access = self._access.snapshot(self._person)
        faces = observed_faces(result)
        if faces and faces[0].embedding is not None:
            match = access.compare(faces[0].embedding)
            self._best = match if self._best is None or match.similarity > self._best.similarity else self._best
        liveness = self._liveness.observe(result, self._flow.status)
        return self._decide(self._flow.observe(Observation(faces, access, now, liveness)), now)

    def time_out(self, camera: CameraSettings) -> VerificationResult:
        """Return the result when the time is over.

        Raises:
            CameraLost: No face could be judged.
        """
        if self._best is None:
            raise CameraLost(
                QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
                camera=parse_source(camera.source).label,
            )
        in_challenge = self._flow.status.state is KioskState.CHALLENGE
        outcome = VerificationOutcome.NOT_LIVE if in_challenge else VerificationOutcome.REJECTED
        return VerificationResult(outcome, self._best)

    def _decide(self, effects: Sequence[Effect], now_ns: int) -> VerificationResult | None:
        for effect in effects:
            match effect:
                case Unlock():
                    return VerificationResult(VerificationOutcome.ACCEPTED, effect.match)
                case Deny() if effect.is_failed_attempt:
                    best = effect.match or self._best
                    if effect.reason in {DenialReason.NOT_LIVE, DenialReason.NOT_FINISHED}:
                        return VerificationResult(VerificationOutcome.NOT_LIVE, best)
                    self.rejected = VerificationResult(VerificationOutcome.REJECTED, best)
                    return self.rejected
                case BeginRun() | BeginChallenge():
                    self._liveness.begin(effect, now_ns)
        return None
