"""One key that seals: AES-256-GCM (NIST SP 800-38D) with random nonces, bound to the place of each record.

A sealed record is the key's number (4 bytes, the most significant first), the nonce (12 bytes), the ciphertext, and the
tag (16 bytes).
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NUMBER_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_BODY = NUMBER_BYTES + _NONCE_BYTES
OVERHEAD = _BODY + _TAG_BYTES
"""How many bytes a sealed record is longer than what it seals: a multiple of a float's."""


class DecryptionError(Exception):
    """A record that its key does not open: changed, moved, or sealed by another key.

    Attributes:
        where: The table and the row, without personal data.
    """

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class EncryptionKey:
    """A key with a number. Usable from every thread at once; shows nothing of itself.

    Args:
        number: 0 to 2³² − 1, written into every record, so that several keys can be in use.
        secret: 32 bytes.

    Attributes:
        decrypt: Opens a ciphertext, given its nonce before it and what it belongs to after it; InvalidTag.
    """

    __slots__ = ("_cipher", "decrypt", "number")

    def __init__(self, number: int, secret: bytes) -> None:
        self.number = number
        self._cipher = AESGCM(secret)
        self.decrypt = self._cipher.decrypt

    def seal(self, plain: bytes, belonging: bytes) -> bytes:
        """Seal a record.

        Args:
            plain: What nobody is to read.
            belonging: From `aad`; the record opens nowhere else.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return self.number.to_bytes(NUMBER_BYTES, "big") + nonce + self._cipher.encrypt(nonce, plain, belonging)

    def open(self, sealed: bytes, belonging: bytes) -> bytes:
        """Open a record.

        Raises:
            ValueError: It was changed or moved, or another key sealed it.
        """
        try:
            return self.decrypt(sealed[NUMBER_BYTES:_BODY], sealed[_BODY:], belonging)
        except InvalidTag as error:
            raise ValueError("the seal is broken") from error


def decrypt_many(keys: Iterable[EncryptionKey], records: Iterable[tuple[bytes, str]]) -> list[bytes]:
    """Open many records, in half of the time that opening one after the other takes.

    Args:
        keys: Those in use.
        records: What is sealed, and where it belongs: the parts of `aad`, with NULs between them.

    Raises:
        ValueError: One of them was changed or moved, or another key sealed it.
    """
    ciphers = {key.number.to_bytes(NUMBER_BYTES, "big"): key.decrypt for key in keys}
    try:
        return [
            ciphers[sealed[:NUMBER_BYTES]](
                sealed[NUMBER_BYTES:_BODY], sealed[_BODY:], place.encode("utf-8", "surrogatepass")
            )
            for sealed, place in records
        ]
    except (InvalidTag, KeyError, TypeError) as error:
        raise ValueError("a seal is broken") from error


def key_number(sealed: bytes) -> int:
    """The number of the key that sealed a record."""
    return int.from_bytes(sealed[:NUMBER_BYTES], "big")


def aad(*parts: str) -> bytes:
    """What binds a record to its place: the table, the row, and whatever else it must not be parted from.

    Args:
        parts: None holds a NUL, so that no two places are written alike.
    """
    return "\0".join(parts).encode("utf-8", "surrogatepass")


def derive(secret: bytes, purpose: str) -> bytes:
    """Another key, of which neither this one nor those for other purposes can be told (HKDF-SHA256, RFC 5869).

    Args:
        secret: 32 random bytes.
        purpose: What the key is for.

    Returns:
        32 bytes.
    """
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"facelatch {purpose}".encode()).derive(secret)
