"""Commands whose modules are imported when they are used.

All of them together cost every start a quarter of a second.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "enroll": "enrolment",
    "verify": "matching",
    "identify": "matching",
    "compare": "matching",
    "kiosk": "kiosk",
    "calibrate": "calibration",
    "doctor": "system",
    "self-test": "self_test",
}
"""The module of `app.cli` that has each command."""

GROUPS = {
    "people": "people",
    "actions": "actions",
    "audit": "audit",
    "bench": "bench",
    "evaluate": "evaluations",
    "lab": "lab_commands",
    "models": "models",
    "password": "passwords",
    "pin": "pins",
    "settings": "settings",
    "store": "store",
}
"""The module that has each group of commands."""


class LazyGroup(TyperGroup):
    """A group that knows more commands than it has imported."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as Typer calls it
        """Every name, imported or not, in the order of the help."""
        own = [name for name in self.commands if name not in COMMANDS and name not in GROUPS]
        return [*COMMANDS, *own, *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now. For a name that there is not, all are, since Typer offers the nearest."""
        names = self.list_commands(ctx)
        for name in [cmd_name] if cmd_name in names else names:
            if name not in self.commands:
                self.commands[name] = _imported(name)
        return super().get_command(ctx, cmd_name)


def _imported(name: str) -> Any:
    """The command or group of this name."""
    found: typer.Typer = import_module(f"app.cli.{COMMANDS.get(name) or GROUPS[name]}").app
    whole = typer.Typer()
    if name in GROUPS:
        whole.add_typer(found, name=name)
    else:
        whole.registered_commands += found.registered_commands
        whole.callback()(lambda: None)  # so that one command, too, is one of several
    return typer.main.get_group(whole).commands[name]
