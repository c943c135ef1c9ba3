"""The vault: seals what must not be read, and opens it again.

`Database` opens its vault with itself. Within a session, `vault_of(session)` gives it, with the keys that the database
has at that moment; elsewhere it is `database.vault`:

    vault.seal(plain, "templates", row_id, person_id, …) -> bytes     # AES-256-GCM; opens in this place only
    vault.open(sealed, "templates", row_id, person_id, …) -> bytes    # DecryptionError, which becomes StoreTampered
    vault.blind("name", key) -> bytes                                 # to look something up without opening everything
    vault.derive("audit chain") -> bytes                              # a key for another purpose, the same for good
    vault.rotations.newest.turn(vectors)                              # what templates are stored as

Keys stand in three rows, one above the other: a source (keyring, passphrase, key file, recovery code) opens the master
key, the master key opens the data keys, and a data key seals the records. Data keys can so be changed without asking
for a passphrase or voiding the recovery code.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from app.store.crypto.aead import DecryptionError, EncryptionKey, aad, decrypt_many, derive, key_number
from app.store.crypto.rotations import Rotations

_BLIND_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Keys:
    """Replaced as a whole, so that no thread sees half a change."""

    by_number: Mapping[int, EncryptionKey]
    newest: EncryptionKey
    rotations: Rotations


class Vault:
    """The keys of one database; usable from every thread at once. Nothing shows what they are.

    Args:
        store_id: Of the database, in hexadecimal; stays the same for good.
        master: 32 bytes.
        data_keys: Those in use, the newest last; at least one.
        rotations: Of the templates.
    """

    def __init__(self, store_id: str, master: bytes, data_keys: Sequence[EncryptionKey], rotations: Rotations) -> None:
        self.store_id = store_id
        self._master = master
        self._blinding: dict[str, bytes] = {}
        self.use(data_keys, rotations)

    def __repr__(self) -> str:
        return f"Vault({self.store_id})"

    def use(self, data_keys: Sequence[EncryptionKey], rotations: Rotations) -> None:
        """Go on with other keys and rotations."""
        self._keys = _Keys({key.number: key for key in data_keys}, data_keys[-1], rotations)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the data keys, the newest last."""
        return tuple(self._keys.by_number)

    @property
    def rotations(self) -> Rotations:
        """What the templates are turned by."""
        return self._keys.rotations

    def master_key(self) -> bytes:
        """The master key itself, to be sealed for another source."""
        return self._master

    def seal(self, plain: bytes, *belongs: str) -> bytes:
        """Seal a record with the newest data key.

        Args:
            plain: What nobody is to read.
            belongs: The table, the row's key, and all that the record must not be parted from.
        """
        return self._keys.newest.seal(plain, aad(*belongs))

    def open(self, sealed: bytes, *belongs: str) -> bytes:
        """Open a record.

        Args:
            sealed: By `seal`.
            belongs: As it was sealed.

        Raises:
            DecryptionError: It was changed, moved, or sealed by a key that is not here.
        """
        try:
            return self._keys.by_number[key_number(sealed)].open(sealed, aad(*belongs))
        except (KeyError, TypeError, ValueError) as error:
            raise DecryptionError(", ".join(belongs[:2])) from error

    def decrypt_many(self, records: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Open many records, as `open` does, in half of the time.

        Args:
            records: What is sealed, and as what it was sealed, with NULs between the parts.

        Raises:
            DecryptionError: Of the first that cannot be opened.
        """
        try:
            return decrypt_many(self._keys.by_number.values(), records)
        except ValueError:
            return [self.open(sealed, *place.split("\0")) for sealed, place in records]

    def encrypt_text(self, text: str, *belongs: str) -> bytes:
        """Likewise, for a text."""
        return self.seal(text.encode(), *belongs)

    def open_text(self, sealed: bytes, *belongs: str) -> str:
        """Likewise, for a text."""
        return self.open(sealed, *belongs).decode()

    def is_encrypted_by_newest(self, sealed: bytes) -> bool:
        """Whether a record needs no other key."""
        return key_number(sealed) == self._keys.newest.number

    def blind(self, purpose: str, text: str) -> bytes:
        """What stands in an index for a text: equal for equal texts, and telling nothing else without the key.

        Args:
            purpose: Of the index: the same text stands in another one as something else.
            text: In the one form in which it is looked for.

        Returns:
            16 bytes (HMAC-SHA256, cut).
        """
        key = self._blinding.get(purpose)
        if key is None:
            key = self._blinding[purpose] = derive(self._master, f"blind index: {purpose}")
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), sha256)[:_BLIND_BYTES]

    def derive(self, purpose: str) -> bytes:
        """A key for something else, the same as long as the database lives.

        Returns:
            32 bytes.
        """
        return derive(self._master, purpose)


def vault_of(session: Session) -> Vault:
    """The vault of the database that a session asks."""
    vault = session.info["vault"]
    assert isinstance(vault, Vault)
    return vault
