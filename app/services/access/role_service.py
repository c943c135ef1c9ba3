"""Roles of the window: sign in, sign out, and who may do what."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.audit import AuditKind
from app.core.errors import NotAllowed
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.roles import Permission, Role, UserSession, has_permission
from app.services.access.lockouts import AttemptOutcome, LockoutCounter, SecretAttempt, try_secret
from app.services.access.permissions import Service, open_to_all, requires
from app.services.audit.audit_service import AuditService
from app.store.credentials.repositories import PasswordRepository


@dataclass(frozen=True, slots=True)
class RoleState:
    """The roles in use and the role that is signed in.

    Attributes:
        roles: Roles that have a password. Without an admin password, roles are not in use.
        role: The role that is signed in; None when no role is.
    """

    roles: frozenset[Role] = frozenset()
    role: Role | None = None

    @property
    def in_use(self) -> bool:
        """Whether the window asks for a password."""
        return Role.ADMIN in self.roles

    @property
    def is_locked(self) -> bool:
        """Whether a role has to sign in before the window can be used."""
        return self.in_use and self.role is None

    def may(self, permission: Permission) -> bool:
        """Whether the session has a permission; always true while roles are not in use."""
        return not self.in_use or has_permission(self.role, permission)


class RoleService(Service):
    """Signs roles in and out, with the delays that follow failed attempts. Owned by one thread, except for `may`.

    Every method may raise StoreError.

    Args:
        passwords: Repository of the roles' passwords.
        lockouts: Counts failed attempts, by the same rule as the kiosk.
        audit: Records sign-ins, sign-outs and refusals.
        signed_in: The role of this process; updated on sign-in and sign-out.
    """

    def __init__(
        self, passwords: PasswordRepository, lockouts: LockoutCounter, audit: AuditService, signed_in: UserSession
    ) -> None:
        super().__init__(self)
        self._passwords = passwords
        self._lockouts = lockouts
        self._audit = audit
        self._signed_in = signed_in
        self._roles: frozenset[Role] | None = None

    @open_to_all
    def state(self) -> RoleState:
        """Read the roles from the database, which another process may have changed."""
        self._roles = self._passwords.roles()
        if Role.ADMIN not in self._roles:
            self._signed_in.role = None
        return RoleState(self._roles, self._signed_in.role)

    @open_to_all
    def may(self, permission: Permission) -> bool:
        """Whether the session has a permission, as of the last call of `state`. From any thread."""
        if self._roles is None:
            return self.state().may(permission)
        return RoleState(self._roles, self._signed_in.role).may(permission)

    @open_to_all
    def sign_in(self, role: Role, password: str) -> SecretAttempt:
        """Compare a password and sign the role in if it matches.

        A wrong password is counted before this returns.

        Args:
            role: The role to sign in as.
            password: As typed.

        Returns:
            The outcome, and how long no other password is accepted.
        """
        scope = LockoutScope(AttemptChannel.PASSWORD, kiosk=role.value)
        tried = try_secret(self._lockouts, lambda: self._passwords.matches(role, password), scope)
        if tried.outcome is AttemptOutcome.WRONG:
            self._audit.record(AuditKind.SIGN_IN_REFUSED, role=role.value)
        elif tried.outcome is AttemptOutcome.RIGHT:
            self._signed_in.role = role
            self._audit.record(AuditKind.SIGNED_IN, role=role.value)
        return tried

    @open_to_all
    def sign_out(self, *, timed_out: bool = False) -> None:
        """Sign the role out, even if the audit log cannot be written.

        Args:
            timed_out: Whether the window signs out by itself after a time without input.
        """
        role, self._signed_in.role = self._signed_in.role, None
        if role is not None:
            self._audit.record(AuditKind.SIGNED_OUT, role=role.value, timed_out=timed_out)

    @requires(Permission.MANAGE_ROLES)
    def set_password(self, role: Role, password: str) -> None:
        """Set a role's password. Setting the first admin password signs the session in as admin.

        Args:
            role: The role.
            password: Replaces the one the role may have.

        Raises:
            InvalidPassword: The password does not meet the rules.
            NotAllowed: An admin password exists, and this session is not signed in as admin.
        """
        in_use = self.state().in_use
        self._passwords.set(role, password)
        if not in_use and role is Role.ADMIN:
            self._signed_in.role = Role.ADMIN
        self.state()

    @requires(Permission.MANAGE_ROLES)
    def remove(self, role: Role) -> None:
        """Remove a role's password. Removing the admin's removes the operator's too, and roles are no longer in use.

        Raises:
            NotAllowed: An admin password exists, and this session is not signed in as admin.
        """
        for each in (Role.OPERATOR, role) if role is Role.ADMIN else (role,):
            self._passwords.remove(each)
        self.state()

    def _require(self, permission: Permission) -> None:
        """Check against the database as it is now: another process may have set the first admin password."""
        if not self.state().may(permission):
            raise NotAllowed


class SessionAccess:
    """Access of the window: the signed-in role decides.

    Args:
        roles: Returns the role service. Called at the first check, which opens the database.
    """

    def __init__(self, roles: Callable[[], RoleService]) -> None:
        self._roles = roles

    def may(self, permission: Permission) -> bool:
        """Whether the signed-in role has a permission.

        Raises:
            StoreError: The roles cannot be read; then nothing is allowed.
        """
        return self._roles().may(permission)
