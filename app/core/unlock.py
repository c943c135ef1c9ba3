"""Unlock events, queued events, and deadlines for actions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.clock import Clock


class AuthFactor(StrEnum):
    """Authentication factors of an unlock."""

    FACE = "face"
    BADGE = "badge"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class UnlockEvent:
    """A person was granted access.

    Attributes:
        id: Unique id, by which receivers detect duplicates.
        at: Time, UTC.
        kiosk: Name of the kiosk.
        person_id: Id of the person; empty if a site PIN granted access without identifying a person.
        person_name: Name of the person; empty with the id.
        factors: Factors presented, in order; at least one.
        similarity: Comparison score of the person, -1 to 1; None if no face was compared.
        test: Whether the event only tests the actions and no access was granted.
    """

    id: str
    at: datetime
    kiosk: str
    person_id: str
    person_name: str
    factors: tuple[AuthFactor, ...]
    similarity: float | None = None
    test: bool = False


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event in the outbox, waiting for delivery.

    Attributes:
        id: Position in the queue; earlier events have smaller ids.
        target: Receiver: name of the kiosk, a slash, name of the action.
        event: The event, with the person's current name; the name is empty once the person has been erased.
        queued_at: Time of queueing, UTC.
        attempts: Number of failed attempts.
        tried_at: Time of the last attempt, UTC; None before the first.
        problem: Error message of the last attempt, in English; empty before the first.
    """

    id: int
    target: str
    event: UnlockEvent
    queued_at: datetime
    attempts: int
    tried_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time by which an operation has to finish.

    Attributes:
        clock: Clock to read the current time from.
        at_ns: Monotonic time of the deadline, in nanoseconds.
    """

    clock: Clock
    at_ns: int

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        """Return a deadline some seconds from now.

        Args:
            clock: Clock to read the current time from.
            seconds: Time until the deadline.
        """
        return cls(clock, clock.monotonic_ns() + round(seconds * 1e9))

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline; 0 once it has passed."""
        return max(self.at_ns - self.clock.monotonic_ns(), 0) / 1e9

    @property
    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return self.remaining_s == 0
