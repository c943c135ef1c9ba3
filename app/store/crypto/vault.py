"""The vault: the keys of one database, and encryption and decryption of its records.

`Database` opens its vault when it is opened. Within a session, `vault_of(session)` returns it with the keys that the
database has at that moment; elsewhere it is `database.vault`:

    vault.encrypt(plaintext, "templates", row_id, person_id, …) -> bytes    # AES-256-GCM, bound to this place
    vault.decrypt(record, "templates", row_id, person_id, …) -> bytes       # DecryptionError, reported as StoreTampered
    vault.blind_index("name", key) -> bytes                                 # equality search without decrypting
    vault.derive("audit chain") -> bytes                                    # a permanent key for another purpose
    vault.rotations.newest.apply(vectors)                                   # the rotation of stored templates

Keys form three levels: a source (keyring, passphrase, key file, recovery code) unwraps the master key, the master key
unwraps the data keys, and a data key encrypts the records. So data keys can be rotated without asking for a passphrase
and without invalidating the recovery code.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from app.store.crypto.aead import DecryptionError, EncryptionKey, aad, decrypt_many, derive, key_number
from app.store.crypto.rotations import Rotations

_BLIND_INDEX_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Keys:
    """Replaced as a whole, so that threads never see a partial change."""

    by_number: Mapping[int, EncryptionKey]
    newest: EncryptionKey
    rotations: Rotations


class Vault:
    """The keys of one database. Thread-safe; its `repr` does not show secrets.

    Args:
        store_id: The permanent id of the database, in hexadecimal.
        master: The master key, 32 bytes.
        data_keys: The data keys in use, the newest last; at least one.
        rotations: The template rotations.
    """

    def __init__(self, store_id: str, master: bytes, data_keys: Sequence[EncryptionKey], rotations: Rotations) -> None:
        self.store_id = store_id
        self._master = master
        self._blind_index_keys: dict[str, bytes] = {}
        self.use(data_keys, rotations)

    def __repr__(self) -> str:
        return f"Vault({self.store_id})"

    def use(self, data_keys: Sequence[EncryptionKey], rotations: Rotations) -> None:
        """Replace the data keys and rotations.

        Args:
            data_keys: The newest last; at least one.
            rotations: The template rotations.
        """
        self._keys = _Keys({key.number: key for key in data_keys}, data_keys[-1], rotations)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the data keys, the newest last."""
        return tuple(self._keys.by_number)

    @property
    def rotations(self) -> Rotations:
        """The template rotations."""
        return self._keys.rotations

    @property
    def master_key(self) -> bytes:
        """The master key itself, for wrapping it with another source."""
        return self._master

    def encrypt(self, plaintext: bytes, *place: str) -> bytes:
        """Encrypt a record with the newest data key.

        Args:
            plaintext: The content.
            place: The table, the row's key, and the other values the record belongs to.

        Returns:
            The encrypted record.
        """
        return self._keys.newest.encrypt(plaintext, aad(*place))

    def encrypt_text(self, text: str, *place: str) -> bytes:
        """Encrypt a text as UTF-8 with the newest data key.

        Args:
            text: The content.
            place: The table, the row's key, and the other values the record belongs to.

        Returns:
            The encrypted record.
        """
        return self.encrypt(text.encode(), *place)

    def decrypt(self, record: bytes, *place: str) -> bytes:
        """Decrypt a record.

        Args:
            record: From `encrypt`.
            place: As given to `encrypt`.

        Returns:
            The plaintext.

        Raises:
            DecryptionError: The record was changed, moved, or encrypted with a key that is not in the vault.
        """
        try:
            return self._keys.by_number[key_number(record)].decrypt(record, aad(*place))
        except (KeyError, TypeError, ValueError) as error:
            raise DecryptionError(", ".join(place[:2])) from error

    def decrypt_many(self, records: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Decrypt many records, in half the time of calling `decrypt` for each.

        Args:
            records: Each record with its place, the parts joined with NUL.

        Returns:
            The plaintexts, in order.

        Raises:
            DecryptionError: Names the first record that does not decrypt.
        """
        try:
            return decrypt_many(self._keys.by_number.values(), records)
        except ValueError:
            return [self.decrypt(record, *place.split("\0")) for record, place in records]

    def is_encrypted_by_newest(self, record: bytes) -> bool:
        """Return whether the newest data key encrypted a record."""
        return key_number(record) == self._keys.newest.number

    def blind_index(self, purpose: str, text: str) -> bytes:
        """Return the blind index of a text: equal for equal texts, and useless without the key.

        Args:
            purpose: The index; the same text has different values in different indexes.
            text: In the canonical form that is searched for.

        Returns:
            16 bytes (truncated HMAC-SHA256).
        """
        key = self._blind_index_keys.get(purpose)
        if key is None:
            key = self._blind_index_keys[purpose] = derive(self._master, f"blind index: {purpose}")
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), sha256)[:_BLIND_INDEX_BYTES]

    def derive(self, purpose: str) -> bytes:
        """Derive a permanent key for another purpose: the same as long as the database exists.

        Returns:
            32 bytes.
        """
        return derive(self._master, purpose)


def vault_of(session: Session) -> Vault:
    """Return the vault of the session's database."""
    vault = session.info["vault"]
    assert isinstance(vault, Vault)
    return vault
