"""How long one has to wait after failing too often."""

from dataclasses import replace

from app.core.lockout import ClockReading, LockoutRecord

FAILURE_LIMIT = 5
"""Consecutive failures that bring the first delay (NIST SP 800-63B-4, section 3.2.3)."""

FAILURE_LIMIT_WITH_PAD = 10
"""The same where presentation attacks are detected."""

FIRST_DELAY_NS = 30 * 1_000_000_000
LONGEST_DELAY_NS = 3600 * 1_000_000_000


def delay_ns(failures: int, limit: int) -> int:
    """The delay that the last of so many consecutive failures brings: none, then 30 s, doubling, up to an hour."""
    if failures < limit:
        return 0
    return min(FIRST_DELAY_NS << min(failures - limit, 32), LONGEST_DELAY_NS)


def elapsed_ns(since: ClockReading, now: ClockReading) -> int:
    """How much time has certainly passed, whatever was done to the clock and the machine in between.

    The monotonic clock begins anew with the machine: where it stands lower than it did, what it shows now has passed at
    least. The wall clock may have been set forward. Only what both agree on is believed.
    """
    monotonic = now.monotonic_ns - since.monotonic_ns
    if monotonic < 0:
        monotonic = now.monotonic_ns
    wall = round((now.wall - since.wall).total_seconds() * 1e9)
    return max(min(monotonic, wall), 0)


class Lockout:
    """Counts failures and imposes delays. While it lives, the monotonic clock alone says what is left.

    ```mermaid
    stateDiagram-v2
        [*] --> open
        open --> open: a failure below the limit, or a success (the count begins anew)
        open --> locked: a failure that reaches the limit
        locked --> locked: a failure (never shorter)
        locked --> open: the delay has passed (the count stays: the next failure doubles the delay)
    ```

    Args:
        limit: Consecutive failures that bring the first delay.
        record: As it was kept.
        now: Both clocks.
    """

    def __init__(self, limit: int, record: LockoutRecord, now: ClockReading) -> None:
        self._limit = limit
        self._record = record
        self._until_ns = now.monotonic_ns
        self._adopt(record, now)

    @property
    def record(self) -> LockoutRecord:
        """As it was last kept."""
        return self._record

    def left_ns(self, now: ClockReading) -> int:
        """How long is still to wait; 0 when an attempt may be made."""
        return max(self._until_ns - now.monotonic_ns, 0)

    def learn(self, record: LockoutRecord, now: ClockReading) -> None:
        """Take in what another process may have kept meanwhile. A delay that runs here is not shortened by it."""
        if record != self._record:
            self._record = record
            self._adopt(record, now)

    def failed(self, now: ClockReading) -> LockoutRecord:
        """Count a failure; what is to be kept of it."""
        failures = self._record.failures + 1
        left = max(self.left_ns(now), delay_ns(failures, self._limit))
        return self._keep(LockoutRecord(failures, left, now))

    def succeeded(self, now: ClockReading) -> LockoutRecord:
        """Begin to count anew; what is to be kept of it. Without effect while a delay runs."""
        if self.left_ns(now) > 0:
            return self.stamped(now)
        return self._keep(LockoutRecord(0, 0, now))

    def stamped(self, now: ClockReading) -> LockoutRecord:
        """The same, as of now: after the wall clock was set back, so that it need not be lived through twice."""
        return self._keep(replace(self._record, left_ns=self.left_ns(now), stamp=now))

    def _adopt(self, record: LockoutRecord, now: ClockReading) -> None:
        passed = elapsed_ns(record.stamp, now) if record.stamp else 0
        self._until_ns = max(self._until_ns, now.monotonic_ns + record.left_ns - passed)

    def _keep(self, record: LockoutRecord) -> LockoutRecord:
        self._record = record
        self._until_ns = record.stamp.monotonic_ns + record.left_ns if record.stamp else self._until_ns
        return record
