"""Trying PINs, at the pace that the delays allow."""

from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.people import Person
from app.services.access.lockouts import LockoutCounter, SecretAttempt, try_secret
from app.store.credentials.repositories import PinRepository


class PinVerifier:
    """Compares PINs and counts those that are wrong, before it says so.

    Args:
        pins: Where they are kept.
        lockouts: Where attempts are counted.
        kiosk: Its name.
    """

    def __init__(self, pins: PinRepository, lockouts: LockoutCounter, kiosk: str) -> None:
        self._pins = pins
        self._lockouts = lockouts
        self._kiosk = kiosk

    @property
    def can_leave(self) -> bool:
        """Whether there is an admin PIN.

        Raises:
            StoreError: The database cannot be read.
        """
        return self._pins.has(ADMIN_PIN_OWNER)

    def left_ns(self, person: Person | None = None) -> int:
        """How long no PIN is taken, of the site or of a person."""
        return self._lockouts.left_ns(*self._scopes(person))

    def enter(self, pin: str, person: Person | None = None) -> SecretAttempt:
        """Try a PIN: the person's, or the site's where nobody is meant.

        Raises:
            StoreError: The database cannot be read; then the PIN was not looked at.
        """
        owner = PinOwner(PinRole.PERSON, person.id) if person else PinOwner(PinRole.SITE, self._kiosk)
        return self._try(pin, owner, self._scopes(person))

    def leave(self, pin: str) -> SecretAttempt:
        """Try the admin PIN.

        Raises:
            StoreError: The database cannot be read; then the PIN was not looked at.
        """
        # No kiosk can have this name: attempts to leave do not count against those who want to come in.
        return self._try(pin, ADMIN_PIN_OWNER, (LockoutScope(AttemptChannel.PIN, kiosk=f"{self._kiosk}#leave"),))

    def _try(self, pin: str, owner: PinOwner, scopes: tuple[LockoutScope, ...]) -> SecretAttempt:
        return try_secret(self._lockouts, lambda: self._pins.matches(owner, pin), *scopes)

    def _scopes(self, person: Person | None) -> tuple[LockoutScope, ...]:
        here = LockoutScope(AttemptChannel.PIN, kiosk=self._kiosk)
        return (here, LockoutScope(AttemptChannel.PIN, person_id=person.id)) if person else (here,)
