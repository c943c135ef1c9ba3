"""The keyring source: a key in the keyring of the operating system, which the login session unlocks."""

import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from app.store.crypto.keys.source import KEY_BYTES, KeySourceKind, NoKeyError, Parameters

_SERVICE = "facelatch"
_TIMEOUT_S = 5.0
"""A locked keyring may prompt its user; a prompt that remains unanswered must not block the program."""

_MIN_PRIORITY = 1.0
"""Backends with a lower priority store secrets in plain files or not at all (keyring documentation)."""

T = TypeVar("T")


class Keyring:
    """Named texts in the keyring of the session. Not responding within the timeout counts as a failure.

    Args:
        timeout_s: How long to wait for an answer, in seconds.
    """

    def __init__(self, timeout_s: float = _TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    def is_usable(self) -> bool:
        """Return whether a backend stores secrets, and a display exists on which it can prompt."""
        with suppress(NoKeyError):
            return _has_display() and self._call(_has_backend)
        return False

    def put(self, name: str, text: str) -> None:
        """Store a text, replacing any previous one.

        Args:
            name: Of the entry.
            text: To store.

        Raises:
            NoKeyError: The keyring does not respond.
        """
        import keyring

        self._call(lambda: keyring.set_password(_SERVICE, name, text))

    def get(self, name: str) -> str | None:
        """Return the text of a name; None if there is none.

        Raises:
            NoKeyError: The keyring does not respond.
        """
        import keyring

        return self._call(lambda: keyring.get_password(_SERVICE, name))

    def remove(self, name: str) -> None:
        """Delete a text.

        Raises:
            NoKeyError: There is none, or the keyring does not respond.
        """
        import keyring

        self._call(lambda: keyring.delete_password(_SERVICE, name))

    def _call(self, question: Callable[[], T]) -> T:
        """Ask in a separate thread, since a keyring that prompts an absent user never returns."""
        from keyring.errors import KeyringError

        answers: list[T] = []
        problems: list[str] = []

        def ask() -> None:
            try:
                answers.append(question())
            except (KeyringError, OSError, RuntimeError) as error:
                problems.append(type(error).__name__)

        thread = threading.Thread(target=ask, name="keyring", daemon=True)
        thread.start()
        thread.join(self._timeout_s)
        if answers:
            return answers[0]
        raise NoKeyError(f"the system's keyring does not respond{f' ({problems[0]})' if problems else ''}")


class KeyringSource:
    """A key source that stores keys in the keyring of the session.

    Args:
        timeout_s: How long to wait for an answer, in seconds.
    """

    kind = KeySourceKind.KEYRING

    def __init__(self, timeout_s: float = _TIMEOUT_S) -> None:
        self._keyring = Keyring(timeout_s)

    def is_usable(self) -> bool:
        """Return whether a backend stores secrets, and a display exists on which it can prompt."""
        return self._keyring.is_usable()

    def create(self, store_id: str) -> tuple[bytes, Parameters]:
        """Store a new key, and read it back to check that it is stored."""
        key, name = secrets.token_bytes(KEY_BYTES), f"{store_id}-{secrets.token_hex(4)}"
        self._keyring.put(name, base64.b64encode(key).decode())
        if self.fetch({"name": name}) != key:
            raise NoKeyError("the system's keyring does not store what it is given")
        return key, {"name": name}

    def fetch(self, parameters: Parameters) -> bytes:
        """Return the stored key."""
        text = self._keyring.get(str(parameters.get("name")))
        if text is None:
            raise NoKeyError("the system's keyring has no key for this database")
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise NoKeyError("the entry in the system's keyring is not a key") from error

    def forget(self, parameters: Parameters) -> None:
        """Delete the key; a failure is ignored."""
        with suppress(NoKeyError):
            self._keyring.remove(str(parameters.get("name")))


def _has_backend() -> bool:
    import keyring

    return float(keyring.get_keyring().priority) >= _MIN_PRIORITY


def _has_display() -> bool:
    """Return whether a locked keyring could prompt its user."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
