"""In-memory keyrings and constant keys."""

import hashlib
import threading

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FakeKeyring(KeyringBackend):
    """In-memory keyring that can hang, be locked, or lose new passwords."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.answers = threading.Event()
        self.answers.set()
        self.is_locked = False
        self.loses = False

    def _answer(self) -> None:
        self.answers.wait(10)
        if self.is_locked:
            raise KeyringLocked("hunter2 is not the password")

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        if not self.loses:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class ConstantKeys:
    """Deterministic keys derived from the purpose alone; for tests only."""

    def derive(self, purpose: str) -> bytes:
        return hashlib.sha256(purpose.encode()).digest()
