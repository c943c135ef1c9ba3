"""What a kiosk remembers of PINs."""

from app.core.people import Person


class PinGate:
    """Whether PINs are taken now, and whose has been typed. It never sees a PIN itself."""

    def __init__(self) -> None:
        self.wrong = False
        """Whether the last PIN was."""
        self._closed_ns = 0
        self._typed: tuple[Person, int] | None = None

    def close(self, until_ns: int) -> None:
        """Take no PIN until then; never shortens."""
        self._closed_ns = max(self._closed_ns, until_ns)

    def closed_until_ns(self, now_ns: int) -> int | None:
        """Until when no PIN is taken; None where one is."""
        return self._closed_ns if self._closed_ns > now_ns else None

    def typed(self, person: Person, until_ns: int) -> None:
        """This person's PIN was typed; it holds until then."""
        self._typed = person, until_ns

    def holds_for(self, person: Person, now_ns: int) -> bool:
        """Whether this person's PIN was typed and still holds."""
        return self._typed is not None and self._typed[0].id == person.id and now_ns < self._typed[1]

    def forget(self) -> None:
        """Whoever typed a PIN has to type it again."""
        self._typed = None
