"""Seals a copy of another installation's database with the keys of the one whose place it takes."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, select

from app.store.crypto.encrypted_columns import (
    ENCRYPTED_COLUMNS,
    GROUP_NAME,
    NEGATIVE_TEMPLATE_VECTOR,
    PERSONAL,
    TEMPLATE_VECTOR,
    EncryptedColumn,
    PersonalData,
    group_index,
)
from app.store.crypto.encrypted_vectors import decrypt_vector, encrypt_vector
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources
from app.store.crypto.rekeying import mapped_rows
from app.store.crypto.vault import Vault, vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import Base, DataKeyRow, KeyWrapRow, RotationRow, VaultRow
from app.store.people.names import name_key

_AT_ONCE = 500

_Reseal = Callable[[EncryptedColumn, Any, Vault, Vault], None]


def reencrypt_copy(copy: Database, stored: WrappedKeys, sources: KeySources) -> None:
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
        for column in ENCRYPTED_COLUMNS:
            key = Base.metadata.tables[column.table].c[column.bound[0]]
            keys = session.scalars(select(key).distinct()).all()
            for start in range(0, len(keys), _AT_ONCE):
                for row in mapped_rows(session, column, keys[start : start + _AT_ONCE]):
                    _HOW.get(column, _record)(column, row, old, new)
                session.flush()
                session.expunge_all()


def _record(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    column.encrypt_into(new, row, column.open_in(old, row))


def _person(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    for name, value in PersonalData.parsed(column.open_in(old, row)).sealed(new, row.id).items():
        setattr(row, name, value)


def _group(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    name = column.open_in(old, row)
    row.group_index = group_index(new, name_key(name.decode()))
    column.encrypt_into(new, row, name)


def _vector(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    encrypt_vector(new, column, row, decrypt_vector(old, column, row))


_HOW: Mapping[EncryptedColumn, _Reseal] = {
    PERSONAL: _person,
    GROUP_NAME: _group,
    TEMPLATE_VECTOR: _vector,
    NEGATIVE_TEMPLATE_VECTOR: _vector,
}
