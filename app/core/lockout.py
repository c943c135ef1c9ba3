"""What is kept of failed attempts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """Both clocks, read together.

    Attributes:
        monotonic_ns: Never goes back while the machine runs, and begins anew when it is started.
        wall: UTC; may be set by hand.
    """

    monotonic_ns: int
    wall: datetime


@dataclass(frozen=True, slots=True)
class LockoutRecord:
    """What is kept of somebody's attempts, or of those at one kiosk.

    Attributes:
        failures: Attempts that failed since the last one that did not.
        left_ns: What was left of the delay when it was written down, in nanoseconds; 0 where there was none.
        stamp: When that was; None where nothing has failed yet.
    """

    failures: int = 0
    left_ns: int = 0
    stamp: Instant | None = None
