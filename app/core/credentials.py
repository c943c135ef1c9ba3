"""PINs and their owners, passphrase strength, and key sources of the database."""

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.core.errors import InvalidPin

MIN_PIN_LENGTH, MAX_PIN_LENGTH = 4, 12


class PinRole(StrEnum):
    """What a PIN authorises."""

    PERSON = "person"
    SITE = "site"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class PinOwner:
    """The owner of a PIN.

    Attributes:
        role: What the PIN authorises.
        of: Id of the person or name of the kiosk; empty for the PIN that exits every kiosk.
    """

    role: PinRole
    of: str = ""

    @property
    def key(self) -> str:
        """Primary key in the database."""
        return f"{self.role}/{self.of}"


ADMIN_PIN_OWNER = PinOwner(PinRole.ADMIN)
"""Owner of the PIN that exits every kiosk."""


def validate_pin(pin: str) -> str:
    """Return the PIN if it may be set.

    Raises:
        InvalidPin: The PIN is not 4 to 12 digits, or is easy to guess: one repeated digit, or consecutive digits.
    """
    if not (pin.isascii() and pin.isdecimal() and MIN_PIN_LENGTH <= len(pin) <= MAX_PIN_LENGTH):
        raise InvalidPin(shortest=MIN_PIN_LENGTH, longest=MAX_PIN_LENGTH)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise InvalidPin(InvalidPin.TOO_SIMPLE, shortest=MIN_PIN_LENGTH, longest=MAX_PIN_LENGTH)
    return pin


_FAIR_BITS, _STRONG_BITS = 50.0, 75.0
"""With argon2id, one guess takes about 0.1 s, so that 2⁵⁰ guesses take a thousand machines a thousand years.
The estimate by character classes is too high for dictionary words, hence the distance to the second bound."""

_CHARACTER_CLASSES = (
    (str.islower, 26),
    (str.isupper, 26),
    (str.isdigit, 10),
    (lambda character: character.isascii() and not character.isalnum(), 33),
    (lambda character: not character.isascii(), 100),
)
"""Predicates of character classes, with the number of characters in each."""


class PassphraseStrength(StrEnum):
    """Estimated resistance of a passphrase to guessing."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


def passphrase_strength(passphrase: str) -> PassphraseStrength:
    """Estimate the strength of a passphrase by its character classes.

    Characters that continue a run (aaa, abc, 321) do not count.
    """
    alphabet = sum(size for is_in, size in _CHARACTER_CLASSES if any(is_in(character) for character in passphrase))
    steps = [ord(after) - ord(before) for before, after in pairwise(passphrase)]
    counted = 1 + sum(abs(step) > 1 for step in steps) if passphrase else 0
    bits = min(counted, 2 * len(set(passphrase))) * math.log2(max(alphabet, 2))
    if bits < _FAIR_BITS:
        return PassphraseStrength.WEAK
    return PassphraseStrength.FAIR if bits < _STRONG_BITS else PassphraseStrength.STRONG


class KeySourceKind(StrEnum):
    """Sources of the database key, in order of preference."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a source
    KEY_FILE = "key-file"
    RECOVERY = "recovery"
