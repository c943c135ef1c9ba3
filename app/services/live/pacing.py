"""Pacing of live recognition: the rule of the profile in the settings, and the power state of the machine."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.core.settings.profiles import PROFILE_LIMITS, ComputeBudget, PowerState, Profile
from app.core.settings.sections import RecognitionSettings
from app.flows.pacing import ALWAYS, PaceRule, Saving, SavingKind

_SIDES = (480, 320)
"""Longest sides of the image for face detection in pixels, decreasing."""

_READ_EVERY_S = 5.0

_HOT_SHARE = 0.95
"""Share of the trip temperature, at which a machine throttles itself, from which it counts as hot."""


def pace_rule(recognition: RecognitionSettings) -> PaceRule:
    """Return the pacing rule of the settings.

    Args:
        recognition: Profile, compute budget, and time budget of a frame.
    """
    if recognition.profile is Profile.BEST:
        return ALWAYS
    if recognition.profile is Profile.AUTOMATIC:
        full = recognition.compute_budget
        return PaceRule(budget_ns=recognition.budget_ms * 1_000_000, savings=tuple(_savings(full)), full=full)
    return PaceRule(fixed=PROFILE_LIMITS[recognition.profile].frames_per_second)


def _savings(budget: ComputeBudget) -> Iterator[Saving]:
    """Yield the savings, the least noticeable first; each includes those before it."""
    if budget.flip:
        budget = replace(budget, flip=False)
        yield Saving(SavingKind.MIRRORED, budget)
    for side in _SIDES:
        budget = replace(budget, longest_side=side)
        yield Saving(SavingKind.PICTURE, budget)
    if budget.faces > 1:
        yield Saving(SavingKind.FACES, replace(budget, faces=1))


class PressureGauge:
    """Reads battery and temperatures on Linux, every five seconds at most; other systems report no pressure.

    Owned by one thread.

    Args:
        sysfs: Directory of the device classes.
        now: Returns the monotonic time in seconds.
    """

    def __init__(self, sysfs: Path = Path("/sys/class"), now: Callable[[], float] = time.monotonic) -> None:
        self._sysfs = sysfs
        self._now = now
        self._read_s: float | None = None
        self._last = PowerState()

    def __call__(self) -> PowerState:
        """Return the power state, at most five seconds old."""
        now = self._now()
        if self._read_s is None or now - self._read_s >= _READ_EVERY_S:
            self._read_s, self._last = now, PowerState(self._on_battery(), self._is_hot())
        return self._last

    def _on_battery(self) -> bool:
        supplies = self._sysfs.glob("power_supply/*/status")
        own = (status for status in supplies if _text(status.with_name("scope")) != "Device")
        return any(_text(status) == "Discharging" for status in own)

    def _is_hot(self) -> bool:
        return any(_is_near_trip(zone) for zone in self._sysfs.glob("thermal/thermal_zone*"))


def _is_near_trip(zone: Path) -> bool:
    """Whether the temperature of a thermal zone is near its first passive trip point."""
    for kind in zone.glob("trip_point_*_type"):
        if _text(kind) == "passive":
            trip, now = _number(kind.with_name(kind.name.replace("type", "temp"))), _number(zone / "temp")
            return trip is not None and now is not None and 0 < trip * _HOT_SHARE <= now
    return False


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _number(file: Path) -> int | None:
    text = _text(file)
    return int(text) if text.lstrip("-").isdecimal() else None
