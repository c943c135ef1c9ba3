"""Makers of scenes for tests of the kiosk's machine."""

from collections.abc import Iterable, Mapping
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
    """A direction of their own; with noise, that far from it."""
    made = np.zeros(4, np.float32)
    made[_AXES[who]], made[3] = 1.0, noise
    return Embedding(made / np.linalg.norm(made), "test")


def face(who: str = "ada", track: int = 1, box: Box = HERE, *, judged: bool = True) -> ObservedFace:
    """A face in view."""
    return ObservedFace(track, box, vector(who) if judged else None, 0.9, () if judged else (QualityHint.HOLD_STILL,))


def faint(who: str) -> ObservedFace:
    """A face that agrees with those before it, and yet matches nobody by itself."""
    return ObservedFace(1, HERE, vector(who, noise=1.65), 0.9)


@dataclass
class FakeAccessCheck:
    """Knows Ada and Bob; a claim narrows it to one."""

    known: tuple[Person, ...] = (ADA, BOB)
    refusals: Mapping[str, DenialReason] = field(default_factory=dict)
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
        return self.refusals.get(person.id)


class Film:
    """Shows frames to a machine and keeps what it did."""

    def __init__(self, rules: KioskRules | None = None, access: FakeAccessCheck | None = None) -> None:
        self.flow = KioskFlow(rules or KioskRules())
        self.access = access or FakeAccessCheck()
        self.now = 10_000_000_000
        self.effects: list[Effect] = []

    def show(
        self,
        *faces: ObservedFace,
        frames: int = 1,
        living: LivenessVerdict | None = None,
        asked: bool = False,
        over: bool = False,
        step_ns: int = FRAME_NS,
    ) -> list[Effect]:
        """Show the same faces for some frames; `living`, `asked` and `over` are said of the run that goes on."""
        new: list[Effect] = []
        for _ in range(frames):
            self.now += step_ns
            said = (
                None if living is None else LivenessStatus(self.flow.status.run, living, prompted=asked, is_final=over)
            )
            new += self.flow.observe(Observation(faces, self.access, self.now, said))
        return self._kept(new)

    def scene(self, *faces: ObservedFace, run: int, living: LivenessVerdict, over: bool = False) -> Observation:
        """The next frame, with something said of any run."""
        self.now += FRAME_NS
        return Observation(faces, self.access, self.now, LivenessStatus(run, living, is_final=over))

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass without frames."""
        self.now += round(seconds * 1e9)
        return self._kept(self.flow.tick(self.now))

    def did(self, kind: type[Effect]) -> list[Effect]:
        """What was done of a kind, from the beginning."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def kept(self, effects: Iterable[Effect]) -> list[Effect]:
        """Keep what an event other than a frame did."""
        return self._kept(list(effects))

    def _kept(self, effects: list[Effect]) -> list[Effect]:
        self.effects += effects
        return effects
