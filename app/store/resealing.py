"""Seals a copy of another installation's database with the keys of the one whose place it takes."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, select

from app.store.database import Database
from app.store.keys.inheriting import StoredKeys
from app.store.keys.sources import KeySources
from app.store.names import name_key
from app.store.rekeying import rows_of
from app.store.sealed_columns import (
    ANCHOR_VECTOR,
    GROUP_NAME,
    PERSONAL,
    SEALED,
    TEMPLATE_VECTOR,
    Personal,
    SealedColumn,
    group_index,
)
from app.store.sealed_vectors import open_vector, seal_vector
from app.store.tables import Base, DataKeyRow, KeyWrapRow, RotationRow, VaultRow
from app.store.vault import Vault, vault_of

_AT_ONCE = 500

_Reseal = Callable[[SealedColumn, Any, Vault, Vault], None]


def reseal(copy: Database, stored: StoredKeys, sources: KeySources) -> None:
    """Give a copy the keys of another database, and seal all with them, in one transaction.

    Args:
        copy: Open, for nothing else: it has to be closed, and opened anew, before anything is asked of it.
        stored: The keys. Those of the same database are left as they are in the copy.
        sources: Where the key comes from that opens them.

    Raises:
        NoKeyError: It does not come from there.
        StoreError: The copy cannot be written, or holds what does not open.
    """
    with copy.writing() as session:
        old = vault_of(session)
        if old.store_id == stored.store_id:
            return
        for table in (VaultRow, KeyWrapRow, DataKeyRow, RotationRow):
            session.execute(delete(table))
        new = stored.open_in(session.connection(), sources)
        for column in SEALED:
            key = Base.metadata.tables[column.table].c[column.bound[0]]
            keys = session.scalars(select(key).distinct()).all()
            for start in range(0, len(keys), _AT_ONCE):
                for row in rows_of(session, column, keys[start : start + _AT_ONCE]):
                    _HOW.get(column, _record)(column, row, old, new)
                session.flush()
                session.expunge_all()


def _record(column: SealedColumn, row: Any, old: Vault, new: Vault) -> None:
    column.seal_in(new, row, column.open_in(old, row))


def _person(column: SealedColumn, row: Any, old: Vault, new: Vault) -> None:
    for name, value in Personal.parsed(column.open_in(old, row)).sealed(new, row.id).items():
        setattr(row, name, value)


def _group(column: SealedColumn, row: Any, old: Vault, new: Vault) -> None:
    name = column.open_in(old, row)
    row.group_index = group_index(new, name_key(name.decode()))
    column.seal_in(new, row, name)


def _vector(column: SealedColumn, row: Any, old: Vault, new: Vault) -> None:
    seal_vector(new, column, row, open_vector(old, column, row))


_HOW: Mapping[SealedColumn, _Reseal] = {
    PERSONAL: _person,
    GROUP_NAME: _group,
    TEMPLATE_VECTOR: _vector,
    ANCHOR_VECTOR: _vector,
}
