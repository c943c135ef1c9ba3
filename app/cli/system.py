"""The command that checks the installation."""

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
    """Check cameras, models, engine, key, database, audit log, display and disk. Exit code 3 if a check fails."""
    with open_application() as application:
        examination = Doctor(
            lambda: application.models.manifest,
            lambda: application.models.vision.embedder(),  # noqa: PLW0108 - creating vision is part of the check
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
    table = Table("", "Check", "Finding and advice")
    for check in checks:
        words = check.finding if not check.advice else f"{check.finding}\n→ {check.advice}"
        table.add_row(_MARKS[check.state], check.name, words)
    console.print(table)
