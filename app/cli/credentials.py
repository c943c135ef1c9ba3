"""Commands for the passwords of the roles, for PINs, and for lockouts after failed attempts."""

import math
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, read_secret
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import InvalidRequest
from app.core.lockout import LockoutScope, lasts_until_reset
from app.core.roles import Role
from app.services.access.lockout_service import FailedAttempts
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


lockout_app = typer.Typer(help="List and reset lockouts after failed attempts.")


@lockout_app.command("list")
def list_lockouts(json: Json = False) -> None:
    """List the failed attempts since the last success, and the delays they cause."""
    with open_application() as application:
        found = application.lockouts.failed_attempts()
        names = {person.id: person.name for person in application.people.all()}
    if json:
        print_json([_lockout_json(one) for one in found])
        return
    for one in found:
        console.print(
            f"{_scope_name(one.scope, names)}: {one.failures} failed, {_delay_text(one.left_ns)}", markup=False
        )
    if not found:
        console.print("There are no failed attempts.")


@lockout_app.command("reset")
def reset_lockouts(
    who: Who = None,
    kiosk: Annotated[str | None, typer.Option(help="The name of a kiosk, as in its policy.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All people and kiosks.")] = False,
    json: Json = False,
) -> None:
    """Reset the failed attempts of a person or at a kiosk, and end their delays. Exit code 1 if there are none."""
    if (who is not None) + (kiosk is not None) + every != 1:
        raise InvalidRequest("Give a person, --kiosk or --all.", "For example: facelatch lockout reset --kiosk door")
    with open_application() as application:
        person_id = application.people.find(who).id if who is not None else None
        chosen = [
            one
            for one in application.lockouts.failed_attempts()
            if every
            or (person_id is not None and one.scope.person_id == person_id)
            or (kiosk is not None and one.scope.kiosk.split("#")[0] == kiosk)
        ]
        for one in chosen:
            application.lockouts.reset(one.scope)
    if json:
        print_json([_lockout_json(one) for one in chosen])
    else:
        console.print(f"{len(chosen)} lockouts were reset." if chosen else "There are no failed attempts to reset.")
    raise typer.Exit(0 if chosen else 1)


def _lockout_json(one: FailedAttempts) -> dict[str, object]:
    until_reset = lasts_until_reset(one.left_ns)
    return {
        "channel": one.scope.channel,
        "kiosk": one.scope.kiosk,
        "person": one.scope.person_id,
        "failures": one.failures,
        "left_s": None if until_reset else math.ceil(one.left_ns / 1e9),
        "until_reset": until_reset,
    }


def _scope_name(scope: LockoutScope, names: dict[str, str]) -> str:
    whose = names.get(scope.person_id, scope.person_id) if scope.person_id else f"at “{scope.kiosk}”"
    return f"{scope.channel} {whose}"


def _delay_text(left_ns: int) -> str:
    if lasts_until_reset(left_ns):
        return "locked until a reset"
    return f"locked for {math.ceil(left_ns / 1e9)} s" if left_ns else "not locked"
