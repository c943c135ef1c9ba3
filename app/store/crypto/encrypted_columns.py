"""The encrypted columns, and the place that each of their records is bound to.

Reading, writing, `store check` and re-encryption all use `ENCRYPTED_COLUMNS`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.store.crypto.vault import Vault
from app.store.people.names import name_key


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column whose values are encrypted.

    Attributes:
        table: The name of the table.
        column: The name of the column.
        bound_columns: The columns of the same row whose values are authenticated with it; the row's key comes first.
    """

    table: str
    column: str
    bound_columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The names of table and column, joined with a dot."""
        return f"{self.table}.{self.column}"

    def place(self, *values: object) -> tuple[str, ...]:
        """Return what a record is bound to, for `Vault.encrypt` and `Vault.decrypt`.

        Args:
            values: Of `bound_columns`, in their order.

        Returns:
            The parts of the associated data.
        """
        return (self.name, *map(_as_text, values))

    def decrypt_from(self, vault: Vault, row: Any) -> bytes:
        """Decrypt the value in a row.

        Args:
            vault: Of the database.
            row: Has the columns as attributes.

        Returns:
            The plaintext.

        Raises:
            DecryptionError: The value was changed, or belongs to another row.
        """
        return vault.decrypt(getattr(row, self.column), *self._place_in(row))

    def encrypt_into(self, vault: Vault, row: Any, plaintext: bytes) -> None:
        """Set the encrypted value in a row.

        Args:
            vault: Of the database.
            row: Its bound columns are set.
            plaintext: The content.
        """
        setattr(row, self.column, vault.encrypt(plaintext, *self._place_in(row)))

    def _place_in(self, row: Any) -> tuple[str, ...]:
        return self.place(*(getattr(row, name) for name in self.bound_columns))


PERSONAL = EncryptedColumn("people", "personal", ("id",))
GROUP_NAME = EncryptedColumn("memberships", "group_name", ("person_id", "group_index"))
CONSENT_TEXT = EncryptedColumn("consents", "text", ("id", "person_id"))
TEMPLATE_VECTOR = EncryptedColumn("templates", "vector", ("id", "person_id", "model", "model_sha256", "rotation"))
TEMPLATE_SOURCE = EncryptedColumn("templates", "source", ("id", "person_id"))
THUMBNAIL = EncryptedColumn("thumbnails", "jpeg", ("template_id",))
NEGATIVE_TEMPLATE_VECTOR = EncryptedColumn(
    "anchors", "vector", ("id", "person_id", "model", "model_sha256", "rotation")
)
PIN_HASH = EncryptedColumn("pins", "hash", ("key", "person_id"))
PASSWORD_HASH = EncryptedColumn("passwords", "hash", ("role", "changed_at"))
"""Bound to the time of the change, which the audit log also holds: restoring an older password is detected."""

ENCRYPTED_COLUMNS = (
    PERSONAL,
    GROUP_NAME,
    CONSENT_TEXT,
    TEMPLATE_VECTOR,
    TEMPLATE_SOURCE,
    THUMBNAIL,
    NEGATIVE_TEMPLATE_VECTOR,
    PIN_HASH,
    PASSWORD_HASH,
)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The encrypted data of a person.

    Attributes:
        name: The display name.
        badge: The badge number; None if there is none.
        note: Free text.
    """

    name: str
    badge: str | None = None
    note: str = ""

    def encrypt(self, vault: Vault, person_id: str) -> dict[str, Any]:
        """Return the columns of the person's row that hold this data and its blind indexes.

        Args:
            vault: Of the database.
            person_id: The person's id.

        Returns:
            Values by column name.
        """
        plaintext = json.dumps([self.name, self.badge, self.note], ensure_ascii=False).encode("utf-8", "surrogatepass")
        return {
            "personal": vault.encrypt(plaintext, *PERSONAL.place(person_id)),
            "name_index": name_index(vault, name_key(self.name)),
            "badge_index": None if self.badge is None else badge_index(vault, self.badge),
        }

    @classmethod
    def decrypt(cls, vault: Vault, person_id: str, record: bytes) -> "PersonalData":
        """Decrypt the column `personal` of a person.

        Args:
            vault: Of the database.
            person_id: The person's id.
            record: The encrypted value.

        Returns:
            The data.

        Raises:
            DecryptionError: The value was changed, or belongs to another person.
        """
        return cls.from_json(vault.decrypt(record, *PERSONAL.place(person_id)))

    @classmethod
    def from_json(cls, plaintext: bytes) -> "PersonalData":
        """Parse the decrypted column `personal`."""
        return cls(*json.loads(plaintext.decode("utf-8", "surrogatepass")))


def name_index(vault: Vault, key: str) -> bytes:
    """Return the blind index of a name.

    Args:
        vault: Of the database.
        key: From `name_key`.

    Returns:
        16 bytes.
    """
    return vault.blind_index("name", key)


def badge_index(vault: Vault, badge: str) -> bytes:
    """Return the blind index of a badge number.

    Args:
        vault: Of the database.
        badge: From `clean_badge`.

    Returns:
        16 bytes.
    """
    return vault.blind_index("badge", badge)


def group_index(vault: Vault, key: str) -> bytes:
    """Return the blind index of a group.

    Args:
        vault: Of the database.
        key: Of its name, from `name_key`.

    Returns:
        16 bytes.
    """
    return vault.blind_index("group", key)


def sqlite_timestamp(moment: datetime) -> str:
    """Return a time as SQLite stores it: in UTC, without a time zone."""
    utc = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S.%f}"


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return sqlite_timestamp(value)
    return "" if value is None else str(value)
