"""The keys of a database as they lie in it, for a copy from before it had any: one set of keys opens both then."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, column, insert, table

from app.store.failures import translating_errors
from app.store.keys.holder import open_vault
from app.store.keys.sources import KeySources
from app.store.vault import Vault

_TABLES = ("vault", "key_wraps", "data_keys", "rotations")
_BUSY_S = 5.0

_Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """The rows of the tables with the keys, each sealed by the one above it.

    Attributes:
        rows: By table.
    """

    rows: Mapping[str, _Rows] = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Those of a database, which may be in use; None where it has none yet.

        Raises:
            StoreError: It cannot be read.
        """
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with translating_errors(path), closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
            connection.execute("BEGIN")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vault'").fetchone():
                return None
            return cls({name: _rows(connection, name) for name in _TABLES})

    @property
    def store_id(self) -> str:
        """Of their database."""
        return str(self.rows["vault"][0]["store_id"])

    def open_in(self, connection: Connection, sources: KeySources) -> Vault:
        """Give them to a database that has none, and open its vault.

        Args:
            connection: In a transaction, with the tables of the keys there and empty.
            sources: Where the key comes from.

        Raises:
            NoKeyError: It does not come from there.
        """
        for name, rows in self.rows.items():
            # Columns without a type: what the driver gives is what it takes, dates too.
            connection.execute(insert(table(name, *map(column, rows[0]))), list(rows))
        return open_vault(connection, sources)


def _rows(connection: sqlite3.Connection, name: str) -> _Rows:
    found = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name from above
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]
