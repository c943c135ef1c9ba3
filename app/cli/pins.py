"""Commands for PINs."""

import getpass
import sys
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import InvalidRequest
from app.wiring import Application

app = typer.Typer(help="Set and remove the PINs of people, of kiosks, and of the administrator.")

Who = Annotated[str | None, typer.Argument(help="A person's name or id.")]
Site = Annotated[str | None, typer.Option(help="The name of a kiosk, as in its policy.")]
Admin = Annotated[bool, typer.Option("--admin", help="The PIN that exits a kiosk.")]


@app.command("set")
def set_pin(who: Who = None, site: Site = None, admin: Admin = False, json: Json = False) -> None:
    """Set a PIN. It is prompted for, or read from standard input."""
    _require_one(who, site, admin=admin)
    with open_application() as application:
        owner, whose = _owner(application, who, site)
        application.credentials.set_pin(owner, _read_pin())
    if json:
        print_json({"role": owner.role, "of": owner.of, "set": True})
    else:
        console.print(f"The PIN of {whose} was set.", markup=False)


@app.command("remove")
def remove(who: Who = None, site: Site = None, admin: Admin = False, json: Json = False) -> None:
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


def _read_pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    pin = getpass.getpass("PIN: ")
    if getpass.getpass("Repeat: ") != pin:
        raise InvalidRequest("The PINs differ.", "Type the same PIN twice.")
    return pin
