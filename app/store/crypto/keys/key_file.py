"""The key file source: a key in a file that only its owner can read."""

import base64
import binascii
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from app.store.crypto.keys.source import KEY_BYTES, KeySourceKind, NoKeyError, Parameters

_HEADER = "facelatch key file 1"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileSource:
    """Key files in one directory, named after their database.

    Args:
        directory: Created when needed, with mode 0700. Not the directory of the database.
    """

    kind = KeySourceKind.KEY_FILE

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def is_usable(self) -> bool:
        """Return True: whether the directory is writable is only known on writing."""
        return True

    def create(self, store_id: str) -> tuple[bytes, Parameters]:
        """Write a new key file."""
        key = secrets.token_bytes(KEY_BYTES)
        parameters: Parameters = {"name": f"{store_id}-{secrets.token_hex(4)}.key"}
        path = self.path_of(parameters)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, f"{_HEADER}\n{base64.b64encode(key).decode()}\n", os.O_CREAT | os.O_EXCL)
        except OSError as error:
            raise NoKeyError(f"{path} cannot be written: {error.strerror}") from error
        return key, parameters

    def fetch(self, parameters: Parameters) -> bytes:
        """Read a key. A file that other users can read is refused."""
        path = self.path_of(parameters)
        try:
            with path.open(encoding="ascii") as file:
                _require_private(path, os.fstat(file.fileno()))
                header, text = file.read(1000).splitlines()
        except OSError as error:
            raise NoKeyError(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise NoKeyError(f"{path} is not a key file") from error
        return _decoded(path, header, text)

    def forget(self, parameters: Parameters) -> None:
        """Overwrite the file with zeros and delete it."""
        path = self.path_of(parameters)
        try:
            with suppress(FileNotFoundError):
                _write(path, "\0" * path.stat().st_size, 0)
                path.unlink()
        except OSError as error:
            raise NoKeyError(f"{path} cannot be removed: {error.strerror}") from error

    def path_of(self, parameters: Parameters) -> Path:
        """Return the path of a key file."""
        return self._directory / Path(str(parameters.get("name", "none"))).name


def _write(path: Path, text: str, flags: int) -> None:
    handle = os.open(path, os.O_WRONLY | flags, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _require_private(path: Path, status: os.stat_result) -> None:
    if os.name == "nt":
        return  # the access control list inherited from the directory applies
    if status.st_uid not in {os.geteuid(), 0}:
        raise NoKeyError(f"{path} belongs to another user")
    if status.st_mode & _OTHERS:
        raise NoKeyError(f"{path} can be read by others; make it your own with: chmod 600")


def _decoded(path: Path, header: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if header != _HEADER or len(key) != KEY_BYTES:
        raise NoKeyError(f"{path} is not a key file")
    return key
