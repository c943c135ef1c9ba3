"""A command group that imports the module of a command on first use.

Importing all of them would add a quarter of a second to every start.
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
    "doctor": "diagnostics",
    "self-test": "diagnostics",
}
"""Modules of `app.cli` by command."""

GROUPS: dict[str, str | tuple[str, ...]] = {
    "people": "people",
    "actions": "actions",
    "audit": "audit",
    "bench": "evaluation.bench",
    "evaluate": ("evaluation.evaluate", "evaluation.protocols", "evaluation.liveness"),
    "lab": ("lab.training", "lab.multitask", "lab.studies"),
    "models": "models",
    "password": "credentials:password_app",
    "pin": "credentials:pin_app",
    "lockout": "credentials:lockout_app",
    "settings": "settings",
    "store": "store",
}
"""Modules of `app.cli` by command group, with the name of the Typer application unless it is `app`.

Of several modules, the first defines the group and the others add to it."""


class LazyGroup(TyperGroup):
    """A group with commands that are imported on demand."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as Typer calls it
        """Return all names, in the order of the help."""
        own = [name for name in self.commands if name not in COMMANDS and name not in GROUPS]
        return [*COMMANDS, *own, *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and return a command. An unknown name imports all commands, since Typer suggests similar names."""
        names = self.list_commands(ctx)
        for name in [cmd_name] if cmd_name in names else names:
            if name not in self.commands:
                self.commands[name] = _imported(name)
        return super().get_command(ctx, cmd_name)


def _imported(name: str) -> Any:
    """Import a command or group."""
    modules = COMMANDS.get(name) or GROUPS[name]
    first, *_ = [_typer_of(module) for module in ([modules] if isinstance(modules, str) else modules)]
    whole = typer.Typer()
    if name in GROUPS:
        whole.add_typer(first, name=name)
    else:
        whole.registered_commands += first.registered_commands
        whole.callback()(lambda: None)  # keeps a single command a subcommand
    return typer.main.get_group(whole).commands[name]


def _typer_of(place: str) -> typer.Typer:
    module, _, attribute = place.partition(":")
    found: typer.Typer = getattr(import_module(f"app.cli.{module}"), attribute or "app")
    return found
