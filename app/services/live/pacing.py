"""How much is spent on looking, by the profile in the settings."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.core.settings.profiles import PROFILE_LIMITS, ComputeBudget, PowerState, Profile
from app.core.settings.sections import RecognitionSettings
from app.flows.pacing import ALWAYS, PaceRule, Saving, SavingKind

_SIDES = (480, 320)
"""Longest sides of the picture in which faces are looked for, in pixels, ever smaller."""


def pace_rule(recognition: RecognitionSettings) -> PaceRule:
    """When to do less.

    Args:
        recognition: Names the profile, and what a frame may take.
    """
    if recognition.profile is Profile.BEST:
        return ALWAYS
    if recognition.profile is Profile.AUTOMATIC:
        full = recognition.compute_budget
        return PaceRule(budget_ns=recognition.budget_ms * 1_000_000, savings=tuple(_savings(full)), full=full)
    return PaceRule(fixed=PROFILE_LIMITS[recognition.profile].frames_per_second)


def _savings(compute_budget: ComputeBudget) -> Iterator[Saving]:
    """What is given up one after the other, what is missed least first; each holds what those before it gave up."""
    if compute_budget.flip:
        compute_budget = replace(compute_budget, flip=False)
        yield Saving(SavingKind.MIRRORED, compute_budget)
    for side in _SIDES:
        compute_budget = replace(compute_budget, longest_side=side)
        yield Saving(SavingKind.PICTURE, compute_budget)
    if compute_budget.faces > 1:
        yield Saving(SavingKind.FACES, replace(compute_budget, faces=1))


_LOOK_EVERY_S = 5.0
_NEAR = 0.95
"""Share of the temperature at which a machine slows itself down, from which on it is called hot."""


class PressureGauge:
    """Looks every few seconds; in between it says the same again. Owned by one thread.

    Args:
        sysfs: Where Linux shows them.
        now: Seconds that only rise.
    """

    def __init__(self, sysfs: Path = Path("/sys/class"), now: Callable[[], float] = time.monotonic) -> None:
        self._sysfs = sysfs
        self._now = now
        self._looked_s: float | None = None
        self._last = PowerState()

    def __call__(self) -> PowerState:
        """As of at most five seconds ago."""
        now = self._now()
        if self._looked_s is None or now - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s, self._last = now, PowerState(self._on_battery(), self._is_hot())
        return self._last

    def _on_battery(self) -> bool:
        supplies = self._sysfs.glob("power_supply/*/status")
        own = (status for status in supplies if _text(status.with_name("scope")) != "Device")
        return any(_text(status) == "Discharging" for status in own)

    def _is_hot(self) -> bool:
        return any(_is_near(zone) for zone in self._sysfs.glob("thermal/thermal_zone*"))


def _is_near(zone: Path) -> bool:
    """Whether a zone's temperature is near its first passive trip point."""
    for kind in zone.glob("trip_point_*_type"):
        if _text(kind) == "passive":
            trip, now = _number(kind.with_name(kind.name.replace("type", "temp"))), _number(zone / "temp")
            return trip is not None and now is not None and 0 < trip * _NEAR <= now
    return False


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _number(file: Path) -> int | None:
    text = _text(file)
    return int(text) if text.lstrip("-").isdecimal() else None
