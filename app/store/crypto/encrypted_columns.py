"""Which columns are sealed, and to what each record is bound: said once, for whoever writes, reads, checks or renews.

A column that is added to `SEALED` is looked over by `store check` and takes part in every change of keys.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.store.crypto.vault import Vault
from app.store.people.names import name_key


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """One column whose values are sealed.

    Attributes:
        table: Its table's name.
        column: Its own name.
        bound: The columns of the same row that a value must not be parted from; the row's key comes first.
    """

    table: str
    column: str
    bound: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's and the column's."""
        return f"{self.table}.{self.column}"

    def place(self, *values: object) -> tuple[str, ...]:
        """What a record is bound to, for `Vault.seal` and `Vault.open`.

        Args:
            values: Of the columns in `bound`, in their order.
        """
        return (self.name, *map(_written, values))

    def open_in(self, vault: Vault, row: Any) -> bytes:
        """Open the value that stands in a row.

        Args:
            vault: Of the database.
            row: Has the columns as attributes.

        Raises:
            DecryptionError: It was changed, or does not belong there.
        """
        return vault.open(getattr(row, self.column), *self.place(*(getattr(row, name) for name in self.bound)))

    def encrypt_into(self, vault: Vault, row: Any, plain: bytes) -> None:
        """Put a sealed value into a row whose bound columns are set."""
        setattr(row, self.column, vault.seal(plain, *self.place(*(getattr(row, name) for name in self.bound))))


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
"""Of one moment: with the audit trail, in which that moment stands, an older password that was put back shows."""

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
    """What is sealed of a person.

    Attributes:
        name: As it is shown.
        badge: The number on the badge; None where there is none.
        note: Free text.
    """

    name: str
    badge: str | None = None
    note: str = ""

    def sealed(self, vault: Vault, person_id: str) -> dict[str, Any]:
        """The columns of the person's row that hold it, or find it."""
        plain = json.dumps([self.name, self.badge, self.note], ensure_ascii=False).encode("utf-8", "surrogatepass")
        return {
            "personal": vault.seal(plain, *PERSONAL.place(person_id)),
            "name_index": name_index(vault, name_key(self.name)),
            "badge_index": None if self.badge is None else badge_index(vault, self.badge),
        }

    @classmethod
    def opened(cls, vault: Vault, person_id: str, sealed: bytes) -> "PersonalData":
        """Read it back.

        Raises:
            DecryptionError: It was changed, or is somebody else's.
        """
        return cls.parsed(vault.open(sealed, *PERSONAL.place(person_id)))

    @classmethod
    def parsed(cls, plain: bytes) -> "PersonalData":
        """Read it from what was sealed."""
        return cls(*json.loads(plain.decode("utf-8", "surrogatepass")))


def name_index(vault: Vault, key: str) -> bytes:
    """What stands in the index for a name.

    Args:
        vault: Of the database.
        key: From `name_key`.
    """
    return vault.blind("name", key)


def badge_index(vault: Vault, badge: str) -> bytes:
    """What stands in the index for a badge number, cleaned."""
    return vault.blind("badge", badge)


def group_index(vault: Vault, key: str) -> bytes:
    """What stands in the index for a group.

    Args:
        vault: Of the database.
        key: Of its name, from `name_key`.
    """
    return vault.blind("group", key)


def sqlite_timestamp(moment: datetime) -> str:
    """A moment as SQLite's tables have it: in UTC, without saying so."""
    utc = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S.%f}"


def _written(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return sqlite_timestamp(value)
    return "" if value is None else str(value)
