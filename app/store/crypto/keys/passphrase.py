"""A key made of a passphrase (argon2id, RFC 9106)."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from app.store.crypto.keys.source import KEY_BYTES, KeySourceKind, NoKeyError, Parameters

_SALT_BYTES = 16
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
"""The second choice that RFC 9106 recommends, for machines with little memory."""

_MOST_MEMORY_KIB = 1024 * 1024
_CREDENTIAL = "facelatch-passphrase"
_LONGEST = 10_000


class PassphraseProvider:
    """Where the passphrase of this process comes from: whoever has typed it, a file, or somebody who is asked once.

    Args:
        ask: Asks somebody where nothing else gives it; may return None. By default nobody is asked.
    """

    def __init__(self, ask: Callable[[], str | None] = lambda: None) -> None:
        self._ask = ask
        self._typed: str | None = None

    def __repr__(self) -> str:
        return "Passphrases()"

    def give(self, typed: str) -> None:
        """Use what somebody has typed, until the process ends."""
        self._typed = typed

    def read(self) -> str | None:
        """The passphrase; None where there is none.

        Raises:
            NoKeyError: The file that should hold it cannot be read.
        """
        if self._typed is None:
            given = passphrase_in_file()
            if given is not None:
                return given
            self._typed = self._ask()
        return self._typed


class PassphraseSource:
    """A key that nothing keeps.

    Args:
        read: Gives the passphrase, or None where there is none; may ask somebody.
        is_given: Whether there is one without anybody being asked.
    """

    kind = KeySourceKind.PASSPHRASE

    def __init__(self, read: Callable[[], str | None], is_given: Callable[[], bool]) -> None:
        self._read = read
        self._is_given = is_given

    @classmethod
    def typed(cls, passphrase: str) -> "PassphraseSource":
        """The source of one that somebody has just typed."""
        return cls(lambda: passphrase, lambda: True)

    def is_usable(self) -> bool:
        """Whether a passphrase is given."""
        return self._is_given()

    def create(self, store_id: str) -> tuple[bytes, Parameters]:  # noqa: ARG002 - the port's
        """Make a key with a new salt."""
        salt = base64.b64encode(secrets.token_bytes(_SALT_BYTES)).decode()
        parameters: Parameters = {"salt": salt, "passes": _PASSES, "memory_kib": _MEMORY_KIB, "lanes": _LANES}
        return self._key(parameters), parameters

    def fetch(self, parameters: Parameters) -> bytes:
        """Make the key again."""
        return self._key(parameters)

    def forget(self, parameters: Parameters) -> None:
        """Nothing is kept."""

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
                memory_cost=min(int(parameters["memory_kib"]), _MOST_MEMORY_KIB),
                parallelism=int(parameters["lanes"]),
                hash_len=KEY_BYTES,
                type=Type.ID,
            )
        except (KeyError, ValueError, HashingError) as error:
            raise NoKeyError("what the database says of the passphrase cannot be used") from error


def passphrase_file() -> Path | None:
    """The file that holds the passphrase: `FACELATCH_PASSPHRASE_FILE`, or systemd's credential; None for neither."""
    named = os.environ.get("FACELATCH_PASSPHRASE_FILE")
    if named:
        return Path(named)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    given = Path(credentials) / _CREDENTIAL if credentials else None
    return given if given is not None and given.is_file() else None


def passphrase_in_file() -> str | None:
    """What stands in that file, without the end of the line.

    Raises:
        NoKeyError: It cannot be read.
    """
    path = passphrase_file()
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LONGEST).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise NoKeyError(f"{path} cannot be read") from error
