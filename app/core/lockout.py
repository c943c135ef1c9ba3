"""Stored state of lockouts after failed attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Both clocks, read at the same moment.

    Attributes:
        monotonic_ns: Monotonic time in nanoseconds; restarts with the machine.
        wall: Wall-clock time, UTC; the user may change it.
    """

    monotonic_ns: int
    wall: datetime


@dataclass(frozen=True, slots=True)
class LockoutRecord:
    """Failed attempts in one scope.

    Attributes:
        failures: Consecutive failed attempts.
        left_ns: Rest of the delay at `stamp`, in nanoseconds; 0 without a delay.
        stamp: Time of recording; None before the first failure.
    """

    failures: int = 0
    left_ns: int = 0
    stamp: ClockReading | None = None


class AttemptChannel(StrEnum):
    """Authentication methods with separate counters, so that a lockout of one leaves the others usable."""

    FACE = "face"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class LockoutScope:
    """The attempts that share a counter.

    Attributes:
        channel: Authentication method.
        kiosk: Name of the kiosk; empty for attempts to verify as one person, at any kiosk.
        person_id: Id of the claimed person; empty for attempts at one kiosk.
    """

    channel: AttemptChannel
    kiosk: str = ""
    person_id: str = ""

    @property
    def key(self) -> str:
        """Primary key in the database."""
        return f"{self.channel}/person/{self.person_id}" if self.person_id else f"{self.channel}/kiosk/{self.kiosk}"
