"""Every public method of every service, with every role, against the tables in docs/roles.md."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import app.services
from app.core.errors import NotAllowed
from app.core.roles import PERMISSIONS, Permission, Role, UserSession
from app.services.access.permissions import (
    ADMINISTRATOR,
    Service,
    needed_permissions,
    open_to_all,
    requires,
)
from app.services.access.role_service import RoleService, RoleState

DOCUMENT = Path(__file__).parents[4] / "docs" / "roles.md"
ROLES: tuple[Role | None, ...] = (None, *Role)
OPEN = "none"
KIOSK_SERVICES = {"ActionService", "KioskService"}
"""Services that only a kiosk uses, which runs as administrator."""


def service_classes() -> list[type[Service]]:
    """All service classes of the program."""
    for module in pkgutil.walk_packages(app.services.__path__, "app.services."):
        importlib.import_module(module.name)

    def below(cls: type[Service]) -> Iterator[type[Service]]:
        for subclass in cls.__subclasses__():
            yield subclass
            yield from below(subclass)

    return sorted({cls for cls in below(Service) if cls.__module__.startswith("app.")}, key=lambda cls: cls.__name__)


def declared() -> dict[str, str]:
    """What each method needs, by `Class.method`, as the code declares it."""
    return {
        f"{cls.__name__}.{method}": permission.value if permission else OPEN
        for cls in service_classes()
        for method, permission in needed_permissions(cls).items()
    }


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of the document, without the title row."""
    section = DOCUMENT.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def documented_methods() -> dict[str, str]:
    """What each method needs, by `Class.method`, as the document says."""
    return {
        method: permission.strip("`")
        for permission, methods in rows("What each service method needs")
        for method in re.findall(r"`([\w.]+)`", methods)
    }


def documented_permissions() -> dict[str, set[Role]]:
    """Which roles have each permission, as the document says."""
    return {
        permission.strip("`"): {role for role, mark in zip(Role, marks, strict=True) if mark == "✓"}
        for permission, _, *marks in rows("Permissions")
    }


def is_refused(cls: type[Service], method: str, role: Role | None) -> bool:
    """Whether a session with a role is refused, when roles are in use. The service has no parts to work with."""
    state = RoleState(frozenset(Role), role)
    service = object.__new__(cls)
    service._access = state
    if isinstance(service, RoleService):
        service._passwords = SimpleNamespace(roles=lambda: frozenset(Role))  # type: ignore[assignment]
        service._signed_in = UserSession(role)
        service._roles = frozenset(Role)
    try:
        value: Any = getattr(service, method)
        if callable(value):
            value()
    except NotAllowed:
        return True
    except (AttributeError, TypeError):  # it went past the check, and misses parts or arguments
        return False
    return False


def test_the_document_lists_exactly_the_declared_methods() -> None:
    assert documented_methods() == declared()


def test_the_document_lists_exactly_the_permissions_of_each_role() -> None:
    assert documented_permissions() == {
        permission.value: {role for role in Role if permission in PERMISSIONS[role]} for permission in Permission
    }


@pytest.mark.parametrize("cls", service_classes(), ids=lambda cls: cls.__name__)
def test_each_method_refuses_exactly_the_roles_the_document_says(cls: type[Service]) -> None:
    methods, allowed = documented_methods(), documented_permissions()
    for method in needed_permissions(cls):
        needed = methods[f"{cls.__name__}.{method}"]
        for role in ROLES:
            expected = needed != OPEN and role not in allowed[needed]
            assert is_refused(cls, method, role) is expected, (method, role)


def test_every_class_called_service_is_one() -> None:
    known = set(service_classes())
    for module in pkgutil.walk_packages(app.services.__path__, "app.services."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if name in KIOSK_SERVICES or not name.endswith("Service"):
                continue
            if isinstance(value, type) and value.__module__.startswith("app."):
                assert value is Service or value in known, name


def test_a_service_with_an_undeclared_method_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="forgotten"):

        class Careless(Service):
            @requires(Permission.ENROL)
            def declared(self) -> None: ...

            def forgotten(self) -> None: ...


@pytest.mark.parametrize("kind", [property, staticmethod, classmethod])
def test_undeclared_properties_and_static_methods_are_refused_too(kind: type) -> None:
    with pytest.raises(TypeError, match="forgotten"):
        type("Careless", (Service,), {"forgotten": kind(lambda *_: None)})


def test_constants_and_private_methods_need_no_declaration() -> None:
    class Tool(Service):
        LIMIT = 3

        class Part:
            pass

        def _step(self) -> None: ...

    assert needed_permissions(Tool) == {}


def test_a_refused_method_does_nothing_and_an_allowed_one_returns_its_value() -> None:
    calls: list[int] = []

    class Tool(Service):
        @requires(Permission.ERASE_PEOPLE)
        def erase(self, number: int) -> int:
            calls.append(number)
            return number

        @open_to_all
        def look(self) -> str:
            return "seen"

    with pytest.raises(NotAllowed):
        Tool(RoleState(frozenset(Role), Role.OPERATOR)).erase(1)
    assert calls == []
    assert Tool(RoleState(frozenset(Role))).look() == "seen"
    assert Tool(RoleState(frozenset(Role), Role.ADMIN)).erase(2) == 2
    assert Tool(ADMINISTRATOR).erase(3) == 3
    assert Tool(RoleState()).erase(4) == 4  # no admin password: roles are not in use
