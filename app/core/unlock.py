"""That somebody was let in, as actions are told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.clock import Clock


class AuthFactor(StrEnum):
    """By what somebody was let in."""

    FACE = "face"
    BADGE = "badge"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class UnlockEvent:
    """Somebody was let in.

    Attributes:
        id: Different for every event; receivers drop by it what they have had already.
        at: When, in UTC.
        kiosk: The name of the kiosk.
        person_id: Of the person; empty where a PIN of the site let nobody in particular in.
        person_name: As enrolled; empty with the id.
        factors: What was asked for and given, in that order; at least one.
        similarity: Cosine of the face to the person's nearest template, -1 to 1; None where no face was compared.
        test: Nobody was let in: this only tries the actions out.
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
    """An event that is kept until its receiver has it.

    Attributes:
        id: Its place: whoever was written down earlier has the smaller one.
        target: Whose it is: the kiosk's name, a slash, the action's name.
        event: With the person's name as it is now; empty once the person has been erased.
        queued_at: When it was written down, in UTC.
        attempts: How often it was tried in vain.
        tried_at: When last, in UTC; None before the first time.
        problem: What went wrong then, in English; empty before the first time.
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
    """A moment until which something has to be done.

    Attributes:
        clock: Says how late it is.
        at_ns: On its monotonic clock, in nanoseconds.
    """

    clock: Clock
    at_ns: int

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(clock, clock.monotonic_ns() + round(seconds * 1e9))

    @property
    def remaining_s(self) -> float:
        """Seconds until then; 0 once it has passed."""
        return max(self.at_ns - self.clock.monotonic_ns(), 0) / 1e9

    @property
    def passed(self) -> bool:
        """Whether nothing remains."""
        return self.remaining_s == 0
