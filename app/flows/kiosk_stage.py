"""Which state a kiosk is in, since when, until when, and whom it is about."""

from app.core.people import Person
from app.flows.kiosk_types import KioskState, Refusal


class Stage:
    """A state and what belongs to it; whatever belonged to the one before is gone.

    Attributes:
        state: The state.
        since_ns: When it began.
        until_ns: When it ends by itself; None where it does not.
        person: Who was let in, or is being asked for something.
        refusal: Why somebody was not let in.
    """

    def __init__(self) -> None:
        self.state = KioskState.IDLE
        self.since_ns = 0
        self.until_ns: int | None = None
        self.person: Person | None = None
        self.refusal: Refusal | None = None

    def enter(self, state: KioskState, now_ns: int, for_ns: int | None = None) -> None:
        """Begin a state, for so long or until something happens."""
        self.state, self.since_ns = state, now_ns
        self.until_ns = None if for_ns is None else now_ns + for_ns
        self.person, self.refusal = None, None

    def is_over(self, now_ns: int) -> bool:
        """Whether its time is up."""
        return self.until_ns is not None and now_ns >= self.until_ns
