"""Authenticated encryption with one key: AES-256-GCM (NIST SP 800-38D) with random nonces.

An encrypted record is the number of its key (4 bytes, big-endian), the nonce (12 bytes), the ciphertext, and the tag
(16 bytes). The place of the record is its associated data (AAD), so that a record that was moved does not decrypt.
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
"""How many bytes longer a record is than its plaintext: a multiple of the size of a float32."""


class DecryptionError(Exception):
    """A record that its key does not decrypt: changed, moved, or encrypted with another key.

    Attributes:
        where: The table and the row, without personal data.
    """

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class EncryptionKey:
    """A numbered AES-256-GCM key. Thread-safe; its `repr` does not show the secret.

    Args:
        number: 0 to 2³² − 1. Stored in every record, so that several keys can be in use.
        secret: 32 bytes.

    Attributes:
        number: The number.
        decrypt_raw: Decrypts a ciphertext from its nonce, itself, and its associated data; raises InvalidTag.
    """

    __slots__ = ("_cipher", "decrypt_raw", "number")

    def __init__(self, number: int, secret: bytes) -> None:
        self.number = number
        self._cipher = AESGCM(secret)
        self.decrypt_raw = self._cipher.decrypt

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Encrypt a record.

        Args:
            plaintext: The content.
            associated_data: From `aad`; the record decrypts only with the same.

        Returns:
            The record: `OVERHEAD` bytes longer than the plaintext.
        """
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._cipher.encrypt(nonce, plaintext, associated_data)
        return self.number.to_bytes(NUMBER_BYTES, "big") + nonce + ciphertext

    def decrypt(self, record: bytes, associated_data: bytes) -> bytes:
        """Decrypt a record.

        Args:
            record: From `encrypt`.
            associated_data: As given to `encrypt`.

        Returns:
            The plaintext.

        Raises:
            ValueError: The record was changed, moved, or encrypted with another key.
        """
        try:
            return self.decrypt_raw(record[NUMBER_BYTES:_BODY], record[_BODY:], associated_data)
        except InvalidTag as error:
            raise ValueError("the record does not decrypt") from error


def decrypt_many(keys: Iterable[EncryptionKey], records: Iterable[tuple[bytes, str]]) -> list[bytes]:
    """Decrypt many records, in half the time of decrypting them one by one.

    Args:
        keys: The keys in use.
        records: Each record with its associated data: the parts of `aad`, joined with NUL.

    Returns:
        The plaintexts, in order.

    Raises:
        ValueError: A record was changed, moved, or encrypted with another key.
    """
    ciphers = {key.number.to_bytes(NUMBER_BYTES, "big"): key.decrypt_raw for key in keys}
    try:
        return [
            ciphers[record[:NUMBER_BYTES]](
                record[NUMBER_BYTES:_BODY], record[_BODY:], place.encode("utf-8", "surrogatepass")
            )
            for record, place in records
        ]
    except (InvalidTag, KeyError, TypeError) as error:
        raise ValueError("a record does not decrypt") from error


def key_number(record: bytes) -> int:
    """Return the number of the key that encrypted a record."""
    return int.from_bytes(record[:NUMBER_BYTES], "big")


def aad(*parts: str) -> bytes:
    """Return the associated data (AAD) that binds a record to its place.

    Args:
        parts: The table, the row, and the other values the record belongs to. None contains NUL, so that the
            encoding is unambiguous.

    Returns:
        The parts, joined with NUL, as UTF-8.
    """
    return "\0".join(parts).encode("utf-8", "surrogatepass")


def derive(secret: bytes, purpose: str) -> bytes:
    """Derive an independent key for one purpose (HKDF-SHA256, RFC 5869).

    Args:
        secret: 32 random bytes.
        purpose: What the key is for.

    Returns:
        32 bytes.
    """
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"facelatch {purpose}".encode()).derive(secret)
