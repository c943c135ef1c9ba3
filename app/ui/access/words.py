"""What is said of roles."""

from PySide6.QtCore import QCoreApplication

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import Permission, Role

translate = QCoreApplication.translate

_ROLES = {
    Role.OPERATOR: QT_TRANSLATE_NOOP("Access", "Operator"),
    Role.ADMIN: QT_TRANSLATE_NOOP("Access", "Admin"),
}
_PERMISSIONS = {
    Permission.SEE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Find people"),
    Permission.ENROL: QT_TRANSLATE_NOOP("Access", "Enrol people and add templates"),
    Permission.MARK_MATCH: QT_TRANSLATE_NOOP("Access", "Mark a wrong match"),
    Permission.CHANGE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Change people"),
    Permission.ERASE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Merge and erase people"),
    Permission.MOVE_PEOPLE: QT_TRANSLATE_NOOP("Access", "Export and import people"),
    Permission.CALIBRATE: QT_TRANSLATE_NOOP("Access", "Calibrate"),
    Permission.SEE_AUDIT: QT_TRANSLATE_NOOP("Access", "Read and export the audit trail"),
    Permission.CHANGE_SETTINGS: QT_TRANSLATE_NOOP("Access", "Change settings and cameras"),
    Permission.MANAGE_ROLES: QT_TRANSLATE_NOOP("Access", "Set and remove passwords"),
    Permission.MANAGE_STORE: QT_TRANSLATE_NOOP("Access", "Keys, backups and restoring"),
}


def role_name(role: Role) -> str:
    """A role."""
    return translate("Access", _ROLES[role])


def permission_name(permission: Permission) -> str:
    """What somebody may do."""
    return translate("Access", _PERMISSIONS[permission])
