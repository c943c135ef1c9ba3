"""Trying what somebody has typed, at the pace that the delays after failed attempts allow."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.lockout import LockoutScope
from app.services.kiosk.lockouts import LockoutKeeper


class AttemptOutcome(StrEnum):
    """What became of a PIN or a password that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a PIN or a password that was typed.

    Attributes:
        outcome: Whether it was right. LOCKED means that it was not looked at.
        left_ns: How long no other is taken.
    """

    outcome: AttemptOutcome
    left_ns: int


def attempt(lockouts: LockoutKeeper, matches: Callable[[], bool], *scopes: LockoutScope) -> Attempt:
    """Try a secret. A wrong one is counted before it is said so.

    Args:
        lockouts: Where attempts are counted.
        matches: Whether it is the secret; not asked while no other is taken.
        scopes: Against which a wrong one counts.
    """
    left = lockouts.left_ns(*scopes)
    if left > 0:
        return Attempt(AttemptOutcome.LOCKED, left)
    if matches():
        lockouts.succeeded(*scopes)
        return Attempt(AttemptOutcome.RIGHT, 0)
    return Attempt(AttemptOutcome.WRONG, lockouts.failed(*scopes))
