"""Re-encryption of a restored copy of another installation's database with the keys of the database it replaces."""

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

_PAGE_KEYS = 500

_Reencrypt = Callable[[EncryptedColumn, Any, Vault, Vault], None]


def reencrypt_copy(copy: Database, stored: WrappedKeys, sources: KeySources) -> None:
    """Replace the keys of a copy by those of another database and re-encrypt it, in one transaction.

    Args:
        copy: Open. Close it afterwards: its vault still has the old keys.
        stored: The new keys. If the copy is of the same database, nothing is changed.
        sources: The sources of the key that unwraps them.

    Raises:
        NoKeyError: No source gives the key.
        StoreError: The copy cannot be written, or a record does not decrypt.
    """
    with copy.writing() as session:
        old = vault_of(session)
        if old.store_id == stored.store_id:
            return
        for table in (VaultRow, KeyWrapRow, DataKeyRow, RotationRow):
            session.execute(delete(table))
        new = stored.insert_into(session.connection(), sources)
        for column in ENCRYPTED_COLUMNS:
            key = Base.metadata.tables[column.table].c[column.bound_columns[0]]
            keys = session.scalars(select(key).distinct()).all()
            for start in range(0, len(keys), _PAGE_KEYS):
                for row in mapped_rows(session, column, keys[start : start + _PAGE_KEYS]):
                    _BY_COLUMN.get(column, _reencrypt)(column, row, old, new)
                session.flush()
                session.expunge_all()


def _reencrypt(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    column.encrypt_into(new, row, column.decrypt_from(old, row))


def _reencrypt_person(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    for name, value in PersonalData.from_json(column.decrypt_from(old, row)).encrypt(new, row.id).items():
        setattr(row, name, value)


def _reencrypt_group(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    name = column.decrypt_from(old, row)
    row.group_index = group_index(new, name_key(name.decode()))
    column.encrypt_into(new, row, name)


def _reencrypt_vector(column: EncryptedColumn, row: Any, old: Vault, new: Vault) -> None:
    encrypt_vector(new, column, row, decrypt_vector(old, column, row))


_BY_COLUMN: Mapping[EncryptedColumn, _Reencrypt] = {
    PERSONAL: _reencrypt_person,
    GROUP_NAME: _reencrypt_group,
    TEMPLATE_VECTOR: _reencrypt_vector,
    NEGATIVE_TEMPLATE_VECTOR: _reencrypt_vector,
}
