"""Time as a dependency, so that tests decide what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the program reads the time."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that never go back; for durations and frame stamps."""
        ...

    def now(self) -> datetime:
        """The wall clock, in UTC; for what people read."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def monotonic_ns(self) -> int:
        """See `Clock.monotonic_ns`."""
        return time.monotonic_ns()

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)
