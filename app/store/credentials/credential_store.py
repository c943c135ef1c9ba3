"""Secrets that people type, of which only the argon2id hash is kept (RFC 9106)."""

from typing import Generic, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from app.store.crypto.encrypted_columns import EncryptedColumn
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import PasswordRow, PinRow

_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$MTIzNDU2Nzg5MDEyMzQ1Ng$VpYYhWHCEuXWhw9h1bQMuDJYhD7bXjdBGNs1LBDmIH0"
"""Compared with where nothing is kept, so that the time taken does not tell."""


class SecretHasher:
    """With the library's defaults: those that RFC 9106 recommends for little memory (64 MiB, three passes)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, secret: str) -> str:
        """What is to be kept; different each time."""
        return self._hasher.hash(secret)

    def matches(self, hashed: str | None, secret: str) -> bool:
        """Whether this is the secret. Takes as long where there is none."""
        try:
            return self._hasher.verify(hashed or _NOBODYS, secret) and hashed is not None
        except VerifyMismatchError:
            return False


RowT = TypeVar("RowT", PinRow, PasswordRow)


class CredentialStore(Generic[RowT]):
    """The secrets of one table; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        mapped: The table.
        column: Of it, with the hash.
    """

    def __init__(self, database: Database, mapped: type[RowT], column: EncryptedColumn) -> None:
        self._database = database
        self._mapped: type[RowT] = mapped
        self._column = column
        self._hasher = SecretHasher()

    def hash(self, secret: str) -> str:
        """What is to be kept of a secret. Takes its time, so that no session should be open."""
        return self._hasher.hash(secret)

    def keep(self, session: Session, row: RowT, hashed: str) -> None:
        """Keep a row in place of the one there may be.

        Args:
            session: A writing one.
            row: With all but the hash.
            hashed: From `hash`.
        """
        self._column.encrypt_into(vault_of(session), row, hashed.encode())
        session.merge(row)

    def take(self, session: Session, key: str) -> RowT | None:
        """Take a row away, and say what it was; None where there is none."""
        row = session.get(self._mapped, key)
        if row is not None:
            session.delete(row)
        return row

    def has(self, key: str) -> bool:
        """Whether there is one."""
        with self._database.reading() as session:
            return session.get(self._mapped, key) is not None

    def matches(self, key: str, secret: str) -> bool:
        """Whether this is the secret. Takes as long where there is none.

        Raises:
            StoreTampered: What is kept was changed from outside.
        """
        with self._database.reading() as session:
            row = session.get(self._mapped, key)
            hashed = self._column.open_in(vault_of(session), row).decode() if row else None
        return self._hasher.matches(hashed, secret)
