"""What is said of keys, backups and faults."""

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.keys import SourceKind
from app.services.store import BackupReason
from app.ui import texts

_SOURCES = {
    SourceKind.KEYRING: QT_TRANSLATE_NOOP("texts", "The system's keyring"),
    SourceKind.PASSPHRASE: QT_TRANSLATE_NOOP("texts", "A passphrase"),
    SourceKind.KEY_FILE: QT_TRANSLATE_NOOP("texts", "A key file"),
    SourceKind.RECOVERY: QT_TRANSLATE_NOOP("texts", "The recovery code"),
}
_MEANINGS = {
    SourceKind.KEYRING: QT_TRANSLATE_NOOP("texts", "Opens with your session. A stolen disk or backup stays closed."),
    SourceKind.PASSPHRASE: QT_TRANSLATE_NOOP(
        "texts", "Asked for whenever the program starts. A stolen disk or backup stays closed."
    ),
    SourceKind.KEY_FILE: QT_TRANSLATE_NOOP(
        "texts", "Needs nobody. Protects a stolen database or backup, but not a stolen disk that has the key file, too."
    ),
    SourceKind.RECOVERY: QT_TRANSLATE_NOOP("texts", "Typed in when every other key is gone."),
}
_REASONS = {
    BackupReason.ASKED: QT_TRANSLATE_NOOP("texts", "Asked for"),
    BackupReason.MIGRATION: QT_TRANSLATE_NOOP("texts", "Before an update"),
    BackupReason.RESTORE: QT_TRANSLATE_NOOP("texts", "Before a restore"),
}


def source(kind: SourceKind) -> str:
    """Where a key comes from."""
    return texts.translated(_SOURCES[kind])


def source_meaning(kind: SourceKind) -> str:
    """What that protects against."""
    return texts.translated(_MEANINGS[kind])


def reason(value: BackupReason) -> str:
    """Why a backup was made."""
    return texts.translated(_REASONS[value])


def size(count: int) -> str:
    """A file's size."""
    return f"{texts.number(round(count / 1000))} kB" if count < 10_000_000 else f"{texts.number(count // 1_000_000)} MB"
