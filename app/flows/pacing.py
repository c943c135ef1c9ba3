"""Pacing: how many frames a second are processed, and with which compute budget."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.core.settings.profiles import ComputeBudget, PowerState


class PaceReason(StrEnum):
    """Why not every frame is processed."""

    NO_FACE = "nobody"
    BUDGET = "budget"
    BATTERY = "battery"
    HEAT = "heat"


class SavingKind(StrEnum):
    """What is left out of the processing of a frame to stay within the time budget."""

    MIRRORED = "mirrored"
    PICTURE = "picture"
    FACES = "faces"


@dataclass(frozen=True, slots=True)
class Saving:
    """A step that makes the processing of a frame cheaper.

    Attributes:
        kind: What is left out.
        compute_budget: What is still done after this step and those before it.
    """

    kind: SavingKind
    compute_budget: ComputeBudget


@dataclass(frozen=True, slots=True)
class Pace:
    """Rate and compute budget of the frames.

    Attributes:
        frames_per_second: Rate; None for every frame that arrives.
        reason: Why not every frame is processed; None if every frame is.
        savings: What is left out of each frame, in the order in which it was dropped.
    """

    frames_per_second: float | None = None
    reason: PaceReason | None = None
    savings: tuple[Saving, ...] = ()

    @property
    def compute_budget(self) -> ComputeBudget | None:
        """What is done in each frame; None for the full budget of the settings."""
        return self.savings[-1].compute_budget if self.savings else None


@dataclass(frozen=True, slots=True)
class PaceRule:
    """When to do less. Rates in frames a second, times in nanoseconds.

    Attributes:
        budget_ns: Time that 95 % of the frames may take; None for no limit.
        fixed: Highest rate in any case; None for no limit.
        savings: What is left out, step by step, while the budget is exceeded.
        full: Budget while nothing is left out; None if nothing can be.
        steps: Rates, decreasing, that are used after all savings.
        no_face: Rate after no face was in view for `no_face_after_ns`.
        no_face_after_ns: See `no_face`.
        battery: Rate on battery.
        heat: Rate when the machine is hot.
        judge_ns: Time for which a step is measured before the next.
        relief: A step is taken back when 95 % of the frames take less than this share of the budget.
    """

    budget_ns: int | None = None
    fixed: float | None = None
    savings: tuple[Saving, ...] = ()
    full: ComputeBudget | None = None
    steps: tuple[float, ...] = (20, 15, 10, 5)
    no_face: float = 10
    no_face_after_ns: int = 10_000_000_000
    battery: float = 15
    heat: float = 8
    judge_ns: int = 3_000_000_000
    relief: float = 0.6


ALWAYS = PaceRule(no_face_after_ns=2**63)
"""Process every frame at any cost."""

_MIN_FRAMES = 10
"""Frames that a measurement needs."""

_MAX_PATIENCE = 16
"""Largest number of consecutive measurements with room before a step is taken back."""


class PaceFlow:
    """Measures the cost of frames, and decides how many to process and with which compute budget.

    ```mermaid
    stateDiagram-v2
        [*] --> full
        full --> cheaper: 95 % of the frames exceed the budget for 3 s
        cheaper --> cheaper: still too slow, and a saving is left
        cheaper --> fewer: still too slow, and none is left
        fewer --> fewer: still too slow
        fewer --> cheaper: less than 0.6 of the budget, step by step
        cheaper --> full: the same
    ```

    A step that was taken back and is needed again immediately stays twice as long the next time, so that the pace does
    not oscillate.

    Battery, heat and an empty view each set a highest rate besides the steps; the lowest of all applies.

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
        """The budget while nothing is left out; None if nothing can be."""
        return self._rule.full

    def observe(self, faces: int, took_ns: int, now_ns: int, pressure: PowerState) -> Pace:
        """Process the cost of one frame and return the new pace.

        Args:
            faces: Number of faces in the frame.
            took_ns: Time its processing took.
            now_ns: Monotonic time.
            pressure: Power state of the machine.
        """
        self._took.append(took_ns)
        self._judged_ns = now_ns if self._judged_ns is None else self._judged_ns
        if faces or self._seen_ns is None:
            self._seen_ns = now_ns
        if now_ns - self._judged_ns >= self._rule.judge_ns and len(self._took) >= _MIN_FRAMES:
            self._judge(now_ns)
        limits = [(rate, reason) for rate, reason in self._limits(now_ns, pressure) if rate is not None]
        rate, reason = min(limits, key=lambda limit: limit[0]) if limits else (None, None)
        self.status = Pace(rate, reason, self._rule.savings[: self._step])
        return self.status

    def _judge(self, now_ns: int) -> None:
        """Compare the 95th percentile of the latest frames with the budget."""
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
        self._patience = min(self._patience * 2, _MAX_PATIENCE) if self._took_back else self._patience
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
            yield rule.no_face, PaceReason.NO_FACE
