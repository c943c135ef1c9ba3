"""The head of the audit chain, kept outside the table: cutting off its end, or rolling the file back, shows by it."""

import hmac
import json
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.store.chain import Head, seal


class SealPlace(StrEnum):
    """Where a head may be kept."""

    FILE = "file"
    KEYRING = "keyring"


class SealBroken(Exception):
    """What is kept was not written with the key."""


class HeadSeal(Protocol):
    """Keeps one head."""

    def read(self, key: bytes) -> Head | None:
        """The head that was kept last; None where there is none.

        Raises:
            SealBroken: It was not written with this key.
            OSError: It cannot be read.
        """
        ...

    def write(self, key: bytes, head: Head) -> None:
        """Keep another one in its place.

        Raises:
            OSError: It cannot be written.
        """
        ...


class FileSeal:
    """The head in a file beside the database.

    Args:
        path: The file. Whoever can write it cannot forge a head, but can put back an older file of both.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: bytes) -> Head | None:
        """As it was written last."""
        try:
            text = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise SealBroken from error
        return unsealed(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replaced as a whole. Not waited for: after a power cut an older head may be there, never half a one."""
        part = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(sealed(key, head))
            part.replace(self._path)
        finally:
            part.unlink(missing_ok=True)


def sealed(key: bytes, head: Head) -> str:
    """A head as text that only the key makes."""
    return json.dumps({"sequence": head.sequence, "mac": head.mac.hex(), "seal": seal(key, head).hex()})


def unsealed(key: bytes, text: str) -> Head:
    """The head in such a text.

    Raises:
        SealBroken: It was not made with this key.
    """
    try:
        kept = json.loads(text)
        head = Head(int(kept["sequence"]), bytes.fromhex(kept["mac"]))
        right = hmac.compare_digest(seal(key, head), bytes.fromhex(kept["seal"]))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise SealBroken from error
    if not right:
        raise SealBroken
    return head
