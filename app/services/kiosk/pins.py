"""Verification of PINs at a kiosk, with the delays after failed attempts."""

import logging
from dataclasses import replace

from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.people import Person
from app.services.access.lockouts import AttemptOutcome, LockoutCounter, SecretAttempt, try_secret
from app.store.credentials.repositories import PinRepository

log = logging.getLogger(__name__)


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
        own, shared = self._scopes(person)
        return self._lockouts.left_ns(own, *shared)

    def enter(self, pin: str, person: Person | None = None) -> SecretAttempt:
        """Verify the PIN of a person, or the PIN of the site. A right one accepts faces again that were locked out.

        Args:
            pin: The PIN.
            person: Its owner; None for the site.

        Raises:
            StoreError: The database cannot be read; the PIN was not compared.
        """
        owner = PinOwner(PinRole.PERSON, person.id) if person else PinOwner(PinRole.SITE, self._kiosk)
        own, shared = self._scopes(person)
        attempt = self._try(pin, owner, own, shared)
        if attempt.outcome is AttemptOutcome.RIGHT:
            if len(pin) < owner.shortest_pin:
                log.warning("The PIN of “%s” has fewer than %d digits. Set a longer one.", owner.of, owner.shortest_pin)
            self._lockouts.reset(replace(own, channel=AttemptChannel.FACE))
        return attempt

    def leave(self, pin: str) -> SecretAttempt:
        """Verify the admin PIN.

        Raises:
            StoreError: The database cannot be read; the PIN was not compared.
        """
        scope = LockoutScope(AttemptChannel.PIN, kiosk=self._kiosk + LockoutScope.LEAVE)
        return self._try(pin, ADMIN_PIN_OWNER, scope, ())

    def _try(self, pin: str, owner: PinOwner, own: LockoutScope, shared: tuple[LockoutScope, ...]) -> SecretAttempt:
        return try_secret(self._lockouts, lambda: self._pins.matches(owner, pin), own, shared=shared)

    def _scopes(self, person: Person | None) -> tuple[LockoutScope, tuple[LockoutScope, ...]]:
        """Return the scope of a PIN, and those that it shares with the PINs of other people."""
        if person is None:
            return LockoutScope(AttemptChannel.PIN, kiosk=self._kiosk), ()
        shared = LockoutScope(AttemptChannel.PIN, kiosk=self._kiosk + LockoutScope.PEOPLE)
        return LockoutScope(AttemptChannel.PIN, person_id=person.id), (shared,)
