"""Trying PINs, at the pace that the delays allow."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.lockout import Channel, LockoutScope
from app.core.people import Person
from app.core.pins import ADMIN, PinOwner, PinRole
from app.services.kiosk.lockouts import LockoutKeeper
from app.store.pins import PinRepository


class PinOutcome(StrEnum):
    """What became of a PIN that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """What became of a PIN that was typed.

    Attributes:
        outcome: Whether it was right. LOCKED means that it was not looked at.
        left_ns: How long no other is taken.
    """

    outcome: PinOutcome
    left_ns: int


class PinDesk:
    """Compares PINs and counts those that are wrong, before it says so.

    Args:
        pins: Where they are kept.
        lockouts: Where attempts are counted.
        kiosk: Its name.
    """

    def __init__(self, pins: PinRepository, lockouts: LockoutKeeper, kiosk: str) -> None:
        self._pins = pins
        self._lockouts = lockouts
        self._kiosk = kiosk

    @property
    def can_leave(self) -> bool:
        """Whether there is an admin PIN.

        Raises:
            StoreError: The database cannot be read.
        """
        return self._pins.has(ADMIN)

    def left_ns(self, person: Person | None = None) -> int:
        """How long no PIN is taken, of the site or of a person."""
        return self._lockouts.left_ns(*self._scopes(person))

    def enter(self, pin: str, person: Person | None = None) -> PinAnswer:
        """Try a PIN: the person's, or the site's where nobody is meant.

        Raises:
            StoreError: The database cannot be read; then the PIN was not looked at.
        """
        owner = PinOwner(PinRole.PERSON, person.id) if person else PinOwner(PinRole.SITE, self._kiosk)
        return self._try(pin, owner, self._scopes(person))

    def leave(self, pin: str) -> PinAnswer:
        """Try the admin PIN.

        Raises:
            StoreError: The database cannot be read; then the PIN was not looked at.
        """
        # No kiosk can have this name: attempts to leave do not count against those who want to come in.
        return self._try(pin, ADMIN, (LockoutScope(Channel.PIN, kiosk=f"{self._kiosk}#leave"),))

    def _try(self, pin: str, owner: PinOwner, scopes: tuple[LockoutScope, ...]) -> PinAnswer:
        left = self._lockouts.left_ns(*scopes)
        if left > 0:
            return PinAnswer(PinOutcome.LOCKED, left)
        if self._pins.matches(owner, pin):
            self._lockouts.succeeded(*scopes)
            return PinAnswer(PinOutcome.RIGHT, 0)
        return PinAnswer(PinOutcome.WRONG, self._lockouts.failed(*scopes))

    def _scopes(self, person: Person | None) -> tuple[LockoutScope, ...]:
        here = LockoutScope(Channel.PIN, kiosk=self._kiosk)
        return (here, LockoutScope(Channel.PIN, person_id=person.id)) if person else (here,)
