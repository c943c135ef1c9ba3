"""The credential store: encrypted argon2id hashes of PINs and passwords (RFC 9106)."""

from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.orm import Session

from app.store.crypto.encrypted_columns import EncryptedColumn
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import PasswordRow, PinRow

if TYPE_CHECKING:
    from argon2 import PasswordHasher

DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$MTIzNDU2Nzg5MDEyMzQ1Ng$VpYYhWHCEuXWhw9h1bQMuDJYhD7bXjdBGNs1LBDmIH0"
"""Verified where no hash is stored, so that the response time does not reveal that."""


class SecretHasher:
    """Argon2id with the library's defaults, the second recommended option of RFC 9106 (64 MiB, three passes)."""

    def hash(self, secret: str) -> str:
        """Return a new salted hash."""
        return self._hasher.hash(secret)

    def matches(self, hashed: str | None, secret: str) -> bool:
        """Return whether a secret has a hash, in constant time whether or not there is one.

        Args:
            hashed: From `hash`; None if none is stored.
            secret: The candidate.
        """
        from argon2.exceptions import VerifyMismatchError

        try:
            return self._hasher.verify(hashed or DUMMY_HASH, secret) and hashed is not None
        except VerifyMismatchError:
            return False

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher()


RowT = TypeVar("RowT", PinRow, PasswordRow)


class CredentialStore(Generic[RowT]):
    """The credentials of one table. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        mapped: The table.
        column: Its column with the hash.
    """

    def __init__(self, database: Database, mapped: type[RowT], column: EncryptedColumn) -> None:
        self._database = database
        self._mapped: type[RowT] = mapped
        self._column = column
        self._hasher = SecretHasher()

    def hash(self, secret: str) -> str:
        """Return a new hash. This is slow, so call it outside a session."""
        return self._hasher.hash(secret)

    def replace(self, session: Session, row: RowT, hashed: str) -> None:
        """Store a credential, replacing any previous one.

        Args:
            session: A writing one.
            row: Complete except for the hash.
            hashed: From `hash`.
        """
        self._column.encrypt_into(vault_of(session), row, hashed.encode())
        session.merge(row)

    def delete(self, session: Session, key: str) -> RowT | None:
        """Delete a credential.

        Args:
            session: A writing one.
            key: The primary key.

        Returns:
            The deleted row; None if there was none.
        """
        row = session.get(self._mapped, key)
        if row is not None:
            session.delete(row)
        return row

    def has(self, key: str) -> bool:
        """Return whether a credential exists."""
        with self._database.reading() as session:
            return session.get(self._mapped, key) is not None

    def matches(self, key: str, secret: str) -> bool:
        """Return whether a secret matches, in constant time whether or not a credential exists.

        Args:
            key: The primary key.
            secret: The candidate.

        Raises:
            StoreTampered: The stored hash was changed from outside.
        """
        with self._database.reading() as session:
            row = session.get(self._mapped, key)
            hashed = self._column.decrypt_from(vault_of(session), row).decode() if row else None
        return self._hasher.matches(hashed, secret)
