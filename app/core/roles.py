"""Who may do what in the window, in one table."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import InvalidPassword

SHORTEST, LONGEST = 8, 256
"""Letters of a password. NIST SP 800-63B-4, section 3.1.1.2, asks for 8 where it is not the only factor: whoever uses
the window has signed in to the operating system before."""


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
    ERASE_PEOPLE = "erase-people"
    MOVE_PEOPLE = "move-people"
    CALIBRATE = "calibrate"
    SEE_AUDIT = "see-audit"
    CHANGE_SETTINGS = "change-settings"
    MANAGE_ROLES = "manage-roles"
    MANAGE_STORE = "manage-store"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset({Permission.SEE_PEOPLE, Permission.ENROL, Permission.MARK_MATCH}),
    Role.ADMIN: frozenset(Permission),
}
"""The one place that says who may do what."""


def has_permission(role: Role | None, permission: Permission) -> bool:
    """Whether somebody may do something; nobody signed in may do nothing of the kind."""
    return role is not None and permission in PERMISSIONS[role]


def validate_password(password: str) -> str:
    """A password that may be set.

    Raises:
        InvalidPassword: It is too short, too long, or one letter again and again.
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) == 1:
        raise InvalidPassword(shortest=SHORTEST, longest=LONGEST)
    return password


@dataclass(slots=True)
class UserSession:
    """Who uses this process. Written by one thread, read by all.

    Attributes:
        role: As what; None where nobody has signed in, or no roles are in use.
    """

    role: Role | None = None

    @property
    def role_name(self) -> str:
        """As the audit trail has it; empty where nobody is signed in."""
        return self.role.value if self.role else ""
