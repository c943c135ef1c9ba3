"""Whose a PIN is, and what it may be."""

import itertools
from dataclasses import dataclass
from enum import StrEnum

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


def check_pin(pin: str) -> str:
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
