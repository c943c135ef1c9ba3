"""The port through which a key is fetched that opens the master key."""

from collections.abc import Mapping
from typing import Protocol

from app.core.credentials import KeySourceKind

__all__ = ["KEY_BYTES", "KeySource", "KeySourceKind", "NoKeyError", "Parameters"]

KEY_BYTES = 32

Parameters = Mapping[str, str | int]


class NoKeyError(Exception):
    """A source does not give the key. The text says why, in English, and nothing secret."""


class KeySource(Protocol):
    """Keeps a key outside the database, or makes it from what somebody knows."""

    kind: KeySourceKind

    def is_usable(self) -> bool:
        """Whether a new key could be kept here. Takes a few seconds at most, and asks nobody."""
        ...

    def create(self, store_id: str) -> tuple[bytes, Parameters]:
        """Make another key for a database, beside those there are, and keep what is needed to have it again.

        Args:
            store_id: Of the database.

        Returns:
            The key, of 32 bytes, and what is to be kept in the database to have it again: nothing secret.

        Raises:
            NoKeyError: It cannot be kept.
        """
        ...

    def fetch(self, parameters: Parameters) -> bytes:
        """The key again.

        Args:
            parameters: As they were kept.

        Raises:
            NoKeyError: It is not to be had.
        """
        ...

    def forget(self, parameters: Parameters) -> None:
        """Keep that key no more.

        Raises:
            NoKeyError: It cannot be taken away.
        """
        ...
