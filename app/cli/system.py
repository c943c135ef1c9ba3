"""Commands about the machine: whether all is in order."""

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.services.system.doctor import Check, CheckState, Doctor

app = typer.Typer()

_MARKS = {
    CheckState.GOOD: "[green]✓ good[/]",
    CheckState.CAUTION: "[yellow]! caution[/]",
    CheckState.BAD: "[red]✗ bad[/]",
}


@app.command()
def doctor(json: Json = False) -> None:
    """Look at cameras, models, engine, key, store, audit trail, display and disk. Exit code 3 if something is bad."""
    with open_application() as application:
        examination = Doctor(
            lambda: application.models.manifest,
            lambda: application.models.vision.embedder(),  # noqa: PLW0108 - that there is vision at all is part of the question
            lambda: application.people,
            lambda: application.keys,
            lambda: application.audit,
            lambda: application.reenrolment,
            application.settings_problem,
        )
        checks = list(examination.checks())
    if json:
        print_json({"checks": checks})
    else:
        _print_checks(checks)
    raise typer.Exit(3 if any(check.state is CheckState.BAD for check in checks) else 0)


def _print_checks(checks: list[Check]) -> None:
    table = Table("", "What", "Finding and advice")
    for check in checks:
        words = check.finding if not check.advice else f"{check.finding}\n→ {check.advice}"
        table.add_row(_MARKS[check.state], check.name, words)
    console.print(table)
