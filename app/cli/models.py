"""Commands for the models in the manifest."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, error_console, print_json
from app.core.errors import ModelError
from app.services.system.tuning import TuningReport

app = typer.Typer(help="List and verify the models.")


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models, with the threshold of each operating point."""
    with open_application() as application:
        rows = [row.model_dump(mode="json") for row in application.models.manifest.rows]
    if json:
        print_json({"models": rows})
        return
    table = Table("Model", "Kind", "File", "Thresholds", "Licence")
    for row in rows:
        table.add_row(row["name"], row["kind"], row["file"], _thresholds(row), row["licence"])
    console.print(table)


@app.command()
def verify(json: Json = False) -> None:
    """Verify every model file against the manifest. Exit code 3 if one is missing or changed."""
    results: dict[str, ModelError | None] = {}
    with open_application() as application:
        for row in application.models.manifest.rows:
            try:
                application.models.manifest.load(row)
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


@app.command()
def tune(
    quick: Annotated[
        bool, typer.Option("--quick", help="Finish within about two seconds, with less certain results.")
    ] = False,
    json: Json = False,
) -> None:
    """Time the networks on every engine, and select the fastest engine that agrees with the CPU."""
    with open_application() as application, error_console.status("Measuring") as status:
        report = application.models.tuning.tune(
            short=quick, progress=lambda trial: status.update(f"{trial.network} on {trial.engine}")
        )
    if json:
        print_json(report)
        return
    _print_tuning(report)


def _print_tuning(report: TuningReport) -> None:
    table = Table("Network", "Engine", "Median", "Agreement", "")
    for trial in report.trials:
        median = "–" if trial.median_ms is None else f"{trial.median_ms:.2f} ms"
        agreement = "–" if trial.agreement is None else f"{trial.agreement:.5f}"
        chosen = report.chosen.get(trial.network) == trial.engine
        word = "chosen" if chosen else trial.refusal or ("" if trial.usable else "results differ")
        table.add_row(trial.network, str(trial.engine), median, agreement, word)
    console.print(table)
    landmarks = report.landmarks
    console.print(
        f"Landmarks: MediaPipe {landmarks.mediapipe_ms:.1f} ms, its networks alone {landmarks.direct_ms:.1f} ms "
        f"(agreement {landmarks.agreement:.4f}): {'the networks alone' if landmarks.chosen else 'MediaPipe'}."
    )


def _thresholds(row: dict[str, Any]) -> str:
    points = row.get("thresholds", {}).get("points", [])
    return ", ".join(f"{point['fmr']:.0e}: {point['threshold']:.3f}" for point in points) or "–"
