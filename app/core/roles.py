"""Who may do what in the window, in one table."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """As what somebody uses the program."""

    OPERATOR = "operator"
    ADMIN = "admin"


class Permission(StrEnum):
    """Something that not everybody may do."""

    SEE_PEOPLE = "see-people"
    ENROL = "enrol"
    MARK_MATCH = "mark-match"
    CHANGE_PEOPLE = "change-people"
    ERASE = "erase"
    MOVE_PEOPLE = "move-people"
    CALIBRATE = "calibrate"
    SEE_AUDIT = "see-audit"
    EXPORT_AUDIT = "export-audit"
    RUN_KIOSK = "run-kiosk"
    CHANGE_SETTINGS = "change-settings"
    MANAGE_ROLES = "manage-roles"


_OPERATOR = frozenset({Permission.SEE_PEOPLE, Permission.ENROL, Permission.MARK_MATCH})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: frozenset(Permission),
}
"""The one place that says who may do what."""


def may(role: Role | None, permission: Permission) -> bool:
    """Whether somebody may do something; nobody signed in may do nothing of the kind."""
    return role is not None and permission in PERMISSIONS[role]


@dataclass(slots=True)
class SignedIn:
    """Who uses this process. Written by one thread, read by all.

    Attributes:
        role: As what; None where nobody has signed in, or no roles are in use.
    """

    role: Role | None = None

    @property
    def role_name(self) -> str:
        """As the audit trail has it; empty where nobody is signed in."""
        return self.role.value if self.role else ""
