"""The head of the audit chain in the operating system's keyring, where whoever has the files cannot put it back."""

import hmac
import logging
import threading
import time
from hashlib import sha256

from app.store.chain import Head
from app.store.keys.os_keyring import Keyring
from app.store.keys.source import NoKeyError
from app.store.seals import HeadSeal, SealBroken, sealed, unsealed

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
        return None if text is None else unsealed(key, text)

    def write(self, key: bytes, head: Head) -> None:
        """Replaced as a whole."""
        try:
            self._keyring.put(_name(key), sealed(key, head))
        except NoKeyError as error:
            raise OSError(str(error)) from error


class LaggingSeal:
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

    def look_again(self) -> None:
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
            SealBroken: It was not written with the key.
        """
        try:
            return self._seal.read(key)
        except OSError as error:
            log.warning("the head of the audit trail cannot be read: %s", error)
            return None

    def _look(self, key: bytes) -> None:
        try:
            self._known, self._is_forged, self._is_read = self._seal.read(key), False, True
        except SealBroken:
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
        except (OSError, SealBroken) as error:
            self._put_off(error)
            return
        self._known, self._is_forged, self._is_read, self._waiting = there, False, True, None
        self._next_s = time.monotonic() + self._pace_s

    def _put_off(self, error: Exception) -> None:
        self._next_s = time.monotonic() + _RETRY_S
        log.warning("the head of the audit trail is not sealed in the system's keyring: %r", error)


def seal_of_this_machine() -> LaggingSeal | None:
    """The keyring's, where there is one that may be used."""
    keyring = Keyring()
    return LaggingSeal(KeyringSeal(keyring)) if keyring.is_usable() else None


def _name(key: bytes) -> str:
    return f"audit-head-{hmac.digest(key, b'facelatch audit head in a keyring 1', sha256).hex()[:16]}"
