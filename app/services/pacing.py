"""How much is spent on looking, by the profile in the settings."""

from collections.abc import Iterator
from dataclasses import replace

from app.core.profiles import ALLOWANCES, Effort
from app.core.settings import RecognitionSettings
from app.core.settings_parts import Profile
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
        full = recognition.effort
        return PaceRule(budget_ns=recognition.budget_ms * 1_000_000, savings=tuple(_savings(full)), full=full)
    return PaceRule(fixed=ALLOWANCES[recognition.profile].frames_per_second)


def _savings(effort: Effort) -> Iterator[Saving]:
    """What is given up one after the other, what is missed least first; each holds what those before it gave up."""
    if effort.flip:
        effort = replace(effort, flip=False)
        yield Saving(SavingKind.MIRRORED, effort)
    for side in _SIDES:
        effort = replace(effort, longest_side=side)
        yield Saving(SavingKind.PICTURE, effort)
    if effort.faces > 1:
        yield Saving(SavingKind.FACES, replace(effort, faces=1))
