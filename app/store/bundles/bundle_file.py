"""The file of a bundle: a header that can be read, and chunks that cannot without the passphrase (docs/bundles.md)."""

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
"""Of plain text; each becomes 16 bytes longer."""

_TAG_BYTES, _KEY_BYTES, _SALT_BYTES = 16, 32, 16
_LONGEST_HEADER = 65_536
_PASSES, _MEMORY_KIB, _LANES = 3, 65_536, 4
"""The second choice that RFC 9106 recommends, for machines with little memory."""

_MOST_PASSES, _MOST_MEMORY_KIB = 16, 1_048_576
"""A file must not make its reader compute for ever."""

_CHECK = b"facelatch bundle check 1"


@dataclass(frozen=True, slots=True)
class BundleHeader:
    """What can be read without the passphrase.

    Attributes:
        version: Of the format.
        people: How many are in it.
        created_at: As ISO 8601 has it.
    """

    version: int
    people: int
    created_at: str


class BundleWriter:
    """Encrypts what it is given, a chunk at a time.

    Args:
        file: Open for writing; the header is written at once.
        passphrase: Of the bundle.
        people: How many will be in it.
        created_at: As ISO 8601 has it.
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
        """Add something."""
        self._buffer += data
        while len(self._buffer) > CHUNK_BYTES:
            self._put(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write what is left, marked as the end."""
        self._put(bytes(self._buffer), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._chunks.seal(plain, last=last)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)


class _Chunks:
    """AES-256-GCM with a counter as nonce: the key is of one file alone, since its salt is.

    What is bound to each chunk is its place, whether it is the last, and the header: chunks can neither be swapped nor
    left out, nor put into another file (STREAM; Hoang, Reyhanitabar, Rogaway, Vizár 2015).
    """

    def __init__(self, key: bytes, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(key)
        self._header = hashlib.sha256(header).digest()
        self._number = 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        return self._aead.encrypt(self._nonce(), plain, self._bound(last=last))

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        return self._aead.decrypt(self._nonce(), sealed, self._bound(last=last))

    def _nonce(self) -> bytes:
        nonce = self._number.to_bytes(12, "big")
        self._number += 1
        return nonce

    def _bound(self, *, last: bool) -> bytes:
        return self._header + (b"\x01" if last else b"\x00")


def read_header(path: Path) -> BundleHeader:
    """What a bundle says of itself.

    Raises:
        BundleForeign: It is none.
        BundleTooNew: A later version of the program made it.
        BundleDamaged: Its header is not whole.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header, _ = _header(file, path)
    return BundleHeader(
        int(str(header["version"])), int(str(header.get("people", 0))), str(header.get("created_at", ""))
    )


def read_lines(path: Path, passphrase: str) -> Iterator[bytes]:
    """The lines in a bundle, one by one; each is whole and as it was written when it is given.

    That the file ends where it should is known only at the end: read it through once before anything is kept.

    Raises:
        WrongPassphrase: It is another one.
        BundleForeign: It is no bundle.
        BundleTooNew: A later version of the program made it.
        BundleDamaged: It was changed, or its end is missing.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header, raw = _header(file, path)
        chunks = _Chunks(_opened(header, passphrase, path), raw)
        left = b""
        for plain in _plain(file, chunks, path):
            *lines, left = (left + plain).split(b"\n")
            yield from lines
        if left:
            raise BundleDamaged(path=path)


def _plain(file: BinaryIO, chunks: _Chunks, path: Path) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag

    sealed = _next(file, path)
    while sealed:
        following = _next(file, path)
        try:
            yield chunks.open(sealed, last=not following)
        except InvalidTag as error:
            raise BundleDamaged(path=path) from error
        sealed = following


def _next(file: BinaryIO, path: Path) -> bytes:
    size = file.read(4)
    if not size and file.tell() > 0:
        return b""
    length = int.from_bytes(size, "big")
    if len(size) != 4 or not _TAG_BYTES <= length <= CHUNK_BYTES + _TAG_BYTES:
        raise BundleDamaged(path=path)
    sealed = file.read(length)
    if len(sealed) != length:
        raise BundleDamaged(path=path)
    return sealed


def _header(file: BinaryIO, path: Path) -> tuple[dict[str, object], bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BundleForeign(path=path)
    length = int.from_bytes(file.read(4), "big")
    raw = file.read(min(length, _LONGEST_HEADER))
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


def _opened(header: dict[str, object], passphrase: str, path: Path) -> bytes:
    """The key, if the passphrase gives it."""
    try:
        kdf = header["kdf"]
        assert isinstance(kdf, dict)
        salt, check = base64.b64decode(kdf["salt"]), base64.b64decode(str(header["check"]))
        costs = int(kdf["passes"]), int(kdf["memory_kib"]), int(kdf["lanes"])
    except (AssertionError, ValueError, TypeError, KeyError) as error:
        raise BundleDamaged(path=path) from error
    if costs[0] > _MOST_PASSES or costs[1] > _MOST_MEMORY_KIB or not 1 <= costs[2] <= 16 or len(salt) < 8:
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
    """Tells a wrong passphrase from a damaged file."""
    return hmac.digest(key, _CHECK, "sha256")[:16]
