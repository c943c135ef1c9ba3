"""Delays after failed attempts, the same for every process that asks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.lockout import ClockReading, LockoutRecord, LockoutScope
from app.flows.lockout import Lockout
from app.store.credentials.repositories import LockoutRepository

log = logging.getLogger(__name__)


class LockoutCounter:
    """Counts attempts in the database and in memory. Owned by one thread.

    Where the database cannot be reached, the memory goes on counting, and the log says so: a full disk must not give
    anybody more attempts.

    Args:
        repository: Where records are kept.
        clock: Both clocks.
        limit: Consecutive failures that bring the first delay.
    """

    def __init__(self, repository: LockoutRepository, clock: Clock, limit: int) -> None:
        self._repository = repository
        self._clock = clock
        self._limit = limit
        self._lockouts: dict[LockoutScope, Lockout] = {}
        self._unsaved: set[LockoutScope] = set()
        """Those of which the memory knows more than the database."""

    def left_ns(self, *scopes: LockoutScope) -> int:
        """How long is still to wait in the strictest of these; 0 when an attempt may be made."""
        return max(self._left_in(scope) for scope in scopes)

    def failed(self, *scopes: LockoutScope) -> int:
        """Count a failure in all of these, on the disk when this returns.

        Returns:
            How long is to wait now, in nanoseconds.
        """
        for scope in scopes:
            self._change(scope, Lockout.failed)
        return self.left_ns(*scopes)

    def succeeded(self, *scopes: LockoutScope) -> None:
        """Begin to count anew in all of these."""
        for scope in scopes:
            if self._lockout(scope, self._now()).record.failures:
                self._change(scope, Lockout.succeeded)

    def _left_in(self, scope: LockoutScope) -> int:
        now = self._now()
        lockout = self._lockout(scope, now)
        stamp = lockout.record.stamp
        if lockout.left_ns(now) > 0 and stamp is not None and now.wall < stamp.wall:
            # The wall clock was set back: what has been waited for would have to be waited for again.
            self._change(scope, Lockout.stamped)
        return lockout.left_ns(now)

    def _lockout(self, scope: LockoutScope, now: ClockReading) -> Lockout:
        """As the database has it now; as it was where that cannot be read."""
        if scope in self._unsaved:
            return self._lockouts[scope]
        try:
            record = self._repository.read(scope)
        except StoreError as error:
            log.warning("failed attempts cannot be read: %s", error)
            record = self._lockouts[scope].record if scope in self._lockouts else LockoutRecord()
        return self._learnt(scope, record, now)

    def _change(self, scope: LockoutScope, change: Callable[[Lockout, ClockReading], LockoutRecord]) -> None:
        now = self._now()
        lockout = self._lockout(scope, now)
        changed: list[LockoutRecord] = []

        def kept(record: LockoutRecord) -> LockoutRecord:
            if scope not in self._unsaved:
                lockout.learn(record, now)
            changed.append(change(lockout, now))
            return changed[-1]

        try:
            self._repository.change(scope, kept)
            self._unsaved.discard(scope)
        except StoreError as error:
            self._unsaved.add(scope)
            log.warning("a failed attempt cannot be written down: %s", error)
            if not changed:
                change(lockout, now)

    def _learnt(self, scope: LockoutScope, record: LockoutRecord, now: ClockReading) -> Lockout:
        lockout = self._lockouts.get(scope)
        if lockout is None:
            lockout = self._lockouts[scope] = Lockout(self._limit, record, now)
        else:
            lockout.learn(record, now)
        return lockout

    def _now(self) -> ClockReading:
        return ClockReading(self._clock.monotonic_ns(), self._clock.now())


class AttemptOutcome(StrEnum):
    """What became of a PIN or a password that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SecretAttempt:
    """What became of a PIN or a password that was typed.

    Attributes:
        outcome: Whether it was right. LOCKED means that it was not looked at.
        left_ns: How long no other is taken.
    """

    outcome: AttemptOutcome
    left_ns: int


def try_secret(lockouts: LockoutCounter, matches: Callable[[], bool], *scopes: LockoutScope) -> SecretAttempt:
    """Try a secret. A wrong one is counted before it is said so.

    Args:
        lockouts: Where attempts are counted.
        matches: Whether it is the secret; not asked while no other is taken.
        scopes: Against which a wrong one counts.
    """
    left = lockouts.left_ns(*scopes)
    if left > 0:
        return SecretAttempt(AttemptOutcome.LOCKED, left)
    if matches():
        lockouts.succeeded(*scopes)
        return SecretAttempt(AttemptOutcome.RIGHT, 0)
    return SecretAttempt(AttemptOutcome.WRONG, lockouts.failed(*scopes))
