"""Who uses the window, and what they may do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from app.core.audit import AuditKind
from app.core.errors import NotAllowed
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.roles import Permission, Role, UserSession, has_permission
from app.services.access.lockouts import AttemptOutcome, LockoutCounter, SecretAttempt, try_secret
from app.services.audit.audit_service import AuditService
from app.store.credentials.repositories import PasswordRepository

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoleState:
    """How it is now.

    Attributes:
        roles: Those that have a password; none are in use while there is no admin.
        role: As what somebody is signed in; None where nobody is.
    """

    roles: frozenset[Role] = frozenset()
    role: Role | None = None

    @property
    def in_use(self) -> bool:
        """Whether anybody has to sign in."""
        return Role.ADMIN in self.roles

    @property
    def is_locked(self) -> bool:
        """Whether somebody has to sign in before anything else."""
        return self.in_use and self.role is None

    def may(self, permission: Permission) -> bool:
        """Whether whoever uses the window may do something: everybody everything while there is no admin."""
        return not self.in_use or has_permission(self.role, permission)


class RoleService:
    """Signs people in and out, at the pace that the delays after failed attempts allow. Owned by one thread.

    Whatever it is asked for may raise StoreError.

    Args:
        passwords: Where they are kept.
        lockouts: Where attempts are counted: the kiosk's own rule.
        audit: Where it is written down.
        signed_in: Told of whoever signs in.
    """

    def __init__(
        self, passwords: PasswordRepository, lockouts: LockoutCounter, audit: AuditService, signed_in: UserSession
    ) -> None:
        self._passwords = passwords
        self._lockouts = lockouts
        self._audit = audit
        self._signed_in = signed_in
        self._roles: frozenset[Role] | None = None

    def state(self) -> RoleState:
        """How it is now, whoever has changed it."""
        self._roles = self._passwords.roles()
        if Role.ADMIN not in self._roles:
            self._signed_in.role = None
        return RoleState(self._roles, self._signed_in.role)

    def may(self, permission: Permission) -> bool:
        """Whether whoever uses the window may do something, as of the last look. From any thread."""
        if self._roles is None:
            return self.state().may(permission)
        return RoleState(self._roles, self._signed_in.role).may(permission)

    def sign_in(self, role: Role, password: str) -> SecretAttempt:
        """Try a password. A wrong one is counted before it is said so."""
        scope = LockoutScope(AttemptChannel.PASSWORD, kiosk=role.value)
        tried = try_secret(self._lockouts, lambda: self._passwords.matches(role, password), scope)
        if tried.outcome is AttemptOutcome.WRONG:
            self._audit.record(AuditKind.SIGN_IN_REFUSED, role=role.value)
        elif tried.outcome is AttemptOutcome.RIGHT:
            self._signed_in.role = role
            self._audit.record(AuditKind.SIGNED_IN, role=role.value)
        return tried

    def sign_out(self, *, timed_out: bool = False) -> None:
        """Let somebody else sign in. Whatever goes wrong, nobody is signed in any more."""
        role, self._signed_in.role = self._signed_in.role, None
        if role is not None:
            self._audit.record(AuditKind.SIGNED_OUT, role=role.value, timed_out=timed_out)

    def set_password(self, role: Role, password: str) -> None:
        """Give a role a password. Whoever makes the first admin is signed in as that.

        Raises:
            InvalidPassword: It cannot be set.
            NotAllowed: There is an admin, and it is somebody else.
        """
        state = self._refuse_others()
        self._passwords.set(role, password)
        if not state.in_use and role is Role.ADMIN:
            self._signed_in.role = Role.ADMIN
        self.state()

    def remove(self, role: Role) -> None:
        """Take a role's password away; without an admin nobody has to sign in any more.

        Raises:
            NotAllowed: There is an admin, and it is somebody else.
        """
        self._refuse_others()
        for each in (Role.OPERATOR, role) if role is Role.ADMIN else (role,):
            self._passwords.remove(each)
        self.state()

    def _refuse_others(self) -> RoleState:
        state = self.state()
        if not state.may(Permission.MANAGE_ROLES):
            raise NotAllowed
        return state


NEEDED: dict[str, dict[str, Permission]] = {
    "people": {
        "change": Permission.CHANGE_PEOPLE,
        "merge": Permission.ERASE_PEOPLE,
        "erase": Permission.ERASE_PEOPLE,
        "retire": Permission.CHANGE_PEOPLE,
        "unmark": Permission.CHANGE_PEOPLE,
        "mark_as_not": Permission.MARK_MATCH,
        "roster": Permission.SEE_PEOPLE,
        "details": Permission.SEE_PEOPLE,
    },
    "enrolment": {"save": Permission.ENROL, "from_pictures": Permission.ENROL},
    "calibration": {"measure": Permission.CALIBRATE},
    "audit": {"lines": Permission.SEE_AUDIT, "pages": Permission.SEE_AUDIT},
    "bundles": {
        "export": Permission.MOVE_PEOPLE,
        "look": Permission.MOVE_PEOPLE,
        "take_in": Permission.MOVE_PEOPLE,
    },
    "keys": {
        "state": Permission.MANAGE_STORE,
        "usable": Permission.MANAGE_STORE,
        "rotate": Permission.MANAGE_STORE,
        "revoke_templates": Permission.MANAGE_STORE,
        "new_recovery_code": Permission.MANAGE_STORE,
        "change_source": Permission.MANAGE_STORE,
    },
    "store": {
        "check": Permission.MANAGE_STORE,
        "back_up": Permission.MANAGE_STORE,
        "backups": Permission.MANAGE_STORE,
        "restore": Permission.MANAGE_STORE,
    },
    "reenrolment": {
        "queue": Permission.ENROL,
        "skip": Permission.ENROL,
        "renew": Permission.ENROL,
    },
    "settings": {"save": Permission.CHANGE_SETTINGS, "changed": Permission.CHANGE_SETTINGS},
}
"""What of each service needs which permission. What is not named, everybody may ask for."""


class Allowing(Protocol):
    """Says what whoever is signed in may do."""

    def may(self, permission: Permission) -> bool:
        """Whether it is allowed."""
        ...


class _Guarded:
    """A service that asks before it does what is not for everybody."""

    def __init__(self, service: object, needed: Mapping[str, Permission], roles: Allowing) -> None:
        self._service = service
        self._needed = needed
        self._roles = roles

    def __getattr__(self, name: str) -> object:
        found, needed = getattr(self._service, name), self._needed.get(name)
        if needed is None:
            return found

        def asked(*arguments: object, **named: object) -> object:
            """In the thread in which it is done, so that it is refused there."""
            if not self._roles.may(needed):
                raise NotAllowed
            return found(*arguments, **named)

        return asked


def guarded(service: T, name: str, roles: Allowing) -> T:
    """The same service for whoever is signed in: what they may not do raises NotAllowed.

    Args:
        service: Any.
        name: Under which `NEEDED` has it.
        roles: Say who is signed in.
    """
    return cast("T", _Guarded(service, NEEDED[name], roles))
