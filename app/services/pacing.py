"""How much is spent on looking, by the profile in the settings."""

from app.core.settings import RecognitionSettings
from app.core.settings_parts import Profile
from app.flows.pacing import ALWAYS, PaceRule

_FIXED = {Profile.LOW: 10.0, Profile.BALANCED: 20.0}


def pace_rule(recognition: RecognitionSettings) -> PaceRule:
    """When to look at fewer frames.

    Args:
        recognition: Names the profile, and what a frame may take.
    """
    if recognition.profile is Profile.BEST:
        return ALWAYS
    if recognition.profile is Profile.AUTOMATIC:
        return PaceRule(budget_ns=recognition.budget_ms * 1_000_000)
    return PaceRule(fixed=_FIXED[recognition.profile])
