"""Lockouts: delays after failed attempts, shared by all processes that use the database."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.lockout import ClockReading, LockoutRecord, LockoutScope
from app.flows.lockout import Lockout, limits_of
from app.store.credentials.repositories import LockoutRepository

log = logging.getLogger(__name__)


class LockoutCounter:
    """Counts attempts in the database and in memory. Owned by one thread.

    While the database is unreachable, counting continues in memory and the log gets a warning: a full disk must not
    grant more attempts.

    Args:
        repository: Stores the lockout records.
        clock: Gives both clocks.
        has_pad: Whether presentation attack detection that was shown to work is in force.
    """

    def __init__(self, repository: LockoutRepository, clock: Clock, *, has_pad: bool = False) -> None:
        self._repository = repository
        self._clock = clock
        self._has_pad = has_pad
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

    def count_in_advance(self, *scopes: LockoutScope) -> int:
        """Count a failure in each of these scopes before the attempt, unless a delay applies.

        Guesses of several processes at the same time count together: between the check and the count, no other process
        can pass the check.

        Returns:
            The delay that forbids the attempt, in nanoseconds; 0 if it is allowed, and counted.
        """
        counted: list[LockoutScope] = []
        for scope in scopes:
            if (left := self._count_unless_delayed(scope)) > 0:
                self.withdraw(*counted)
                return left
            counted.append(scope)
        return 0

    def withdraw(self, *scopes: LockoutScope) -> None:
        """Take back the failure that was counted in advance in each of these scopes."""
        for scope in scopes:
            self._change(scope, Lockout.withdraw_failure)

    def clear(self, *scopes: LockoutScope) -> None:
        """Reset the count of each of these scopes, with the delay that counting in advance may have caused."""
        for scope in scopes:
            self._change(scope, Lockout.clear)

    def reset(self, *scopes: LockoutScope) -> None:
        """Reset each of these scopes in all processes, if an attempt failed in it."""
        for scope in scopes:
            if self._lockout(scope, self._now()).record.failures:
                self._change(scope, Lockout.reset)

    def _count_unless_delayed(self, scope: LockoutScope) -> int:
        left: list[int] = []

        def count(lockout: Lockout, now: ClockReading) -> LockoutRecord:
            left.append(lockout.left_ns(now))
            return lockout.restamp(now) if left[-1] else lockout.record_failure(now)

        self._change(scope, count)
        return left[-1]

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
            lockout = self._lockouts[scope] = Lockout(limits_of(scope, has_pad=self._has_pad), record, now)
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


def try_secret(
    lockouts: LockoutCounter,
    matches: Callable[[], bool],
    *scopes: LockoutScope,
    shared: tuple[LockoutScope, ...] = (),
) -> SecretAttempt:
    """Compare a secret unless a delay applies. It counts as wrong before it is compared.

    Args:
        lockouts: Counts failed attempts.
        matches: Compares the secret; not called while a delay applies.
        scopes: Scopes of this secret, which a right one resets.
        shared: Scopes that other secrets share: a wrong one counts in them, a right one does not reset them.

    Returns:
        The outcome, and the delay that now applies.
    """
    left = lockouts.count_in_advance(*scopes, *shared)
    if left > 0:
        return SecretAttempt(AttemptOutcome.LOCKED, left)
    try:
        is_right = matches()
    except StoreError:
        lockouts.withdraw(*scopes, *shared)
        raise
    if not is_right:
        return SecretAttempt(AttemptOutcome.WRONG, lockouts.left_ns(*scopes, *shared))
    lockouts.clear(*scopes)
    lockouts.withdraw(*shared)
    return SecretAttempt(AttemptOutcome.RIGHT, 0)
