"""Frames for tests of the kiosk's state machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from app.core.faces import Box, Embedding, QualityHint
from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import DenialReason, Effect, KioskRules, LivenessStatus, Observation

FRAME_NS = 33_000_000
HERE = Box(200, 100, 160, 200)
ELSEWHERE = Box(10, 10, 40, 50)
ADA, BOB = (Person(name.lower(), name, datetime(2026, 1, 1, tzinfo=UTC), 1) for name in ("Ada", "Bob"))
STRANGER = "stranger"
_AXES = {"ada": 0, "bob": 1, STRANGER: 2}
THRESHOLD = 0.53


def vector(who: str, *, noise: float = 0.0) -> Embedding:
    """Return a person's embedding, at some distance with noise."""
    direction = np.zeros(4, np.float32)
    direction[_AXES[who]], direction[3] = 1.0, noise
    return Embedding(direction / np.linalg.norm(direction), "test")


def face(who: str = "ada", track: int = 1, box: Box = HERE, *, judged: bool = True) -> ObservedFace:
    """Return a face in view."""
    return ObservedFace(track, box, vector(who) if judged else None, 0.9, () if judged else (QualityHint.HOLD_STILL,))


def faint(who: str) -> ObservedFace:
    """Return a face that agrees with the earlier ones of its run, but does not match by itself."""
    return ObservedFace(1, HERE, vector(who, noise=1.65), 0.9)


@dataclass
class FakeAccessCheck:
    """A gallery of Ada and Bob, or of the claimed person alone."""

    known: tuple[Person, ...] = (ADA, BOB)
    denials: Mapping[str, DenialReason] = field(default_factory=dict)
    claimed: Person | None = None

    def compare(self, probe: Embedding) -> Match:
        people = (self.claimed,) if self.claimed else self.known
        if not people:
            return Match(Verdict.GALLERY_EMPTY, None, -1.0, None, THRESHOLD, 1.0)
        ranked = sorted(((float(vector(p.id).vector @ probe.vector), p) for p in people), key=lambda pair: -pair[0])
        similarity, best = ranked[0]
        second = ranked[1][0] if len(ranked) > 1 else None
        verdict = Verdict.MATCH if similarity >= THRESHOLD else Verdict.NO_MATCH
        if verdict is Verdict.MATCH and second is not None and similarity - second < 0.03:
            verdict = Verdict.AMBIGUOUS
        return Match(verdict, best, similarity, second, THRESHOLD, 1e-5)

    def denial_reason(self, person: Person) -> DenialReason | None:
        return self.denials.get(person.id)


class Film:
    """Shows frames to a state machine and records its effects."""

    def __init__(self, rules: KioskRules | None = None, access: FakeAccessCheck | None = None) -> None:
        self.flow = KioskFlow(rules or KioskRules())
        self.access = access or FakeAccessCheck()
        self.now = 10_000_000_000
        self.effects: list[Effect] = []

    def show(
        self,
        *faces: ObservedFace,
        frames: int = 1,
        liveness: LivenessVerdict | None = None,
        prompted: bool = False,
        is_final: bool = False,
        step_ns: int = FRAME_NS,
    ) -> list[Effect]:
        """Show the same faces for some frames.

        Args:
            faces: The faces.
            frames: Number of frames.
            liveness: Verdict on the current run; None for none.
            prompted: Whether the run has seen a prompt.
            is_final: Whether the verdict is final.
            step_ns: Time between the frames.
        """
        new: list[Effect] = []
        for _ in range(frames):
            self.now += step_ns
            run, status = self.flow.status.run, None
            if liveness is not None:
                status = LivenessStatus(run, liveness, prompted=prompted, is_final=is_final)
            new += self.flow.observe(Observation(faces, self.access, self.now, status))
        return self.record(new)

    def observation(
        self, *faces: ObservedFace, run: int, liveness: LivenessVerdict, is_final: bool = False
    ) -> Observation:
        """Return the next frame with a liveness status of any run."""
        self.now += FRAME_NS
        return Observation(faces, self.access, self.now, LivenessStatus(run, liveness, is_final=is_final))

    def wait(self, seconds: float) -> list[Effect]:
        """Advance the time without frames."""
        self.now += round(seconds * 1e9)
        return self.record(self.flow.tick(self.now))

    def did(self, kind: type[Effect]) -> list[Effect]:
        """Return the effects of a type, from the beginning."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def record(self, effects: list[Effect]) -> list[Effect]:
        """Record the effects of an event, and return them."""
        self.effects += effects
        return effects
