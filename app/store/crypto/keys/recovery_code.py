"""A key on paper: the recovery code, which opens the master key when every other source is gone.

Eight groups of four from 32 signs that are not taken for one another (Crockford's). Three signs of a group are chance,
the fourth checks them and the group's place: 120 bits, and whoever types the code in is told which group is wrong.
"""

import secrets
from hashlib import sha256

from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.crypto.aead import derive
from app.store.crypto.keys.source import KeySourceKind, Parameters

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_GROUPS = 8
_CHANCE = 3


class RecoverySource:
    """A code that somebody has, or is to be given.

    Args:
        code: As it was typed in; a new one is drawn for None.

    Raises:
        InvalidRequest: It cannot be one.
    """

    kind = KeySourceKind.RECOVERY

    def __init__(self, code: str | None = None) -> None:
        self.code = _drawn() if code is None else _checked(code)

    def __repr__(self) -> str:
        return "RecoverySource()"

    def is_usable(self) -> bool:
        """Only where somebody asks for it."""
        return False

    def create(self, store_id: str) -> tuple[bytes, Parameters]:  # noqa: ARG002 - the port's
        """The key that is the code."""
        return self._key(), {}

    def fetch(self, parameters: Parameters) -> bytes:  # noqa: ARG002 - the port's
        """Likewise."""
        return self._key()

    def forget(self, parameters: Parameters) -> None:
        """It is on paper."""

    def _key(self) -> bytes:
        # 120 bits of chance need no slow derivation.
        return derive(self.code.encode(), "recovery code")


def _drawn() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_CHANCE)) for _ in range(_GROUPS))
    return "-".join(group + _check(place, group) for place, group in enumerate(groups))


def _checked(text: str) -> str:
    signs = "".join(text.upper().translate(_MISREAD).replace("-", " ").split())
    groups = [signs[first : first + _CHANCE + 1] for first in range(0, len(signs), _CHANCE + 1)]
    if len(groups) != _GROUPS or len(groups[-1]) != _CHANCE + 1:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "A recovery code has 8 groups of 4 signs."),
            QT_TRANSLATE_NOOP("errors", "Type it as it is printed; dashes and letter case make no difference."),
        )
    for place, group in enumerate(groups):
        if _check(place, group[:_CHANCE]) != group[_CHANCE]:
            raise InvalidRequest(
                QT_TRANSLATE_NOOP("errors", "Group {number} of the recovery code is mistyped."),
                QT_TRANSLATE_NOOP("errors", "Compare it with the print."),
                number=place + 1,
            )
    return "-".join(groups)


def _check(place: int, group: str) -> str:
    return _SIGNS[sha256(f"{place}{group}".encode()).digest()[0] % len(_SIGNS)]
