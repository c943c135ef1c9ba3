"""PINs and their owners, passphrase strength, and key sources of the database."""

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.core.errors import InvalidPin

MIN_PIN_LENGTH, MAX_PIN_LENGTH = 4, 12
MIN_SITE_PIN_LENGTH = 6
"""Shortest PIN of a site, which many people know and any visitor can guess. Eight digits are recommended."""


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

    @property
    def shortest_pin(self) -> int:
        """Least number of digits of a new PIN. Shorter ones that were set before stay valid."""
        return MIN_SITE_PIN_LENGTH if self.role is PinRole.SITE else MIN_PIN_LENGTH


ADMIN_PIN_OWNER = PinOwner(PinRole.ADMIN)
"""Owner of the PIN that exits every kiosk."""


COMMON_PINS = frozenset(
    [
        "0852",
        "1004",
        "1122",
        "1379",
        "2468",
        "2580",
        "4711",
        "5683",
        "8520",
        "102030",
        "112233",
        "123321",
        "123654",
        "147258",
        "147852",
        "159357",
        "159753",
        "258456",
        "258852",
        "321321",
        "456852",
        "789456",
        "852456",
        "987654",
        "11223344",
        "12344321",
        "12345679",
        "14725836",
        "19871987",
        "98769876",
    ]
)
"""PINs that people choose often although they are neither runs, repetitions nor years."""


def validate_pin(pin: str, shortest: int = MIN_PIN_LENGTH) -> str:
    """Return the PIN if it may be set.

    Args:
        pin: The PIN.
        shortest: Least number of digits.

    Raises:
        InvalidPin: The PIN does not have that many to 12 digits, or is easy to guess: consecutive digits, a repeated
            group of digits, a year, or a common PIN (NIST SP 800-63B-4, section 3.1.1.2).
    """
    if not (pin.isascii() and pin.isdecimal() and shortest <= len(pin) <= MAX_PIN_LENGTH):
        raise InvalidPin(shortest=shortest, longest=MAX_PIN_LENGTH)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    is_repeated = pin in (pin + pin)[1:-1]
    is_year = len(pin) == 4 and pin[:2] in {"19", "20"}
    if steps in ({1}, {9}) or is_repeated or is_year or pin in COMMON_PINS:
        raise InvalidPin(InvalidPin.TOO_SIMPLE, shortest=shortest, longest=MAX_PIN_LENGTH)
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
