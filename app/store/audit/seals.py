"""The head of the audit chain, kept outside the table: cutting off its end, or rolling the file back, shows by it."""

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
    """Where a head may be kept."""

    FILE = "file"
    KEYRING = "keyring"


class InvalidSealError(Exception):
    """What is kept was not written with the key."""


class HeadSeal(Protocol):
    """Keeps one head."""

    def read(self, key: bytes) -> Head | None:
        """The head that was kept last; None where there is none.

        Raises:
            InvalidSealError: It was not written with this key.
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
            raise InvalidSealError from error
        return decode_seal(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replaced as a whole. Not waited for: after a power cut an older head may be there, never half a one."""
        write_atomically(self._path, encode_seal(key, head), durable=False)


def encode_seal(key: bytes, head: Head) -> str:
    """A head as text that only the key makes."""
    return json.dumps({"sequence": head.sequence, "mac": head.mac.hex(), "seal": seal(key, head).hex()})


def decode_seal(key: bytes, text: str) -> Head:
    """The head in such a text.

    Raises:
        InvalidSealError: It was not made with this key.
    """
    try:
        kept = json.loads(text)
        head = Head(int(kept["sequence"]), bytes.fromhex(kept["mac"]))
        right = hmac.compare_digest(seal(key, head), bytes.fromhex(kept["seal"]))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise InvalidSealError from error
    if not right:
        raise InvalidSealError
    return head


log = logging.getLogger(__name__)

_PACE_S = 10.0
_RETRY_S = 60.0
"""A keyring that does not answer is left alone for so long."""


class KeyringSeal:
    """The head under a name that is made from the key, so that each chain has its own.

    Args:
        keyring: Of the session.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def read(self, key: bytes) -> Head | None:
        """As it was written last."""
        try:
            text = self._keyring.get(_name(key))
        except NoKeyError as error:
            raise OSError(str(error)) from error
        return None if text is None else decode_seal(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replaced as a whole."""
        try:
            self._keyring.put(_name(key), encode_seal(key, head))
        except NoKeyError as error:
            raise OSError(str(error)) from error


class DelayedSeal:
    """A seal that takes its time: read once, written every ten seconds and in the end, so that it lags by as much.

    Usable from every thread at once. Nothing here raises: where the keyring does not answer, the file's seal is what
    there is, and the log says so.

    Args:
        seal: The slow one.
        pace_s: Seconds from one writing to the next.
    """

    def __init__(self, seal: HeadSeal, pace_s: float = _PACE_S) -> None:
        self._seal = seal
        self._pace_s = pace_s
        self._lock = threading.Lock()
        self._is_read = False
        self._is_forged = False
        self._known: Head | None = None
        self._waiting: Head | None = None
        self._next_s = 0.0

    @property
    def is_forged(self) -> bool:
        """Whether what is there was not written with the key."""
        return self._is_forged

    @property
    def known(self) -> Head | None:
        """What it held when it was last looked at; None where that was nothing."""
        return self._known

    def prepare(self, key: bytes) -> None:
        """Look at it, unless that was done. May take its time, so that nobody may hold a lock."""
        with self._lock:
            if not self._is_read and time.monotonic() >= self._next_s:
                self._look(key)

    def invalidate(self) -> None:
        """Have it looked at when the next change is made: another process may have written to it."""
        with self._lock:
            self._is_read, self._next_s = False, time.monotonic() + self._pace_s

    def offer(self, key: bytes, head: Head, *, at_once: bool = False) -> None:
        """Keep a head that has been committed, now or in a while.

        Args:
            key: Of the chain.
            head: The newest.
            at_once: Now, whatever it holds.
        """
        with self._lock:
            if not self._is_read and not at_once:
                return
            self._waiting = head
            if at_once or time.monotonic() >= self._next_s:
                self._write(key, replaces=at_once)

    def flush(self, key: bytes) -> None:
        """Write what waits."""
        with self._lock:
            if self._waiting is not None:
                self._write(key, replaces=False)

    def read(self, key: bytes) -> Head | None:
        """What it holds at this moment, for whoever verifies; None where that is nothing, or it does not answer.

        Raises:
            InvalidSealError: It was not written with the key.
        """
        try:
            return self._seal.read(key)
        except OSError as error:
            log.warning("the head of the audit trail cannot be read: %s", error)
            return None

    def _look(self, key: bytes) -> None:
        try:
            self._known, self._is_forged, self._is_read = self._seal.read(key), False, True
        except InvalidSealError:
            self._known, self._is_forged, self._is_read = None, True, True
        except OSError as error:
            self._put_off(error)

    def _write(self, key: bytes, *, replaces: bool) -> None:
        """Another process may have written a newer one meanwhile: that stays."""
        assert self._waiting is not None
        try:
            there = None if replaces else self._seal.read(key)
            if there is None or there.sequence < self._waiting.sequence:
                self._seal.write(key, self._waiting)
                there = self._waiting
        except (OSError, InvalidSealError) as error:
            self._put_off(error)
            return
        self._known, self._is_forged, self._is_read, self._waiting = there, False, True, None
        self._next_s = time.monotonic() + self._pace_s

    def _put_off(self, error: Exception) -> None:
        self._next_s = time.monotonic() + _RETRY_S
        log.warning("the head of the audit trail is not sealed in the system's keyring: %r", error)


def machine_keyring_seal() -> DelayedSeal | None:
    """The keyring's, where there is one that may be used."""
    keyring = Keyring()
    return DelayedSeal(KeyringSeal(keyring)) if keyring.is_usable() else None


def _name(key: bytes) -> str:
    return f"audit-head-{hmac.digest(key, b'facelatch audit head in a keyring 1', sha256).hex()[:16]}"
