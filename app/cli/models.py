"""Commands for the models that ship."""

from typing import Any

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.errors import ModelError

app = typer.Typer(help="See the models and check their files.")


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models, with the similarity that each operating point asks for."""
    with open_application() as application:
        rows = [row.model_dump(mode="json") for row in application.manifest.rows]
    if json:
        print_json({"models": rows})
        return
    table = Table("Model", "Kind", "File", "Thresholds", "Licence")
    for row in rows:
        table.add_row(row["name"], row["kind"], row["file"], _thresholds(row), row["licence"])
    console.print(table)


@app.command()
def verify(json: Json = False) -> None:
    """Check every model's file against the manifest. Exit code 3 if one is missing or altered."""
    results: dict[str, ModelError | None] = {}
    with open_application() as application:
        for row in application.manifest.rows:
            try:
                application.manifest.load(row)
                results[row.name] = None
            except ModelError as error:
                results[row.name] = error
    if json:
        print_json({"models": {name: problem.message if problem else "good" for name, problem in results.items()}})
    else:
        for name, problem in results.items():
            console.print(f"{name}: {f'{problem.message} {problem.hint}' if problem else 'good'}", markup=False)
    failures = [problem for problem in results.values() if problem]
    raise typer.Exit(failures[0].exit_code if failures else 0)


def _thresholds(row: dict[str, Any]) -> str:
    points = row.get("thresholds", {}).get("points", [])
    return ", ".join(f"{point['fmr']:.0e}: {point['threshold']:.3f}" for point in points) or "–"
