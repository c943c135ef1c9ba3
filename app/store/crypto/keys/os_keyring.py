"""The operating system's keyring, which opens with the user's session, and a key in it."""

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
_PATIENCE_S = 5.0
"""A keyring that is locked may ask its user; one that nobody sees must not hold the program up."""

_LEAST_PRIORITY = 1.0
"""Backends below keep secrets in plain files, or not at all (documentation of keyring)."""

T = TypeVar("T")


class Keyring:
    """Texts under names, in the keyring of the session.

    Args:
        patience_s: How long to wait for it, in seconds.
    """

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s

    def is_usable(self) -> bool:
        """Whether there is one that keeps secrets, and a screen on which it could ask."""
        with suppress(NoKeyError):
            return _has_screen() and self._ask(_has_backend)
        return False

    def put(self, name: str, text: str) -> None:
        """Keep a text in place of the one there may be.

        Raises:
            NoKeyError: It does not answer.
        """
        import keyring

        self._ask(lambda: keyring.set_password(_SERVICE, name, text))

    def get(self, name: str) -> str | None:
        """The text of that name; None where there is none.

        Raises:
            NoKeyError: It does not answer.
        """
        import keyring

        return self._ask(lambda: keyring.get_password(_SERVICE, name))

    def remove(self, name: str) -> None:
        """Take a text away, where there is one.

        Raises:
            NoKeyError: There is none, or it does not answer.
        """
        import keyring

        self._ask(lambda: keyring.delete_password(_SERVICE, name))

    def _ask(self, question: Callable[[], T]) -> T:
        """Ask in a thread of its own, since a keyring without its user may never answer."""
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
        thread.join(self._patience_s)
        if answers:
            return answers[0]
        raise NoKeyError(f"the system's keyring does not answer{f' ({problems[0]})' if problems else ''}")


class KeyringSource:
    """A key in the keyring of the session.

    Args:
        patience_s: How long to wait for it, in seconds.
    """

    kind = KeySourceKind.KEYRING

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._keyring = Keyring(patience_s)

    def is_usable(self) -> bool:
        """Whether there is one that keeps secrets, and a screen on which it could ask."""
        return self._keyring.is_usable()

    def create(self, store_id: str) -> tuple[bytes, Parameters]:
        """Put a new key in, and make sure that it is there."""
        key, name = secrets.token_bytes(KEY_BYTES), f"{store_id}-{secrets.token_hex(4)}"
        self._keyring.put(name, base64.b64encode(key).decode())
        if self.fetch({"name": name}) != key:
            raise NoKeyError("the system's keyring does not keep what it is given")
        return key, {"name": name}

    def fetch(self, parameters: Parameters) -> bytes:
        """Take the key out."""
        text = self._keyring.get(str(parameters.get("name")))
        if text is None:
            raise NoKeyError("the system's keyring has no key for this database")
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise NoKeyError("the system's keyring has something else in place of the key") from error

    def forget(self, parameters: Parameters) -> None:
        """Take the key away."""
        with suppress(NoKeyError):
            self._keyring.remove(str(parameters.get("name")))


def _has_backend() -> bool:
    import keyring

    return float(keyring.get_keyring().priority) >= _LEAST_PRIORITY


def _has_screen() -> bool:
    """Where there is none, nobody could open a locked keyring."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
