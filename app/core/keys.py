"""Where the key of a database may come from."""

from enum import StrEnum


class SourceKind(StrEnum):
    """The preferred first."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the word
    KEY_FILE = "key-file"
    RECOVERY = "recovery"
