"""How hard a passphrase is to guess, roughly: a hint for whoever chooses one, no verdict."""

import math
from enum import StrEnum
from itertools import pairwise

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


class Strength(StrEnum):
    """How hard a passphrase is to guess."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


def strength_of(passphrase: str) -> Strength:
    """A rough measure: signs that continue a run (aaa, abc, 321) count for nothing, the others by the kinds in use."""
    kinds = sum(size for is_one, size in _KINDS if any(is_one(sign) for sign in passphrase))
    steps = [ord(after) - ord(before) for before, after in pairwise(passphrase)]
    counted = 1 + sum(abs(step) > 1 for step in steps) if passphrase else 0
    varied = min(counted, 2 * len(set(passphrase)))
    bits = varied * math.log2(max(kinds, 2))
    if bits < _FAIR_BITS:
        return Strength.WEAK
    return Strength.FAIR if bits < _STRONG_BITS else Strength.STRONG
