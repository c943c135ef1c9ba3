"""Set and remove PINs and passwords from the command line."""

from app.core.credentials import PinOwner
from app.core.roles import Permission, Role
from app.services.access.permissions import Access, Service, requires
from app.store.credentials.repositories import PasswordRepository, PinRepository


class CredentialService(Service):
    """Sets and removes PINs and role passwords. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        pins: Repository of the PINs.
        passwords: Repository of the roles' passwords.
    """

    def __init__(self, access: Access, pins: PinRepository, passwords: PasswordRepository) -> None:
        super().__init__(access)
        self._pins = pins
        self._passwords = passwords

    @requires(Permission.MANAGE_ROLES)
    def set_pin(self, owner: PinOwner, pin: str) -> None:
        """Set the PIN of a person, a kiosk or the administrator of kiosks.

        Args:
            owner: Who the PIN belongs to.
            pin: Replaces the one the owner may have.

        Raises:
            InvalidPin: The PIN does not meet the rules.
            UnknownPerson: No person has the owner's id.
        """
        self._pins.set(owner, pin)

    @requires(Permission.MANAGE_ROLES)
    def remove_pin(self, owner: PinOwner) -> bool:
        """Remove an owner's PIN; return False when there is none."""
        return self._pins.remove(owner)

    @requires(Permission.MANAGE_ROLES)
    def has_pin(self, owner: PinOwner) -> bool:
        """Whether an owner has a PIN."""
        return self._pins.has(owner)

    @requires(Permission.MANAGE_ROLES)
    def set_password(self, role: Role, password: str) -> None:
        """Set a role's password without asking for the old one.

        Args:
            role: The role.
            password: Replaces the one the role may have.

        Raises:
            InvalidPassword: The password does not meet the rules.
        """
        self._passwords.set(role, password)

    @requires(Permission.MANAGE_ROLES)
    def remove_password(self, role: Role) -> bool:
        """Remove a role's password; return False when there is none."""
        return self._passwords.remove(role)
