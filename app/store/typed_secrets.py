"""Secrets that people type, each in a row of its own, of which only the argon2id hash is kept, and that sealed."""

from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from app.store.database import Database
from app.store.hashing import SecretHasher
from app.store.sealed_columns import SealedColumn
from app.store.tables import PasswordRow, PinRow
from app.store.vault import vault_of

RowT = TypeVar("RowT", PinRow, PasswordRow)


class TypedSecrets(Generic[RowT]):
    """The secrets of one table; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        mapped: The table.
        column: Of it, with the hash.
    """

    def __init__(self, database: Database, mapped: type[RowT], column: SealedColumn) -> None:
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
        self._column.seal_in(vault_of(session), row, hashed.encode())
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
