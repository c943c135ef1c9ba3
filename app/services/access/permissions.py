"""Authorisation of service methods: every public method declares the permission it needs.

A class that derives from `Service` cannot be defined while a public method lacks a declaration, so that no method is
open by accident. The table of all declarations is in docs/roles.md; a test compares both.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from app.core.errors import NotAllowed
from app.core.roles import Permission

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Service")
F = TypeVar("F", bound=Callable[..., Any])

_DECLARED: Final = "__needs__"


class Access(Protocol):
    """Decides what the current session may do."""

    def may(self, permission: Permission) -> bool:
        """Whether the session has a permission. Called from any thread."""
        ...


class _Administrator:
    """Access of the user who owns the data: everything is allowed."""

    def may(self, permission: Permission) -> bool:  # noqa: ARG002 - as `Access` has it
        """True."""
        return True


ADMINISTRATOR: Final[Access] = _Administrator()
"""Access of commands and kiosks: the operating-system account is the boundary (docs/roles.md)."""


class Service:
    """Base of the classes that the window and the commands use.

    Args:
        access: Decides what the current session may do.

    Raises:
        TypeError: When a subclass is defined with a public method that declares neither `requires` nor `open_to_all`.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def __init_subclass__(cls) -> None:
        """Refuse a class with an undeclared public method."""
        super().__init_subclass__()
        missing = sorted(name for name, method in _public_methods(cls) if not hasattr(method, _DECLARED))
        if missing:
            raise TypeError(f"{cls.__qualname__} declares no permission for: {', '.join(missing)}")

    def _require(self, permission: Permission) -> None:
        """Raise `NotAllowed` unless the session has a permission."""
        require(self._access, permission)


def require(access: Access, permission: Permission) -> None:
    """Raise `NotAllowed` unless a session has a permission.

    Args:
        access: Decides what the session may do.
        permission: The permission needed.

    Raises:
        NotAllowed: The session does not have the permission.
    """
    if not access.may(permission):
        raise NotAllowed


def requires(permission: Permission) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Decorate a service's method so that it raises `NotAllowed` in a session without a permission.

    The check runs in the caller's thread before the method begins; for a generator, before its first step.
    """

    def decorate(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(method)
        def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            self._require(permission)
            return method(self, *args, **kwargs)

        setattr(checked, _DECLARED, permission)
        return checked

    return decorate


def open_to_all(method: F) -> F:
    """Declare that a service's method needs no permission, even without a signed-in role."""
    setattr(method, _DECLARED, None)
    return method


def needed_permissions(service: type[Service]) -> dict[str, Permission | None]:
    """Return what each public method of a service needs, by name; None for a method that is open to all."""
    declared: dict[str, Permission | None] = {}
    for base in reversed(service.__mro__):
        declared |= {name: getattr(method, _DECLARED, None) for name, method in _public_methods(base)}
    return declared


def _public_methods(cls: type) -> list[tuple[str, object]]:
    """Return the public methods and properties that a class defines itself, as functions."""
    found = []
    for name, value in vars(cls).items():
        if name.startswith("_"):
            continue
        function = getattr(value, "fget", None) or getattr(value, "func", None) or getattr(value, "__func__", value)
        if callable(function) and not isinstance(function, type):
            found.append((name, function))
    return found
