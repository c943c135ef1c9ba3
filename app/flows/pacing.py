"""How many frames a second are worth looking at."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.core.pressure import Pressure


class PaceReason(StrEnum):
    """Why not every frame is looked at."""

    NOBODY = "nobody"
    BUDGET = "budget"
    BATTERY = "battery"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate.

    Attributes:
        frames_per_second: None for every frame that comes.
        reason: Why not every frame; None where it is.
    """

    frames_per_second: float | None = None
    reason: PaceReason | None = None


@dataclass(frozen=True, slots=True)
class PaceRule:
    """When to do less.

    Attributes:
        budget_ns: What 95 of 100 frames may take; None for whatever they take.
        fixed: Never more frames a second than these; None for as many as come.
        steps: Frames a second, ever fewer, that are tried while the budget is exceeded.
        nobody: Frames a second after nobody was in view for `nobody_ns`.
        nobody_ns: See `nobody`.
        battery: Frames a second on battery.
        heat: Frames a second when the machine is hot.
        judge_ns: How long a step is watched before the next is taken.
        relief: A step is taken back when 95 of 100 frames take less than this share of the budget.
    """

    budget_ns: int | None = None
    fixed: float | None = None
    steps: tuple[float, ...] = (20, 15, 10, 5)
    nobody: float = 10
    nobody_ns: int = 10_000_000_000
    battery: float = 15
    heat: float = 8
    judge_ns: int = 3_000_000_000
    relief: float = 0.6


ALWAYS = PaceRule(nobody_ns=2**63)
"""Every frame, whatever it costs and whoever is there."""

_LEAST_FRAMES = 10


class PaceFlow:
    """Takes in what frames cost, and says how many a second are worth it.

    ```mermaid
    stateDiagram-v2
        [*] --> full
        full --> fewer: 95 of 100 frames exceed the budget for 3 s
        fewer --> fewer: they still do
        fewer --> full: they take less than 0.6 of it, step by step
    ```

    Beside the steps, battery, heat and an empty room each set a highest rate; the lowest of all holds.

    Args:
        rule: When to do less.
    """

    def __init__(self, rule: PaceRule) -> None:
        self._rule = rule
        self._step = 0
        self._took: deque[int] = deque(maxlen=90)
        self._judged_ns: int | None = None
        self._seen_ns: int | None = None
        self.status = Pace(rule.fixed)

    def observe(self, faces: int, took_ns: int, now_ns: int, pressure: Pressure) -> Pace:
        """Take in one frame.

        Args:
            faces: How many were in it.
            took_ns: What looking at it took.
            now_ns: Monotonic time.
            pressure: Of the machine.
        """
        self._took.append(took_ns)
        self._judged_ns = now_ns if self._judged_ns is None else self._judged_ns
        if faces or self._seen_ns is None:
            self._seen_ns = now_ns
        if now_ns - self._judged_ns >= self._rule.judge_ns and len(self._took) >= _LEAST_FRAMES:
            self._judge(now_ns)
        limits = [(rate, reason) for rate, reason in self._limits(now_ns, pressure) if rate is not None]
        self.status = Pace(*min(limits, key=lambda limit: limit[0])) if limits else Pace()
        return self.status

    def _judge(self, now_ns: int) -> None:
        budget = self._rule.budget_ns
        if budget is None:
            return
        p95 = sorted(self._took)[int(len(self._took) * 0.95)]
        if p95 > budget:
            self._step = min(self._step + 1, len(self._rule.steps))
        elif p95 < budget * self._rule.relief:
            self._step = max(self._step - 1, 0)
        self._judged_ns = now_ns
        self._took.clear()

    def _limits(self, now_ns: int, pressure: Pressure) -> Iterator[tuple[float | None, PaceReason | None]]:
        rule = self._rule
        yield rule.fixed, None
        if self._step:
            yield rule.steps[self._step - 1], PaceReason.BUDGET
        if pressure.on_battery:
            yield rule.battery, PaceReason.BATTERY
        if pressure.hot:
            yield rule.heat, PaceReason.HEAT
        if self._seen_ns is not None and now_ns - self._seen_ns >= rule.nobody_ns:
            yield rule.nobody, PaceReason.NOBODY
