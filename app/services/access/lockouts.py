"""Lockouts: delays after failed attempts, shared by all processes that use the database."""

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

    While the database is unreachable, counting continues in memory and the log gets a warning: a full disk must not
    grant more attempts.

    Args:
        repository: Stores the lockout records.
        clock: Gives both clocks.
        limit: Consecutive failures after which the first delay begins.
    """

    def __init__(self, repository: LockoutRepository, clock: Clock, limit: int) -> None:
        self._repository = repository
        self._clock = clock
        self._limit = limit
        self._lockouts: dict[LockoutScope, Lockout] = {}
        self._unsaved: set[LockoutScope] = set()
        """Scopes whose newest record could not be written to the database."""

    def left_ns(self, *scopes: LockoutScope) -> int:
        """Return the longest remaining delay of these scopes, in nanoseconds; 0 when an attempt is allowed."""
        return max(self._left_in(scope) for scope in scopes)

    def failed(self, *scopes: LockoutScope) -> int:
        """Count a failure in each of these scopes, durably before this returns.

        Returns:
            The delay that now applies, in nanoseconds.
        """
        for scope in scopes:
            self._change(scope, Lockout.record_failure)
        return self.left_ns(*scopes)

    def succeeded(self, *scopes: LockoutScope) -> None:
        """Reset the failure count of each of these scopes."""
        for scope in scopes:
            if self._lockout(scope, self._now()).record.failures:
                self._change(scope, Lockout.record_success)

    def _left_in(self, scope: LockoutScope) -> int:
        now = self._now()
        lockout = self._lockout(scope, now)
        stamp = lockout.record.stamp
        if lockout.left_ns(now) > 0 and stamp is not None and now.wall < stamp.wall:
            # The wall clock was set back: without a new stamp, the time already waited would count again.
            self._change(scope, Lockout.restamp)
        return lockout.left_ns(now)

    def _lockout(self, scope: LockoutScope, now: ClockReading) -> Lockout:
        """Return the lockout as the database has it, or the last known one if the database cannot be read."""
        if scope in self._unsaved:
            return self._lockouts[scope]
        try:
            record = self._repository.read(scope)
        except StoreError as error:
            log.warning("failed attempts cannot be read: %s", error)
            record = self._lockouts[scope].record if scope in self._lockouts else LockoutRecord()
        return self._updated(scope, record, now)

    def _change(self, scope: LockoutScope, change: Callable[[Lockout, ClockReading], LockoutRecord]) -> None:
        now = self._now()
        lockout = self._lockout(scope, now)
        changed: list[LockoutRecord] = []

        def apply(record: LockoutRecord) -> LockoutRecord:
            if scope not in self._unsaved:
                lockout.merge(record, now)
            changed.append(change(lockout, now))
            return changed[-1]

        try:
            self._repository.change(scope, apply)
            self._unsaved.discard(scope)
        except StoreError as error:
            self._unsaved.add(scope)
            log.warning("a failed attempt cannot be stored: %s", error)
            if not changed:
                change(lockout, now)

    def _updated(self, scope: LockoutScope, record: LockoutRecord, now: ClockReading) -> Lockout:
        lockout = self._lockouts.get(scope)
        if lockout is None:
            lockout = self._lockouts[scope] = Lockout(self._limit, record, now)
        else:
            lockout.merge(record, now)
        return lockout

    def _now(self) -> ClockReading:
        return ClockReading(self._clock.monotonic_ns(), self._clock.now())


class AttemptOutcome(StrEnum):
    """Outcome of an attempt with a PIN or a password."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SecretAttempt:
    """Result of an attempt with a PIN or a password.

    Attributes:
        outcome: RIGHT or WRONG; LOCKED when a delay applied and the secret was not compared.
        left_ns: How long no other attempt is accepted, in nanoseconds.
    """

    outcome: AttemptOutcome
    left_ns: int


def try_secret(lockouts: LockoutCounter, matches: Callable[[], bool], *scopes: LockoutScope) -> SecretAttempt:
    """Compare a secret unless a delay applies. A wrong secret is counted before this returns.

    Args:
        lockouts: Counts failed attempts.
        matches: Compares the secret; not called while a delay applies.
        scopes: Scopes in which a wrong secret counts.

    Returns:
        The outcome, and the delay that now applies.
    """
    left = lockouts.left_ns(*scopes)
    if left > 0:
        return SecretAttempt(AttemptOutcome.LOCKED, left)
    if matches():
        lockouts.succeeded(*scopes)
        return SecretAttempt(AttemptOutcome.RIGHT, 0)
    return SecretAttempt(AttemptOutcome.WRONG, lockouts.failed(*scopes))
