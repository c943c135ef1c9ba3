"""Movements of a challenge: which orders are drawn, and how movements are detected."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

from app.core.faces import AnalyzedFace
from app.core.liveness import INVOLUNTARY_MOVEMENTS, TURN_MOVEMENTS, Movement, max_challenge_steps

_COMPATIBLE = {
    Movement.TURN_LEFT: frozenset({Movement.LOOK_UP, Movement.SMILE}),
    Movement.TURN_RIGHT: frozenset({Movement.LOOK_UP, Movement.SMILE}),
    Movement.LOOK_UP: frozenset({Movement.OPEN_MOUTH, Movement.SMILE}),
    Movement.SMILE: frozenset({Movement.OPEN_MOUTH}),
    Movement.OPEN_MOUTH: frozenset({Movement.SMILE, Movement.LOOK_UP}),
}
"""Side effects of a movement: heads turn obliquely, laughing opens the mouth, and the network reports a smile for a
head that is turned away."""

_MIRRORED = {Movement.TURN_LEFT: Movement.TURN_RIGHT, Movement.TURN_RIGHT: Movement.TURN_LEFT}


def compatible_movements(movement: Movement) -> frozenset[Movement]:
    """Return the movements that may be detected together with this one without counting as wrong."""
    return _COMPATIBLE.get(movement, frozenset()) | INVOLUNTARY_MOVEMENTS | {movement}


def draw_order(random: Random, count: int, allowed: Sequence[Movement]) -> tuple[Movement, ...]:
    """Draw an order of different movements, uniformly from all valid orders.

    A valid order contains a turn of the head if turns are allowed, because a turn also shows whether the face is flat,
    and at most one involuntary movement.

    Args:
        random: Source of randomness; `random.SystemRandom` where an attacker could benefit from a prediction.
        count: Number of movements, at least 1.
        allowed: Movements to draw from, without repeats.

    Raises:
        ValueError: No valid order has that many movements.
    """
    if not 1 <= count <= max_challenge_steps(allowed):
        raise ValueError(f"{count} movements cannot be drawn from {[movement.value for movement in allowed]}")
    while True:
        order = tuple(random.sample(allowed, count))
        if _is_valid(order, allowed):
            return order


def _is_valid(order: Sequence[Movement], allowed: Sequence[Movement]) -> bool:
    has_turn = not TURN_MOVEMENTS.isdisjoint(order) or TURN_MOVEMENTS.isdisjoint(allowed)
    return has_turn and sum(movement in INVOLUNTARY_MOVEMENTS for movement in order) <= 1


@dataclass(frozen=True, slots=True)
class Signals:
    """Head pose and expression of a face in one frame.

    Attributes:
        yaw: Degrees, positive to the person's own left.
        pitch: Degrees, positive upwards.
        blink: 0 to 1.
        smile: 0 to 1.
        jaw_open: 0 to 1.
        brows_up: 0 to 1.
    """

    yaw: float
    pitch: float
    blink: float
    smile: float
    jaw_open: float
    brows_up: float


def read_signals(face: AnalyzedFace) -> Signals | None:
    """Return a face's signals; None if its expression was not measured."""
    expression, pose = face.face.expression, face.quality.pose
    if expression is None:
        return None
    return Signals(pose.yaw, pose.pitch, expression.blink, expression.smile, expression.jaw_open, expression.brows_up)


def median_signals(frames: Sequence[Signals]) -> Signals:
    """Return the median of each signal over the frames, of which there is at least one."""
    return Signals(*(median(getattr(frame, name) for frame in frames) for name in Signals.__slots__))


@dataclass(frozen=True, slots=True)
class _Threshold:
    """Deviation from the baseline at which a movement begins, and below which it has ended.

    Angles are in degrees. Expressions are shares of the distance from the baseline to 1, so that a person whose brows
    are high at rest can still reach the threshold.
    """

    signal: str
    sign: int
    on: float
    off: float
    is_angle: bool

    def deviation(self, now: Signals, baseline: Signals) -> float:
        """Return the deviation of the signal from the baseline, positive in the direction of the movement.

        Args:
            now: Signals of the current frame.
            baseline: Signals of the face at rest.

        Returns:
            Degrees for an angle. For an expression, the share of the distance from the baseline to 1, where that
            distance counts as at least 0.1.
        """
        before, value = getattr(baseline, self.signal), getattr(now, self.signal)
        if self.is_angle:
            return float((value - before) * self.sign)
        return float((value - before) / max(1 - before, 0.1))


_THRESHOLDS = {
    Movement.BLINK: _Threshold("blink", 1, 0.25, 0.13, is_angle=False),
    Movement.TURN_LEFT: _Threshold("yaw", 1, 14.0, 9.0, is_angle=True),
    Movement.TURN_RIGHT: _Threshold("yaw", -1, 14.0, 9.0, is_angle=True),
    Movement.LOOK_UP: _Threshold("pitch", 1, 10.0, 6.0, is_angle=True),
    Movement.SMILE: _Threshold("smile", 1, 0.45, 0.30, is_angle=False),
    Movement.OPEN_MOUTH: _Threshold("jaw_open", 1, 0.30, 0.18, is_angle=False),
    Movement.RAISE_BROWS: _Threshold("brows_up", 1, 0.45, 0.30, is_angle=False),
}
_MIN_FRAMES = 2
"""Consecutive frames that must show a movement: a single one may be an error of the network. A blink may last one."""


class MovementDetector:
    """Detects movements against a baseline: each once when it begins, and again only after it has ended.

    Args:
        baseline: Signals of the face at rest.
        mirrored: Whether the camera delivers mirrored frames, so that left is right.
    """

    def __init__(self, baseline: Signals, *, mirrored: bool) -> None:
        self._baseline = baseline
        self._mirrored = mirrored
        self._frames = dict.fromkeys(Movement, 0)
        self._active: set[Movement] = set()

    @property
    def active(self) -> frozenset[Movement]:
        """The movements that have begun and not ended."""
        return frozenset(self._active)

    def detect(self, signals: Signals) -> list[Movement]:
        """Process one frame and return the movements that begin with it."""
        return [movement for movement in Movement if self._begins(movement, signals)]

    def _begins(self, movement: Movement, signals: Signals) -> bool:
        seen_as = _MIRRORED.get(movement, movement) if self._mirrored else movement
        threshold = _THRESHOLDS[seen_as]
        deviation = threshold.deviation(signals, self._baseline)
        self._frames[movement] = self._frames[movement] + 1 if deviation >= threshold.on else 0
        if deviation < threshold.off:
            self._active.discard(movement)
        needed = 1 if movement is Movement.BLINK else _MIN_FRAMES
        if movement in self._active or self._frames[movement] < needed:
            return False
        self._active.add(movement)
        return True
