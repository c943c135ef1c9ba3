"""Movements that a face can be asked for, how they are drawn, and how they are noticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

from app.core.faces import AnalyzedFace
from app.core.liveness import INVOLUNTARY_MOVEMENTS, TURN_MOVEMENTS, Movement, max_challenge_steps

_BESIDE = {
    Movement.TURN_LEFT: frozenset({Movement.LOOK_UP, Movement.SMILE}),
    Movement.TURN_RIGHT: frozenset({Movement.LOOK_UP, Movement.SMILE}),
    Movement.LOOK_UP: frozenset({Movement.OPEN_MOUTH, Movement.SMILE}),
    Movement.SMILE: frozenset({Movement.OPEN_MOUTH}),
    Movement.OPEN_MOUTH: frozenset({Movement.SMILE, Movement.LOOK_UP}),
}
"""What may go along with a movement: heads turn obliquely, laughing opens the mouth, and a head that is turned away
looks to the network as if it smiled."""

_MIRRORED = {Movement.TURN_LEFT: Movement.TURN_RIGHT, Movement.TURN_RIGHT: Movement.TURN_LEFT}


def compatible_movements(movement: Movement) -> frozenset[Movement]:
    """What may be seen along with a movement without being wrong."""
    return _BESIDE.get(movement, frozenset()) | INVOLUNTARY_MOVEMENTS | {movement}


def draw_order(random: Random, count: int, allowed: Sequence[Movement]) -> tuple[Movement, ...]:
    """An order of different movements, each order that is possible being equally likely.

    A turn of the head is always among them where it is allowed, because it also shows whether the head is flat, and at
    most one is a movement that faces make by themselves.

    Args:
        random: Where chance comes from; `random.SystemRandom` where somebody could gain from guessing.
        count: How many, at least 1.
        allowed: What may be asked for, without repeats.

    Raises:
        ValueError: So many cannot be drawn by these rules.
    """
    if not 1 <= count <= max_challenge_steps(allowed):
        raise ValueError(f"{count} movements cannot be drawn from {[movement.value for movement in allowed]}")
    while True:
        order = tuple(random.sample(allowed, count))
        if _fits(order, allowed):
            return order


def _fits(order: Sequence[Movement], allowed: Sequence[Movement]) -> bool:
    turning = not TURN_MOVEMENTS.isdisjoint(order) or TURN_MOVEMENTS.isdisjoint(allowed)
    return turning and sum(movement in INVOLUNTARY_MOVEMENTS for movement in order) <= 1


@dataclass(frozen=True, slots=True)
class Signals:
    """What a face shows in one frame: angles in degrees, expressions from 0 to 1."""

    yaw: float
    pitch: float
    blink: float
    smile: float
    jaw_open: float
    brows_up: float


def read_signals(face: AnalyzedFace) -> Signals | None:
    """A face's signals; None where its expression was not measured."""
    shown, pose = face.face.expression, face.quality.pose
    if shown is None:
        return None
    return Signals(pose.yaw, pose.pitch, shown.blink, shown.smile, shown.jaw_open, shown.brows_up)


def median_signals(seen: Sequence[Signals]) -> Signals:
    """The median of each signal.

    Args:
        seen: At least one.
    """
    names = Signals.__slots__
    return Signals(*(median(getattr(one, name) for one in seen) for name in names))


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a signal must go from its baseline to count, and how near it must come back.

    Angles in degrees. Expressions: shares of the way from the baseline to 1, so that a person whose brows are high by
    nature is asked for no more than can be done.
    """

    signal: str
    sign: int
    on: float
    off: float
    is_angle: bool

    def of(self, now: Signals, baseline: Signals) -> float:
        before, value = getattr(baseline, self.signal), getattr(now, self.signal)
        if self.is_angle:
            return float((value - before) * self.sign)
        return float((value - before) / max(1 - before, 0.1))


_REACHES = {
    Movement.BLINK: _Reach("blink", 1, 0.25, 0.13, is_angle=False),
    Movement.TURN_LEFT: _Reach("yaw", 1, 14.0, 9.0, is_angle=True),
    Movement.TURN_RIGHT: _Reach("yaw", -1, 14.0, 9.0, is_angle=True),
    Movement.LOOK_UP: _Reach("pitch", 1, 10.0, 6.0, is_angle=True),
    Movement.SMILE: _Reach("smile", 1, 0.45, 0.30, is_angle=False),
    Movement.OPEN_MOUTH: _Reach("jaw_open", 1, 0.30, 0.18, is_angle=False),
    Movement.RAISE_BROWS: _Reach("brows_up", 1, 0.45, 0.30, is_angle=False),
}
_HELD_FRAMES = 2
"""Frames in a row that must show a movement: one alone may be the network's mistake. A blink may last no longer."""


class MovementDetector:
    """Notices movements against a baseline: each once, when it begins, and again only after it has ended.

    Args:
        baseline: The face at rest.
        mirrored: The camera delivers its pictures mirrored, so that left is right.
    """

    def __init__(self, baseline: Signals, *, mirrored: bool) -> None:
        self._baseline = baseline
        self._mirrored = mirrored
        self._held = dict.fromkeys(Movement, 0)
        self._active: set[Movement] = set()

    @property
    def active(self) -> frozenset[Movement]:
        """What is being done now."""
        return frozenset(self._active)

    def begun(self, now: Signals) -> list[Movement]:
        """Take in one frame; the movements that count from this frame on."""
        return [movement for movement in Movement if self._begins(movement, now)]

    def _begins(self, movement: Movement, now: Signals) -> bool:
        seen_as = _MIRRORED.get(movement, movement) if self._mirrored else movement
        reach = _REACHES[seen_as]
        value = reach.of(now, self._baseline)
        self._held[movement] = self._held[movement] + 1 if value >= reach.on else 0
        if value < reach.off:
            self._active.discard(movement)
        if movement in self._active or self._held[movement] < (1 if movement is Movement.BLINK else _HELD_FRAMES):
            return False
        self._active.add(movement)
        return True
