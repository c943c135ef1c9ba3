"""Delays after consecutive failed attempts."""

from dataclasses import replace

from app.core.lockout import ClockReading, LockoutRecord

FAILURE_LIMIT = 5
"""Consecutive failures that cause the first delay (NIST SP 800-63B-4, section 3.2.3)."""

FAILURE_LIMIT_WITH_PAD = 10
"""The same with presentation attack detection."""

FIRST_DELAY_NS = 30 * 1_000_000_000
LONGEST_DELAY_NS = 3600 * 1_000_000_000


def delay_ns(failures: int, limit: int) -> int:
    """Return the delay after consecutive failures: none below the limit, then 30 s, doubling up to an hour.

    Args:
        failures: Consecutive failures so far.
        limit: Failures that cause the first delay.
    """
    if failures < limit:
        return 0
    return min(FIRST_DELAY_NS << min(failures - limit, 32), LONGEST_DELAY_NS)


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
    ```

    Args:
        limit: Consecutive failures that cause the first delay.
        record: The stored record.
        now: Both clocks.
    """

    def __init__(self, limit: int, record: LockoutRecord, now: ClockReading) -> None:
        self._limit = limit
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
        """Adopt a record that another process may have stored; never shortens the current delay.

        Args:
            record: The stored record.
            now: Both clocks.
        """
        if record != self._record:
            self._record = record
            self._adopt(record, now)

    def record_failure(self, now: ClockReading) -> LockoutRecord:
        """Count a failure and return the record to store."""
        failures = self._record.failures + 1
        left = max(self.left_ns(now), delay_ns(failures, self._limit))
        return self._update(LockoutRecord(failures, left, now))

    def record_success(self, now: ClockReading) -> LockoutRecord:
        """Reset the count, unless a delay is running, and return the record to store."""
        if self.left_ns(now) > 0:
            return self.restamp(now)
        return self._update(LockoutRecord(0, 0, now))

    def restamp(self, now: ClockReading) -> LockoutRecord:
        """Return the record as of now, so that a wall clock that was set back does not repeat the delay."""
        return self._update(replace(self._record, left_ns=self.left_ns(now), stamp=now))

    def _adopt(self, record: LockoutRecord, now: ClockReading) -> None:
        elapsed = elapsed_ns(record.stamp, now) if record.stamp else 0
        self._until_ns = max(self._until_ns, now.monotonic_ns + record.left_ns - elapsed)

    def _update(self, record: LockoutRecord) -> LockoutRecord:
        self._record = record
        self._until_ns = record.stamp.monotonic_ns + record.left_ns if record.stamp else self._until_ns
        return record
