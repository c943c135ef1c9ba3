"""Stored state of lockouts after failed attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


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
        resets: How often the scope was reset. A reset ends a delay in all processes, a success does not.
    """

    failures: int = 0
    left_ns: int = 0
    stamp: ClockReading | None = None
    resets: int = 0


UNTIL_RESET_NS = 100 * 365 * 86_400 * 1_000_000_000
"""A delay of a hundred years: no attempt is accepted until an operator resets the scope, or a PIN does."""


def lasts_until_reset(left_ns: int) -> bool:
    """Return whether a remaining delay ends by a reset only."""
    return left_ns > UNTIL_RESET_NS // 2


class AttemptChannel(StrEnum):
    """Authentication methods with separate counters, so that a lockout of one leaves the others usable."""

    FACE = "face"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - no password
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class LockoutScope:
    """The attempts that share a counter.

    Attributes:
        channel: Authentication method.
        kiosk: Name of the kiosk; empty for attempts to verify as one person, at any kiosk.
        person_id: Id of the claimed person; empty for attempts at one kiosk.
    """

    PEOPLE: ClassVar[str] = "#people"
    """Follows a kiosk's name in the scope of the PINs of all people there. No kiosk can have such a name."""

    LEAVE: ClassVar[str] = "#leave"
    """Follows a kiosk's name in the scope of the admin PIN there."""

    channel: AttemptChannel
    kiosk: str = ""
    person_id: str = ""

    @property
    def key(self) -> str:
        """Primary key in the database."""
        return f"{self.channel}/person/{self.person_id}" if self.person_id else f"{self.channel}/kiosk/{self.kiosk}"

    @classmethod
    def of_key(cls, key: str) -> "LockoutScope":
        """Return the scope with a primary key."""
        channel, subject, name = key.split("/", 2)
        if subject == "person":
            return cls(AttemptChannel(channel), person_id=name)
        return cls(AttemptChannel(channel), kiosk=name)
