"""Texts for keys, backups, roles and permissions."""

from PySide6.QtCore import QCoreApplication

from app.core.credentials import KeySourceKind
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import Permission, Role
from app.services.database.store_service import BackupReason
from app.ui.texts import value_texts

_SOURCES = {
    KeySourceKind.KEYRING: QT_TRANSLATE_NOOP("texts", "The system's keyring"),
    KeySourceKind.PASSPHRASE: QT_TRANSLATE_NOOP("texts", "A passphrase"),
    KeySourceKind.KEY_FILE: QT_TRANSLATE_NOOP("texts", "A key file"),
    KeySourceKind.RECOVERY: QT_TRANSLATE_NOOP("texts", "The recovery code"),
}
_MEANINGS = {
    KeySourceKind.KEYRING: QT_TRANSLATE_NOOP(
        "texts", "Available while you are logged in. A stolen disk or backup stays unreadable."
    ),
    KeySourceKind.PASSPHRASE: QT_TRANSLATE_NOOP(
        "texts", "Required at every start. A stolen disk or backup stays unreadable."
    ),
    KeySourceKind.KEY_FILE: QT_TRANSLATE_NOOP(
        "texts",
        "Needs no input. Protects a stolen database or backup, but not a stolen disk that also contains the key file.",
    ),
    KeySourceKind.RECOVERY: QT_TRANSLATE_NOOP("texts", "For use when every other key is lost."),
}
_REASONS = {
    BackupReason.ASKED: QT_TRANSLATE_NOOP("texts", "Manual"),
    BackupReason.MIGRATION: QT_TRANSLATE_NOOP("texts", "Before an update"),
    BackupReason.RESTORE: QT_TRANSLATE_NOOP("texts", "Before a restore"),
}


def source_name(kind: KeySourceKind) -> str:
    """Return the name of a key source."""
    return value_texts.translated(_SOURCES[kind])


def source_description(kind: KeySourceKind) -> str:
    """Return what a key source protects against."""
    return value_texts.translated(_MEANINGS[kind])


def backup_reason(value: BackupReason) -> str:
    """Return why a backup was made."""
    return value_texts.translated(_REASONS[value])


def file_size(count: int) -> str:
    """Return a file size as text."""
    return (
        f"{value_texts.number(round(count / 1000))} kB"
        if count < 10_000_000
        else f"{value_texts.number(count // 1_000_000)} MB"
    )


translate = QCoreApplication.translate

_ROLES = {
    Role.OPERATOR: QT_TRANSLATE_NOOP("Access", "Operator"),
    Role.ADMIN: QT_TRANSLATE_NOOP("Access", "Admin"),
}
_PERMISSIONS = {
    Permission.SEE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Find people"),
    Permission.ENROL: QT_TRANSLATE_NOOP("Access", "Enrol people and add templates"),
    Permission.MARK_MATCH: QT_TRANSLATE_NOOP("Access", "Mark a wrong match"),
    Permission.RESET_LOCKOUTS: QT_TRANSLATE_NOOP("Access", "List and reset lockouts"),
    Permission.CHANGE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Change people"),
    Permission.ERASE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Merge and erase people"),
    Permission.MOVE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Export and import people"),
    Permission.CALIBRATE: QT_TRANSLATE_NOOP("Access", "Calibrate"),
    Permission.SEE_AUDIT: QT_TRANSLATE_NOOP("Access", "Read and export the audit log"),
    Permission.CHANGE_SETTINGS: QT_TRANSLATE_NOOP("Access", "Change settings and cameras"),
    Permission.MANAGE_ROLES: QT_TRANSLATE_NOOP("Access", "Set and remove passwords"),
    Permission.MANAGE_STORE: QT_TRANSLATE_NOOP("Access", "Keys, backups and restoring"),
}


def role_name(role: Role) -> str:
    """Return the name of a role."""
    return translate("Access", _ROLES[role])


def permission_name(permission: Permission) -> str:
    """Return the name of a permission."""
    return translate("Access", _PERMISSIONS[permission])
