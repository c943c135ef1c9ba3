"""The clock port: time is a dependency, so that tests control it."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Source of the current time."""

    def monotonic_ns(self) -> int:
        """Monotonic time in nanoseconds, for durations and frame timestamps."""
        ...

    def now(self) -> datetime:
        """Wall-clock time in UTC, for records and displays."""
        ...


class SystemClock:
    """The clocks of the operating system."""

    def monotonic_ns(self) -> int:
        """See `Clock.monotonic_ns`."""
        return time.monotonic_ns()

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)
