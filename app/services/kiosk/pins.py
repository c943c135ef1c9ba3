"""Verification of PINs at a kiosk, with the delays after failed attempts."""

from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.people import Person
from app.services.access.lockouts import LockoutCounter, SecretAttempt, try_secret
from app.store.credentials.repositories import PinRepository


class PinVerifier:
    """Compares PINs, and counts wrong ones before it reports them.

    Args:
        pins: Stored PINs.
        lockouts: Counts failed attempts.
        kiosk: Name of the kiosk.
    """

    def __init__(self, pins: PinRepository, lockouts: LockoutCounter, kiosk: str) -> None:
        self._pins = pins
        self._lockouts = lockouts
        self._kiosk = kiosk

    @property
    def can_leave(self) -> bool:
        """Whether an admin PIN is set.

        Raises:
            StoreError: The database cannot be read.
        """
        return self._pins.has(ADMIN_PIN_OWNER)

    def left_ns(self, person: Person | None = None) -> int:
        """Return the remaining delay for PINs in nanoseconds, of the person or of the site; 0 if there is none."""
        return self._lockouts.left_ns(*self._scopes(person))

    def enter(self, pin: str, person: Person | None = None) -> SecretAttempt:
        """Verify the PIN of a person, or the PIN of the site.

        Args:
            pin: The PIN.
            person: Its owner; None for the site.

        Raises:
            StoreError: The database cannot be read; the PIN was not compared.
        """
        owner = PinOwner(PinRole.PERSON, person.id) if person else PinOwner(PinRole.SITE, self._kiosk)
        return self._try(pin, owner, self._scopes(person))

    def leave(self, pin: str) -> SecretAttempt:
        """Verify the admin PIN.

        Raises:
            StoreError: The database cannot be read; the PIN was not compared.
        """
        # No kiosk can have this name, so failed attempts to leave do not lock the PINs that open the door.
        return self._try(pin, ADMIN_PIN_OWNER, (LockoutScope(AttemptChannel.PIN, kiosk=f"{self._kiosk}#leave"),))

    def _try(self, pin: str, owner: PinOwner, scopes: tuple[LockoutScope, ...]) -> SecretAttempt:
        return try_secret(self._lockouts, lambda: self._pins.matches(owner, pin), *scopes)

    def _scopes(self, person: Person | None) -> tuple[LockoutScope, ...]:
        here = LockoutScope(AttemptChannel.PIN, kiosk=self._kiosk)
        return (here, LockoutScope(AttemptChannel.PIN, person_id=person.id)) if person else (here,)
