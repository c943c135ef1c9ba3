"""One attempt at one identity in front of a camera, for other programs."""

from collections.abc import Iterable, Iterator, Sequence
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
        scope = LockoutScope(Channel.FACE, person_id=person.id)
        if (left := self._lockouts.left_ns(scope)) > 0:
            return Verification(Outcome.LOCKED_OUT, left_s=left / _NANO)
        attempt = _Attempt(KioskFlow(self._rules), self._doorkeeper, self._living, person)
        with self._live.watching(camera) as session:
            for result in _within(session.results(), timeout_s):
                said = attempt.see(result)
                if said is not None and self._is_final(said, scope):
                    return said
        return attempt.refused or self._given_up(attempt, camera, scope)

    def _is_final(self, said: Verification, scope: LockoutScope) -> bool:
        """Count it; whether nothing that comes after it matters."""
        if said.outcome is Outcome.ACCEPTED:
            self._lockouts.succeeded(scope)
            return True
        return self._lockouts.failed(scope) > 0 or said.outcome is not Outcome.REJECTED

    def _given_up(self, attempt: "_Attempt", camera: CameraSettings, scope: LockoutScope) -> Verification:
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

    def __init__(self, flow: KioskFlow, doorkeeper: Doorkeeper, living: LivenessDesk, person: Person) -> None:
        self._flow = flow
        self._doorkeeper = doorkeeper
        self._living = living
        self._person = person
        self._best: Match | None = None
        self.refused: Verification | None = None

    def see(self, result: FrameResult) -> Verification | None:
        """Take in a frame; what is decided with it, if anything is."""
        now = result.frame.captured_ns
        if self._flow.claimed is None and self._flow.status.state is not KioskState.DENIED:
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
                    if effect.refusal in {Refusal.NOT_LIVE, Refusal.NOT_FINISHED}:
                        return Verification(Outcome.NOT_LIVE, effect.match or self._best)
                    self.refused = Verification(Outcome.REJECTED, effect.match or self._best)
                    return self.refused
                case BeginRun() | BeginChallenge():
                    self._living.begin(effect, now_ns)
        return None
