"""Commands for the passwords of the roles."""

import getpass
import sys
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.errors import InvalidRequest
from app.core.roles import Role

app = typer.Typer(help="Set and remove the passwords of the roles admin and operator.")

Which = Annotated[Role, typer.Argument(help="admin or operator.")]


@app.command("set")
def set_password(role: Which, json: Json = False) -> None:
    """Set or replace a password. It is prompted for, or read from standard input."""
    with open_application() as application:
        application.credentials.set_password(role, _read_password())
    if json:
        print_json({"role": role, "set": True})
    else:
        console.print(f"The password of the {role} was set.")


@app.command("remove")
def remove(role: Which, json: Json = False) -> None:
    """Remove a password. Without an admin password, no sign-in is required. Exit code 1 if there is none."""
    with open_application() as application:
        removed = application.credentials.remove_password(role)
    if json:
        print_json({"role": role, "removed": removed})
    else:
        console.print(f"The password of the {role} was removed." if removed else f"The {role} has no password.")
    raise typer.Exit(0 if removed else 1)


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Repeat: ") != password:
        raise InvalidRequest("The passwords differ.", "Type the same password twice.")
    return password
