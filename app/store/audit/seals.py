"""Seals: the head of the audit chain, stored outside the table to detect truncation and rollback."""

import hmac
import json
import logging
import threading
import time
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from app.core.atomic_file import write_atomically
from app.store.audit.chain import Head, seal
from app.store.crypto.keys.os_keyring import Keyring
from app.store.crypto.keys.source import NoKeyError


class SealPlace(StrEnum):
    """Where a head may be sealed."""

    FILE = "file"
    KEYRING = "keyring"


class InvalidSealError(Exception):
    """A seal that was not written with the key."""


class HeadSeal(Protocol):
    """Stores one sealed head."""

    def read(self, key: bytes) -> Head | None:
        """Return the sealed head; None if there is none.

        Raises:
            InvalidSealError: It was not written with this key.
            OSError: It cannot be read.
        """
        ...

    def write(self, key: bytes, head: Head) -> None:
        """Replace the sealed head.

        Args:
            key: Of the chain, 32 bytes.
            head: To seal.

        Raises:
            OSError: It cannot be written.
        """
        ...


class FileSeal:
    """A seal in a file beside the database.

    Args:
        path: The file. Write access to it does not allow forging a head, but allows putting back an older version of
            both files.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: bytes) -> Head | None:
        """Return the sealed head."""
        try:
            text = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise InvalidSealError from error
        return decode_seal(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replace the file atomically, without waiting for the disk: after a power cut it may hold an older head."""
        write_atomically(self._path, encode_seal(key, head), durable=False)


def encode_seal(key: bytes, head: Head) -> str:
    """Return a sealed head as JSON.

    Args:
        key: Of the chain, 32 bytes.
        head: To seal.

    Returns:
        A JSON object with the keys `sequence` (a number), `mac` and `seal` (both hexadecimal); see `decode_seal`.
    """
    return json.dumps({"sequence": head.sequence, "mac": head.mac.hex(), "seal": seal(key, head).hex()})


def decode_seal(key: bytes, text: str) -> Head:
    """Parse a sealed head.

    Args:
        key: Of the chain, 32 bytes.
        text: From `encode_seal`.

    Returns:
        The head.

    Raises:
        InvalidSealError: It was not written with this key.
    """
    try:
        kept = json.loads(text)
        head = Head(int(kept["sequence"]), bytes.fromhex(kept["mac"]))
        is_valid = hmac.compare_digest(seal(key, head), bytes.fromhex(kept["seal"]))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise InvalidSealError from error
    if not is_valid:
        raise InvalidSealError
    return head


log = logging.getLogger(__name__)

_WRITE_INTERVAL_S = 10.0
_RETRY_S = 60.0
"""The pause after a keyring did not respond, in seconds."""


class KeyringSeal:
    """A seal in the operating system's keyring, under a name derived from the key, so that each chain has its own.

    Args:
        keyring: Of the session.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def read(self, key: bytes) -> Head | None:
        """Return the sealed head."""
        try:
            text = self._keyring.get(_entry_name(key))
        except NoKeyError as error:
            raise OSError(str(error)) from error
        return None if text is None else decode_seal(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replace the entry."""
        try:
            self._keyring.put(_entry_name(key), encode_seal(key, head))
        except NoKeyError as error:
            raise OSError(str(error)) from error


class DelayedSeal:
    """A slow seal that is read once and written every ten seconds and on closing.

    Thread-safe. A keyring that does not respond is logged, not raised: the file's seal remains.

    Args:
        seal: The slow seal.
        interval_s: Seconds between writes.
    """

    def __init__(self, seal: HeadSeal, interval_s: float = _WRITE_INTERVAL_S) -> None:
        self._seal = seal
        self._interval_s = interval_s
        self._lock = threading.Lock()
        self._is_read = False
        self._is_forged = False
        self._known: Head | None = None
        self._pending: Head | None = None
        self._next_s = 0.0

    @property
    def is_forged(self) -> bool:
        """Whether the stored seal was not written with the key."""
        return self._is_forged

    @property
    def known(self) -> Head | None:
        """The head that was last read or written; None if there was none."""
        return self._known

    def prepare(self, key: bytes) -> None:
        """Read the seal unless that was done. May be slow, so call it without holding a lock."""
        with self._lock:
            if not self._is_read and time.monotonic() >= self._next_s:
                self._read(key)

    def invalidate(self) -> None:
        """Read the seal again before the next change: another process may have written it."""
        with self._lock:
            self._is_read, self._next_s = False, time.monotonic() + self._interval_s

    def offer(self, key: bytes, head: Head, *, force: bool = False) -> None:
        """Seal a committed head, immediately or at the next interval.

        Args:
            key: Of the chain, 32 bytes.
            head: The newest head.
            force: Seal immediately, whatever is sealed now.
        """
        with self._lock:
            if not self._is_read and not force:
                return
            self._pending = head
            if force or time.monotonic() >= self._next_s:
                self._write(key, replaces=force)

    def flush(self, key: bytes) -> None:
        """Write the pending head, if any."""
        with self._lock:
            if self._pending is not None:
                self._write(key, replaces=False)

    def read(self, key: bytes) -> Head | None:
        """Return the sealed head, for verification; None if there is none or the keyring does not respond.

        Raises:
            InvalidSealError: It was not written with the key.
        """
        try:
            return self._seal.read(key)
        except OSError as error:
            log.warning("the sealed head of the audit log cannot be read: %s", error)
            return None

    def _read(self, key: bytes) -> None:
        try:
            self._known, self._is_forged, self._is_read = self._seal.read(key), False, True
        except InvalidSealError:
            self._known, self._is_forged, self._is_read = None, True, True
        except OSError as error:
            self._postpone(error)

    def _write(self, key: bytes, *, replaces: bool) -> None:
        """Write the pending head, unless another process has sealed a newer one."""
        assert self._pending is not None
        try:
            current = None if replaces else self._seal.read(key)
            if current is None or current.sequence < self._pending.sequence:
                self._seal.write(key, self._pending)
                current = self._pending
        except (OSError, InvalidSealError) as error:
            self._postpone(error)
            return
        self._known, self._is_forged, self._is_read, self._pending = current, False, True, None
        self._next_s = time.monotonic() + self._interval_s

    def _postpone(self, error: Exception) -> None:
        self._next_s = time.monotonic() + _RETRY_S
        log.warning("the head of the audit log could not be sealed in the system's keyring: %r", error)


def machine_keyring_seal() -> DelayedSeal | None:
    """Return the keyring seal of this machine; None if there is no usable keyring."""
    keyring = Keyring()
    return DelayedSeal(KeyringSeal(keyring)) if keyring.is_usable() else None


def _entry_name(key: bytes) -> str:
    return f"audit-head-{hmac.digest(key, b'facelatch audit head in a keyring 1', sha256).hex()[:16]}"
