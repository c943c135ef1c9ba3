"""Whose a PIN is, and what it may be."""

import itertools
import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.core.errors import InvalidPin

SHORTEST, LONGEST = 4, 12


class PinRole(StrEnum):
    """What a PIN is for."""

    PERSON = "person"
    SITE = "site"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class PinOwner:
    """Whose a PIN is.

    Attributes:
        role: What it is for.
        of: The person's id, or the name of the kiosk; empty for the one that lets leave every kiosk.
    """

    role: PinRole
    of: str = ""

    @property
    def key(self) -> str:
        """Under which it is kept."""
        return f"{self.role}/{self.of}"


ADMIN = PinOwner(PinRole.ADMIN)
"""Who may leave a kiosk."""


def validate_pin(pin: str) -> str:
    """A PIN that may be set.

    Raises:
        InvalidPin: Not 4 to 12 digits, or one that is tried first: one digit only, or digits in a row.
    """
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        raise InvalidPin(shortest=SHORTEST, longest=LONGEST)
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise InvalidPin(InvalidPin.TOO_SIMPLE, shortest=SHORTEST, longest=LONGEST)
    return pin


_FAIR_BITS, _STRONG_BITS = 50.0, 75.0
"""Where a passphrase is kept by argon2id, a guess takes a tenth of a second: 2⁵⁰ of them take a thousand machines a
thousand years. Estimates by the letters used are too high for words, hence the distance to the second bound."""

_KINDS = (
    (str.islower, 26),
    (str.isupper, 26),
    (str.isdigit, 10),
    (lambda sign: sign.isascii() and not sign.isalnum(), 33),
    (lambda sign: not sign.isascii(), 100),
)


class PassphraseStrength(StrEnum):
    """How hard a passphrase is to guess."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


def passphrase_strength(passphrase: str) -> PassphraseStrength:
    """A rough measure: signs that continue a run (aaa, abc, 321) count for nothing, the others by the kinds in use."""
    kinds = sum(size for is_one, size in _KINDS if any(is_one(sign) for sign in passphrase))
    steps = [ord(after) - ord(before) for before, after in pairwise(passphrase)]
    counted = 1 + sum(abs(step) > 1 for step in steps) if passphrase else 0
    varied = min(counted, 2 * len(set(passphrase)))
    bits = varied * math.log2(max(kinds, 2))
    if bits < _FAIR_BITS:
        return PassphraseStrength.WEAK
    return PassphraseStrength.FAIR if bits < _STRONG_BITS else PassphraseStrength.STRONG


class SourceKind(StrEnum):
    """The preferred first."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the word
    KEY_FILE = "key-file"
    RECOVERY = "recovery"
