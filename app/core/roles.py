"""Roles, their permissions, and the signed-in session."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import InvalidPassword

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 8, 256
"""Characters of a password. NIST SP 800-63B-4, section 3.1.1.2, requires 8 for a password that is not the only factor:
users of the window have signed in to the operating system before."""


class Role(StrEnum):
    """Role of a user of the window."""

    OPERATOR = "operator"
    ADMIN = "admin"


class Permission(StrEnum):
    """An operation that requires a role."""

    SEE_PEOPLE = "see-people"
    ENROL = "enrol"
    MARK_MATCH = "mark-match"
    RESET_LOCKOUTS = "reset-lockouts"
    CHANGE_PEOPLE = "change-people"
    ERASE_PEOPLE = "erase-people"
    MOVE_PEOPLE = "move-people"
    CALIBRATE = "calibrate"
    SEE_AUDIT = "see-audit"
    CHANGE_SETTINGS = "change-settings"
    MANAGE_ROLES = "manage-roles"
    MANAGE_STORE = "manage-store"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {Permission.SEE_PEOPLE, Permission.ENROL, Permission.MARK_MATCH, Permission.RESET_LOCKOUTS}
    ),
    Role.ADMIN: frozenset(Permission),
}
"""The permissions of each role."""


def has_permission(role: Role | None, permission: Permission) -> bool:
    """Return whether a role has a permission.

    Args:
        role: Role of the signed-in user; None, for no user, has no permission.
        permission: Permission to check.
    """
    return role is not None and permission in PERMISSIONS[role]


def validate_password(password: str) -> str:
    """Return the password if it may be set.

    Raises:
        InvalidPassword: The password is too short, too long, or one repeated character.
    """
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH or len(set(password)) == 1:
        raise InvalidPassword(shortest=MIN_PASSWORD_LENGTH, longest=MAX_PASSWORD_LENGTH)
    return password


@dataclass(slots=True)
class UserSession:
    """The signed-in user of this process. Written by one thread, read by all.

    Attributes:
        role: Role of the user; None if no user is signed in, or no roles are in use.
    """

    role: Role | None = None

    @property
    def role_name(self) -> str:
        """Name of the role for the audit log; empty if no user is signed in."""
        return self.role.value if self.role else ""
