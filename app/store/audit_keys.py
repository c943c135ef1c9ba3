"""Where keys come from."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.store.failures import translating_errors, unusable

_BYTES = 32


class Keys(Protocol):
    """Gives keys that are independent of one another: whoever learns one learns nothing of the others."""

    def derive(self, label: str) -> bytes:
        """The key of that label, of 32 bytes; the same each time.

        Raises:
            StoreError: The secret that it comes from cannot be read.
        """
        ...


class KeyFile:
    """A secret in a file of its own (0600), made when it is first asked for.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret: bytes | None = None

    def derive(self, label: str) -> bytes:
        """HKDF-SHA256 (RFC 5869) of the secret, with the label as its info."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        if self._secret is None:
            with translating_errors(self._path):
                self._secret = self._read_or_make()
        return HKDF(SHA256(), _BYTES, salt=None, info=label.encode()).derive(self._secret)

    def _read_or_make(self) -> bytes:
        if not self._path.exists():
            self._make()
        secret = self._path.read_bytes()
        if len(secret) != _BYTES:
            raise unusable(self._path, "not a key file")
        return secret

    def _make(self) -> None:
        """Whole or not at all, and the first of several processes wins."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(part, self._path)
        finally:
            part.unlink(missing_ok=True)
