"""The recovery code: a printed key that unwraps the master key when every other source is lost.

Eight groups of four characters from Crockford's Base32 alphabet. Three characters of a group are random (120 bits in
total); the fourth is a checksum of the group and its position, so that a typing error is attributed to its group.
"""

import secrets
from hashlib import sha256

from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.crypto.aead import derive
from app.store.crypto.keys.source import KeySourceKind, Parameters

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_GROUPS = 8
_RANDOM_PER_GROUP = 3


class RecoverySource:
    """A key source for one recovery code.

    Args:
        code: As typed; None generates a new one.

    Raises:
        InvalidRequest: The text is not a recovery code.
    """

    kind = KeySourceKind.RECOVERY

    def __init__(self, code: str | None = None) -> None:
        self.code = _generate() if code is None else _validate(code)

    def __repr__(self) -> str:
        return "RecoverySource()"

    def is_usable(self) -> bool:
        """Return False: a recovery code is only used on request."""
        return False

    def create(self, store_id: str) -> tuple[bytes, Parameters]:  # noqa: ARG002 - required by the port
        """Return the key derived from the code, without parameters."""
        return self._key(), {}

    def fetch(self, parameters: Parameters) -> bytes:  # noqa: ARG002 - required by the port
        """Return the key derived from the code."""
        return self._key()

    def forget(self, parameters: Parameters) -> None:
        """Do nothing: the code is not stored."""

    def _key(self) -> bytes:
        # 120 random bits need no slow key derivation.
        return derive(self.code.encode(), "recovery code")


def _generate() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_PER_GROUP)) for _ in range(_GROUPS))
    return "-".join(group + _checksum(place, group) for place, group in enumerate(groups))


def _validate(text: str) -> str:
    characters = "".join(text.upper().translate(_MISREAD).replace("-", " ").split())
    size = _RANDOM_PER_GROUP + 1
    groups = [characters[first : first + size] for first in range(0, len(characters), size)]
    if len(groups) != _GROUPS or len(groups[-1]) != size:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "A recovery code has 8 groups of 4 characters."),
            QT_TRANSLATE_NOOP("errors", "Type it as it is printed; dashes and letter case make no difference."),
        )
    for place, group in enumerate(groups):
        if _checksum(place, group[:_RANDOM_PER_GROUP]) != group[_RANDOM_PER_GROUP]:
            raise InvalidRequest(
                QT_TRANSLATE_NOOP("errors", "Group {number} of the recovery code is mistyped."),
                QT_TRANSLATE_NOOP("errors", "Compare it with the printed code."),
                number=place + 1,
            )
    return "-".join(groups)


def _checksum(place: int, group: str) -> str:
    return _ALPHABET[sha256(f"{place}{group}".encode()).digest()[0] % len(_ALPHABET)]
