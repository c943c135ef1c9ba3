"""The bundle file format: a readable header and encrypted chunks (docs/bundles.md)."""

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.core.errors import BundleDamaged, BundleForeign, BundleTooNew, WrongPassphrase

MAGIC = b"FLCHBNDL"
VERSION = 1
CHUNK_BYTES = 65_536
"""Of plaintext; each encrypted chunk is 16 bytes longer."""

_TAG_BYTES, _KEY_BYTES, _SALT_BYTES = 16, 32, 16
_MAX_HEADER_BYTES = 65_536
_PASSES, _MEMORY_KIB, _LANES = 3, 65_536, 4
"""The second recommended option of RFC 9106, section 4, for memory-constrained machines."""

_MAX_PASSES, _MAX_MEMORY_KIB = 16, 1_048_576
"""Limits on the cost that a file can impose on its reader."""

_CHECK_LABEL = b"facelatch bundle check 1"


@dataclass(frozen=True, slots=True)
class BundleHeader:
    """The part of a bundle that is readable without the passphrase.

    Attributes:
        version: Of the format.
        people: The number of people.
        created_at: ISO 8601.
    """

    version: int
    people: int
    created_at: str


class BundleWriter:
    """Writes a bundle, encrypting one chunk at a time.

    Args:
        file: Open for writing; the header is written immediately.
        passphrase: Of the bundle.
        people: The number of people.
        created_at: ISO 8601.
    """

    def __init__(self, file: BinaryIO, passphrase: str, people: int, created_at: str) -> None:
        self._file = file
        self._buffer = bytearray()
        salt = secrets.token_bytes(_SALT_BYTES)
        kdf = {"name": "argon2id", "passes": _PASSES, "memory_kib": _MEMORY_KIB, "lanes": _LANES}
        key = _key(passphrase, salt, _PASSES, _MEMORY_KIB, _LANES)
        header = {
            "version": VERSION,
            "people": people,
            "created_at": created_at,
            "kdf": kdf | {"salt": base64.b64encode(salt).decode()},
            "check": base64.b64encode(_check(key)).decode(),
            "cipher": "AES-256-GCM",
            "chunk_bytes": CHUNK_BYTES,
        }
        raw = json.dumps(header, sort_keys=True).encode()
        file.write(MAGIC + len(raw).to_bytes(4, "big") + raw + hashlib.sha256(raw).digest())
        self._chunks = _Chunks(key, raw)

    def write(self, data: bytes) -> None:
        """Append plaintext."""
        self._buffer += data
        while len(self._buffer) > CHUNK_BYTES:
            self._put(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write the last chunk, marked as such."""
        self._put(bytes(self._buffer), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        ciphertext = self._chunks.encrypt(plain, last=last)
        self._file.write(len(ciphertext).to_bytes(4, "big") + ciphertext)


class _Chunks:
    """AES-256-GCM with a counter as nonce; the key belongs to one file, because its salt does.

    The nonce is the position of a chunk; its associated data are the header's hash and whether it is the last. So
    chunks cannot be reordered, omitted, or moved to another file (STREAM; Hoang, Reyhanitabar, Rogaway, Vizár 2015).
    """

    def __init__(self, key: bytes, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(key)
        self._header = hashlib.sha256(header).digest()
        self._number = 0

    def encrypt(self, plaintext: bytes, *, last: bool) -> bytes:
        """Encrypt the next chunk.

        Args:
            plaintext: The content.
            last: Whether it is the last chunk of the file.

        Returns:
            The ciphertext with its tag, 16 bytes longer than the plaintext.
        """
        return self._aead.encrypt(self._nonce(), plaintext, self._associated_data(last=last))

    def decrypt(self, ciphertext: bytes, *, last: bool) -> bytes:
        """Decrypt the next chunk.

        Args:
            ciphertext: From `encrypt`, with its tag.
            last: Whether it is the last chunk of the file.

        Returns:
            The plaintext.

        Raises:
            InvalidTag: The key is wrong, the chunk was changed or moved, or `last` differs from that of `encrypt`.
        """
        return self._aead.decrypt(self._nonce(), ciphertext, self._associated_data(last=last))

    def _nonce(self) -> bytes:
        nonce = self._number.to_bytes(12, "big")
        self._number += 1
        return nonce

    def _associated_data(self, *, last: bool) -> bytes:
        return self._header + (b"\x01" if last else b"\x00")


def read_header(path: Path) -> BundleHeader:
    """Return the header of a bundle.

    Raises:
        BundleForeign: The file is not a bundle.
        BundleTooNew: A later version created it.
        BundleDamaged: The header is damaged.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        header, _ = _read_header(file, path)
    return BundleHeader(
        int(str(header["version"])), int(str(header.get("people", 0))), str(header.get("created_at", ""))
    )


def read_lines(path: Path, passphrase: str) -> Iterator[bytes]:
    """Yield the lines of a bundle. Each line is authenticated when it is yielded.

    Truncation is only detected at the end: read the whole bundle once before using its content.

    Args:
        path: The file.
        passphrase: Of the bundle.

    Yields:
        The lines, without line ends.

    Raises:
        WrongPassphrase: The passphrase is wrong.
        BundleForeign: The file is not a bundle.
        BundleTooNew: A later version created it.
        BundleDamaged: The file was changed or truncated.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        header, raw = _read_header(file, path)
        chunks = _Chunks(_unlock(header, passphrase, path), raw)
        left = b""
        for plain in _decrypted_chunks(file, chunks, path):
            *lines, left = (left + plain).split(b"\n")
            yield from lines
        if left:
            raise BundleDamaged(path=path)


def _decrypted_chunks(file: BinaryIO, chunks: _Chunks, path: Path) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag

    ciphertext = _read_chunk(file, path)
    while ciphertext:
        following = _read_chunk(file, path)
        try:
            yield chunks.decrypt(ciphertext, last=not following)
        except InvalidTag as error:
            raise BundleDamaged(path=path) from error
        ciphertext = following


def _read_chunk(file: BinaryIO, path: Path) -> bytes:
    size = file.read(4)
    if not size and file.tell() > 0:
        return b""
    length = int.from_bytes(size, "big")
    if len(size) != 4 or not _TAG_BYTES <= length <= CHUNK_BYTES + _TAG_BYTES:
        raise BundleDamaged(path=path)
    ciphertext = file.read(length)
    if len(ciphertext) != length:
        raise BundleDamaged(path=path)
    return ciphertext


def _read_header(file: BinaryIO, path: Path) -> tuple[dict[str, object], bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BundleForeign(path=path)
    length = int.from_bytes(file.read(4), "big")
    raw = file.read(min(length, _MAX_HEADER_BYTES))
    if len(raw) != length or file.read(32) != hashlib.sha256(raw).digest():
        raise BundleDamaged(path=path)
    try:
        header = json.loads(raw)
        version = int(header["version"])
    except (ValueError, TypeError, KeyError) as error:
        raise BundleDamaged(path=path) from error
    if version > VERSION:
        raise BundleTooNew(path=path)
    return header, raw


def _unlock(header: dict[str, object], passphrase: str, path: Path) -> bytes:
    """Derive the key, and check it against the header."""
    try:
        kdf = header["kdf"]
        assert isinstance(kdf, dict)
        salt, check = base64.b64decode(kdf["salt"]), base64.b64decode(str(header["check"]))
        costs = int(kdf["passes"]), int(kdf["memory_kib"]), int(kdf["lanes"])
    except (AssertionError, ValueError, TypeError, KeyError) as error:
        raise BundleDamaged(path=path) from error
    if costs[0] > _MAX_PASSES or costs[1] > _MAX_MEMORY_KIB or not 1 <= costs[2] <= 16 or len(salt) < 8:
        raise BundleDamaged(path=path)
    key = _key(passphrase, salt, *costs)
    if not hmac.compare_digest(_check(key), check):
        raise WrongPassphrase(path=path)
    return key


def _key(passphrase: str, salt: bytes, passes: int, memory_kib: int, lanes: int) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    typed = unicodedata.normalize("NFC", passphrase).encode()
    return hash_secret_raw(typed, salt, passes, memory_kib, lanes, _KEY_BYTES, Type.ID)


def _check(key: bytes) -> bytes:
    """Return the check value, which distinguishes a wrong passphrase from a damaged file."""
    return hmac.digest(key, _CHECK_LABEL, "sha256")[:16]
