"""The passphrase source: a key derived from a passphrase (argon2id, RFC 9106)."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from app.store.crypto.keys.source import KEY_BYTES, KeySourceKind, NoKeyError, Parameters

_SALT_BYTES = 16
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
"""The second recommended option of RFC 9106, section 4, for memory-constrained machines."""

_MAX_MEMORY_KIB = 1024 * 1024
_CREDENTIAL = "facelatch-passphrase"
_MAX_FILE_CHARS = 10_000


class PassphraseProvider:
    """Gives the passphrase of this process: one that was typed, one from a file, or one that is prompted for once.

    Args:
        ask: Prompts for the passphrase if nothing else gives it; may return None. By default there is no prompt.
    """

    def __init__(self, ask: Callable[[], str | None] = lambda: None) -> None:
        self._ask = ask
        self._typed: str | None = None

    def __repr__(self) -> str:
        return "Passphrases()"

    def give(self, typed: str) -> None:
        """Use a typed passphrase until the process ends."""
        self._typed = typed

    def read(self) -> str | None:
        """Return the passphrase; None if there is none.

        Raises:
            NoKeyError: The passphrase file cannot be read.
        """
        if self._typed is None:
            given = passphrase_in_file()
            if given is not None:
                return given
            self._typed = self._ask()
        return self._typed


class PassphraseSource:
    """A key source that stores nothing: the key is derived from the passphrase each time.

    Args:
        read: Returns the passphrase, or None if there is none; may prompt.
        is_given: Returns whether a passphrase is available without a prompt.
    """

    kind = KeySourceKind.PASSPHRASE

    def __init__(self, read: Callable[[], str | None], is_given: Callable[[], bool]) -> None:
        self._read = read
        self._is_given = is_given

    @classmethod
    def typed(cls, passphrase: str) -> "PassphraseSource":
        """Return a source for a passphrase that was just typed."""
        return cls(lambda: passphrase, lambda: True)

    def is_usable(self) -> bool:
        """Return whether a passphrase is available without a prompt."""
        return self._is_given()

    def create(self, store_id: str) -> tuple[bytes, Parameters]:  # noqa: ARG002 - required by the port
        """Derive a key with a new salt."""
        salt = base64.b64encode(secrets.token_bytes(_SALT_BYTES)).decode()
        parameters: Parameters = {"salt": salt, "passes": _PASSES, "memory_kib": _MEMORY_KIB, "lanes": _LANES}
        return self._key(parameters), parameters

    def fetch(self, parameters: Parameters) -> bytes:
        """Derive the key from the stored parameters."""
        return self._key(parameters)

    def forget(self, parameters: Parameters) -> None:
        """Do nothing: no key is stored."""

    def _key(self, parameters: Parameters) -> bytes:
        from argon2.exceptions import HashingError
        from argon2.low_level import Type, hash_secret_raw

        passphrase = self._read()
        if not passphrase:
            raise NoKeyError("no passphrase was given")
        try:
            return hash_secret_raw(
                passphrase.encode(),
                base64.b64decode(str(parameters["salt"])),
                time_cost=int(parameters["passes"]),
                memory_cost=min(int(parameters["memory_kib"]), _MAX_MEMORY_KIB),
                parallelism=int(parameters["lanes"]),
                hash_len=KEY_BYTES,
                type=Type.ID,
            )
        except (KeyError, ValueError, HashingError) as error:
            raise NoKeyError("the parameters of the passphrase in the database are invalid") from error


def passphrase_file() -> Path | None:
    """Return the passphrase file: `FACELATCH_PASSPHRASE_FILE` or the systemd credential; None if neither is set."""
    named = os.environ.get("FACELATCH_PASSPHRASE_FILE")
    if named:
        return Path(named)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    given = Path(credentials) / _CREDENTIAL if credentials else None
    return given if given is not None and given.is_file() else None


def passphrase_in_file() -> str | None:
    """Return the content of the passphrase file without line ends; None if there is no file.

    Raises:
        NoKeyError: The file cannot be read.
    """
    path = passphrase_file()
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_MAX_FILE_CHARS).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise NoKeyError(f"{path} cannot be read") from error
