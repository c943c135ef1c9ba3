"""The port of a key source, whose key unwraps the master key."""

from collections.abc import Mapping
from typing import Protocol

from app.core.credentials import KeySourceKind

__all__ = ["KEY_BYTES", "KeySource", "KeySourceKind", "NoKeyError", "Parameters"]

KEY_BYTES = 32

Parameters = Mapping[str, str | int]


class NoKeyError(Exception):
    """A source does not give its key. The message says why, in English, without secrets."""


class KeySource(Protocol):
    """Stores a key outside the database, or derives it from a secret that a person knows."""

    kind: KeySourceKind

    def is_usable(self) -> bool:
        """Return whether the source can hold a new key. Takes a few seconds at most, and does not prompt."""
        ...

    def create(self, store_id: str) -> tuple[bytes, Parameters]:
        """Create an additional key for a database.

        Args:
            store_id: The id of the database.

        Returns:
            The key (32 bytes), and the parameters to store in the database for `fetch`: nothing secret.

        Raises:
            NoKeyError: The key cannot be stored.
        """
        ...

    def fetch(self, parameters: Parameters) -> bytes:
        """Return a key that was created before.

        Args:
            parameters: From `create`.

        Raises:
            NoKeyError: The key is not available.
        """
        ...

    def forget(self, parameters: Parameters) -> None:
        """Delete a key.

        Args:
            parameters: From `create`.

        Raises:
            NoKeyError: The key cannot be deleted.
        """
        ...
