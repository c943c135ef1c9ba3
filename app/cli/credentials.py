"""Commands for the passwords of the roles, and for PINs."""

from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, read_secret
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import InvalidRequest
from app.core.roles import Role
from app.wiring import Application

password_app = typer.Typer(help="Set and remove the passwords of the roles admin and operator.")

Which = Annotated[Role, typer.Argument(help="admin or operator.")]


@password_app.command("set")
def set_password(role: Which, json: Json = False) -> None:
    """Set or replace a password. It is prompted for, or read from standard input."""
    with open_application() as application:
        application.credentials.set_password(role, read_secret("password", repeat=True))
    if json:
        print_json({"role": role, "set": True})
    else:
        console.print(f"The password of the {role} was set.")


@password_app.command("remove")
def remove_password(role: Which, json: Json = False) -> None:
    """Remove a password. Without an admin password, no sign-in is required. Exit code 1 if there is none."""
    with open_application() as application:
        removed = application.credentials.remove_password(role)
    if json:
        print_json({"role": role, "removed": removed})
    else:
        console.print(f"The password of the {role} was removed." if removed else f"The {role} has no password.")
    raise typer.Exit(0 if removed else 1)


pin_app = typer.Typer(help="Set and remove the PINs of people, of kiosks, and of the administrator.")

Who = Annotated[str | None, typer.Argument(help="A person's name or id.")]
Site = Annotated[str | None, typer.Option(help="The name of a kiosk, as in its policy.")]
Admin = Annotated[bool, typer.Option("--admin", help="The PIN that exits a kiosk.")]


@pin_app.command("set")
def set_pin(who: Who = None, site: Site = None, admin: Admin = False, json: Json = False) -> None:
    """Set a PIN. It is prompted for, or read from standard input."""
    _require_one(who, site, admin=admin)
    with open_application() as application:
        owner, whose = _owner(application, who, site)
        application.credentials.set_pin(owner, read_secret("PIN", repeat=True).strip())
    if json:
        print_json({"role": owner.role, "of": owner.of, "set": True})
    else:
        console.print(f"The PIN of {whose} was set.", markup=False)


@pin_app.command("remove")
def remove_pin(who: Who = None, site: Site = None, admin: Admin = False, json: Json = False) -> None:
    """Remove a PIN. Exit code 1 if there is none."""
    _require_one(who, site, admin=admin)
    with open_application() as application:
        owner, whose = _owner(application, who, site)
        removed = application.credentials.remove_pin(owner)
    if json:
        print_json({"role": owner.role, "of": owner.of, "removed": removed})
    else:
        console.print(f"The PIN of {whose} was removed." if removed else f"No PIN is set for {whose}.", markup=False)
    raise typer.Exit(0 if removed else 1)


def _require_one(who: str | None, site: str | None, *, admin: bool) -> None:
    if (who is not None) + (site is not None) + admin != 1:
        raise InvalidRequest("Give a person, --site or --admin.", "For example: facelatch pin set Ada")


def _owner(application: Application, who: str | None, site: str | None) -> tuple[PinOwner, str]:
    if who is not None:
        person = application.people.find(who)
        return PinOwner(PinRole.PERSON, person.id), person.name
    return (
        (PinOwner(PinRole.SITE, site), f"the kiosk “{site}”")
        if site is not None
        else (ADMIN_PIN_OWNER, "the administrator")
    )
