"""What is kept of failed attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ClockReading:
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
    stamp: ClockReading | None = None


class AttemptChannel(StrEnum):
    """By what an attempt is made; each is counted for itself, so that one stays open while the other is locked."""

    FACE = "face"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class LockoutScope:
    """Whose attempts are counted together.

    Attributes:
        channel: By what they are made.
        kiosk: Where; empty for the attempts at a claimed identity, wherever they are made.
        person_id: Who was claimed; empty for the attempts at one kiosk.
    """

    channel: AttemptChannel
    kiosk: str = ""
    person_id: str = ""

    @property
    def key(self) -> str:
        """Under which they are kept."""
        return f"{self.channel}/person/{self.person_id}" if self.person_id else f"{self.channel}/kiosk/{self.kiosk}"
