"""How many frames a second are worth looking at, and how closely."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.core.settings.profiles import ComputeBudget, PowerState


class PaceReason(StrEnum):
    """Why not every frame is looked at."""

    NOBODY = "nobody"
    BUDGET = "budget"
    BATTERY = "battery"
    HEAT = "heat"


class SavingKind(StrEnum):
    """What is given up in each frame to stay within the budget."""

    MIRRORED = "mirrored"
    PICTURE = "picture"
    FACES = "faces"


@dataclass(frozen=True, slots=True)
class Saving:
    """A step that makes frames cheaper.

    Attributes:
        kind: What it gives up.
        effort: What is still done after it, and after those before it.
    """

    kind: SavingKind
    compute_budget: ComputeBudget


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate, and what is done in each frame.

    Attributes:
        frames_per_second: None for every frame that comes.
        reason: Why not every frame; None where it is.
        savings: What is given up in each frame, in the order in which it was.
    """

    frames_per_second: float | None = None
    reason: PaceReason | None = None
    savings: tuple[Saving, ...] = ()

    @property
    def compute_budget(self) -> ComputeBudget | None:
        """What is done in each frame; None for all that the settings say."""
        return self.savings[-1].compute_budget if self.savings else None


@dataclass(frozen=True, slots=True)
class PaceRule:
    """When to do less.

    Attributes:
        budget_ns: What 95 of 100 frames may take; None for whatever they take.
        fixed: Never more frames a second than these; None for as many as come.
        savings: What is given up, one after the other, while the budget is exceeded.
        full: What is done while nothing is given up; None where nothing can be.
        steps: Frames a second, ever fewer, that are tried after that.
        nobody: Frames a second after nobody was in view for `no_face_after_ns`.
        no_face_after_ns: See `nobody`.
        battery: Frames a second on battery.
        heat: Frames a second when the machine is hot.
        judge_ns: How long a step is watched before the next is taken.
        relief: A step is taken back when 95 of 100 frames take less than this share of the budget.
    """

    budget_ns: int | None = None
    fixed: float | None = None
    savings: tuple[Saving, ...] = ()
    full: ComputeBudget | None = None
    steps: tuple[float, ...] = (20, 15, 10, 5)
    nobody: float = 10
    no_face_after_ns: int = 10_000_000_000
    battery: float = 15
    heat: float = 8
    judge_ns: int = 3_000_000_000
    relief: float = 0.6


ALWAYS = PaceRule(no_face_after_ns=2**63)
"""Every frame, whatever it costs and whoever is there."""

_LEAST_FRAMES = 10
_MOST_PATIENCE = 16
"""Judgements in a row that must leave room, at most, before a step is taken back."""


class PaceFlow:
    """Takes in what frames cost, and says how many a second are worth it, and how closely they are looked at.

    ```mermaid
    stateDiagram-v2
        [*] --> full
        full --> cheaper: 95 of 100 frames exceed the budget for 3 s
        cheaper --> cheaper: they still do, and there is more to give up
        cheaper --> fewer: they still do, and there is not
        fewer --> fewer: they still do
        fewer --> cheaper: they take less than 0.6 of it, step by step
        cheaper --> full: likewise
    ```

    A step that was taken back and had to be taken again at once stays twice as long the next time, so that somebody who
    is too much for the machine does not make it go to and fro.

    Beside the steps, battery, heat and an empty room each set a highest rate; the lowest of all holds.

    Args:
        rule: When to do less.
    """

    def __init__(self, rule: PaceRule) -> None:
        self._rule = rule
        self._step = 0
        self._quiet, self._patience, self._took_back = 0, 1, False
        self._took: deque[int] = deque(maxlen=90)
        self._judged_ns: int | None = None
        self._seen_ns: int | None = None
        self.status = Pace(rule.fixed)

    @property
    def full(self) -> ComputeBudget | None:
        """What is done while nothing is given up; None where nothing can be."""
        return self._rule.full

    def observe(self, faces: int, took_ns: int, now_ns: int, pressure: PowerState) -> Pace:
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
        rate, reason = min(limits, key=lambda limit: limit[0]) if limits else (None, None)
        self.status = Pace(rate, reason, self._rule.savings[: self._step])
        return self.status

    def _judge(self, now_ns: int) -> None:
        budget = self._rule.budget_ns
        if budget is None:
            return
        p95 = sorted(self._took)[int(len(self._took) * 0.95)]
        if p95 > budget:
            self._do_less()
        elif p95 < budget * self._rule.relief:
            self._do_more()
        else:
            self._quiet, self._took_back = 0, False
        self._judged_ns = now_ns
        self._took.clear()

    def _do_less(self) -> None:
        self._patience = min(self._patience * 2, _MOST_PATIENCE) if self._took_back else self._patience
        self._step = min(self._step + 1, len(self._rule.savings) + len(self._rule.steps))
        self._quiet, self._took_back = 0, False

    def _do_more(self) -> None:
        self._quiet += 1
        self._took_back = self._quiet >= self._patience and self._step > 0
        if self._took_back:
            self._step, self._quiet = self._step - 1, 0
        elif self._step == 0:
            self._patience = 1

    def _limits(self, now_ns: int, pressure: PowerState) -> Iterator[tuple[float | None, PaceReason | None]]:
        rule = self._rule
        yield rule.fixed, None
        if self._step > len(rule.savings):
            yield rule.steps[self._step - len(rule.savings) - 1], PaceReason.BUDGET
        if pressure.on_battery:
            yield rule.battery, PaceReason.BATTERY
        if pressure.hot:
            yield rule.heat, PaceReason.HEAT
        if self._seen_ns is not None and now_ns - self._seen_ns >= rule.no_face_after_ns:
            yield rule.nobody, PaceReason.NOBODY
