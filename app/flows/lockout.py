"""Delays after consecutive failed attempts."""

from dataclasses import dataclass, replace

from app.core.lockout import UNTIL_RESET_NS, AttemptChannel, ClockReading, LockoutRecord, LockoutScope

FAILURE_LIMIT = 5
"""Consecutive failures that cause the first delay (NIST SP 800-63B-4, section 3.2.3)."""

FAILURE_LIMIT_WITH_PAD = 10
"""The same with presentation attack detection that was shown to work."""

OVERALL_LIMIT = 50
"""Consecutive failures after which faces are not accepted until a reset (NIST SP 800-63B-4, section 3.2.3)."""

OVERALL_LIMIT_WITH_PAD = 100
"""The same with presentation attack detection that was shown to work, and for PINs (section 3.2.2)."""

FIRST_DELAY_NS = 30 * 1_000_000_000
LONGEST_DELAY_NS = 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class LockoutLimits:
    """When failures in one scope cause delays.

    Attributes:
        first: Consecutive failures that cause the first delay.
        overall: Consecutive failures after which only a reset ends the delay; None for no such limit.
        longest_ns: Longest delay before that, in nanoseconds.
        forgive_ns: Time after which one failure is forgotten, in nanoseconds; None if only a success or a reset does.
    """

    first: int = FAILURE_LIMIT
    overall: int | None = OVERALL_LIMIT_WITH_PAD
    longest_ns: int = LONGEST_DELAY_NS
    forgive_ns: int | None = None


FACE_LIMITS = LockoutLimits(FAILURE_LIMIT, None)
"""Failed attempts of one rejected face, without proven presentation attack detection."""

FACE_LIMITS_WITH_PAD = LockoutLimits(FAILURE_LIMIT_WITH_PAD, None)
"""The same with it."""

PEOPLE_PIN_LIMITS = LockoutLimits(OVERALL_LIMIT, None, forgive_ns=3600 * 1_000_000_000)
"""Wrong PINs of all people at one kiosk: slows guessing one PIN for many people, while mistyped PINs are forgotten."""

BADGE_LIMITS = LockoutLimits(FAILURE_LIMIT, None, 300 * 1_000_000_000, 60 * 1_000_000_000)
"""Unknown badge numbers at one kiosk: slows guessing them. Badges are read again after five minutes at most."""


def limits_of(scope: LockoutScope, *, has_pad: bool) -> LockoutLimits:
    """Return the limits of a scope.

    The faces of a kiosk have no delay, only the overall limit. Until then, delays apply to each rejected face
    (`app.flows.kiosk.rejected_faces`) and to the claimed person, so that a stranger cannot lock the door for others.

    Args:
        scope: The scope.
        has_pad: Whether presentation attack detection that was shown to work is in force.
    """
    if scope.channel is AttemptChannel.BADGE:
        return BADGE_LIMITS
    if scope.channel is AttemptChannel.PASSWORD or scope.kiosk.endswith(LockoutScope.LEAVE):
        return LockoutLimits(overall=None)
    if scope.channel is AttemptChannel.PIN:
        return PEOPLE_PIN_LIMITS if scope.kiosk.endswith(LockoutScope.PEOPLE) else LockoutLimits()
    overall = OVERALL_LIMIT_WITH_PAD if has_pad else OVERALL_LIMIT
    if not scope.person_id:
        return LockoutLimits(overall, overall)
    return LockoutLimits(FAILURE_LIMIT_WITH_PAD if has_pad else FAILURE_LIMIT, overall)


def delay_ns(failures: int, limits: LockoutLimits) -> int:
    """Return the delay after consecutive failures: none below the first limit, then 30 s, doubling up to the longest.

    Args:
        failures: Consecutive failures so far.
        limits: When failures cause delays.
    """
    if limits.overall is not None and failures >= limits.overall:
        return UNTIL_RESET_NS
    if failures < limits.first:
        return 0
    return min(FIRST_DELAY_NS << min(failures - limits.first, 32), limits.longest_ns)


def elapsed_ns(since: ClockReading, now: ClockReading) -> int:
    """Return the time that has certainly passed, even if a clock was set or the machine was restarted.

    The monotonic clock restarts with the machine: if it shows less than before, at least what it shows now has passed.
    The wall clock may have been set forward. The result is the smaller of both differences, and never negative.

    Args:
        since: Both clocks at the earlier moment.
        now: Both clocks now.
    """
    monotonic = now.monotonic_ns - since.monotonic_ns
    if monotonic < 0:
        monotonic = now.monotonic_ns
    wall = round((now.wall - since.wall).total_seconds() * 1e9)
    return max(min(monotonic, wall), 0)


class Lockout:
    """Counts failures and imposes delays. While the object lives, only the monotonic clock ends a delay.

    ```mermaid
    stateDiagram-v2
        [*] --> open
        open --> open: a failure below the limit, or a success (resets the count)
        open --> locked: a failure that reaches the limit
        locked --> locked: a failure (never shortens the delay)
        locked --> open: the delay has passed (the count stays: the next failure doubles the delay)
        locked --> off: a failure that reaches the overall limit
        off --> open: a reset (also from locked)
    ```

    Args:
        limits: When failures cause delays.
        record: The stored record.
        now: Both clocks.
    """

    def __init__(self, limits: LockoutLimits, record: LockoutRecord, now: ClockReading) -> None:
        self._limits = limits
        self._record = record
        self._until_ns = now.monotonic_ns
        self._adopt(record, now)

    @property
    def record(self) -> LockoutRecord:
        """The latest record."""
        return self._record

    def left_ns(self, now: ClockReading) -> int:
        """Return the remaining delay; 0 if an attempt is allowed."""
        return max(self._until_ns - now.monotonic_ns, 0)

    def merge(self, record: LockoutRecord, now: ClockReading) -> None:
        """Adopt a record that another process may have stored; only a reset shortens the current delay.

        Args:
            record: The stored record.
            now: Both clocks.
        """
        if record != self._record:
            if record.resets > self._record.resets:
                self._until_ns = now.monotonic_ns
            self._record = record
            self._adopt(record, now)

    def record_failure(self, now: ClockReading) -> LockoutRecord:
        """Count a failure and return the record to store."""
        failures = self._failures_at(now) + 1
        left = max(self.left_ns(now), delay_ns(failures, self._limits))
        return self._update(replace(self._record, failures=failures, left_ns=left, stamp=now))

    def record_success(self, now: ClockReading) -> LockoutRecord:
        """Reset the count, unless a delay is running, and return the record to store."""
        if self.left_ns(now) > 0:
            return self.restamp(now)
        return self._update(replace(self._record, failures=0, left_ns=0, stamp=now))

    def withdraw_failure(self, now: ClockReading) -> LockoutRecord:
        """Take back a failure that was counted in advance, and return the record to store."""
        failures = max(self._record.failures - 1, 0)
        left = min(self.left_ns(now), delay_ns(failures, self._limits))
        return self._update(replace(self._record, failures=failures, left_ns=left, stamp=now))

    def clear(self, now: ClockReading) -> LockoutRecord:
        """Reset the count and the delay of this process, and return the record to store."""
        return self._update(replace(self._record, failures=0, left_ns=0, stamp=now))

    def reset(self, now: ClockReading) -> LockoutRecord:
        """Reset the count and the delay of every process, and return the record to store."""
        return self._update(LockoutRecord(0, 0, now, self._record.resets + 1))

    def restamp(self, now: ClockReading) -> LockoutRecord:
        """Return the record as of now, so that a wall clock that was set back does not repeat the delay."""
        return self._update(replace(self._record, left_ns=self.left_ns(now), stamp=now))

    def _failures_at(self, now: ClockReading) -> int:
        """Return the failures that are not forgotten yet."""
        stamp, forgive_ns = self._record.stamp, self._limits.forgive_ns
        if stamp is None or forgive_ns is None:
            return self._record.failures
        return max(self._record.failures - elapsed_ns(stamp, now) // forgive_ns, 0)

    def _adopt(self, record: LockoutRecord, now: ClockReading) -> None:
        elapsed = elapsed_ns(record.stamp, now) if record.stamp else 0
        self._until_ns = max(self._until_ns, now.monotonic_ns + record.left_ns - elapsed)

    def _update(self, record: LockoutRecord) -> LockoutRecord:
        self._record = record
        self._until_ns = record.stamp.monotonic_ns + record.left_ns if record.stamp else self._until_ns
        return record
