"""Commands about the machine: how fast it is, and whether all is in order."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, progress
from app.services.bench import bench as run_bench
from app.services.demo import enrol_portraits
from app.services.doctor import Check, CheckState, Doctor

app = typer.Typer()

_MARKS = {
    CheckState.GOOD: "[green]✓ good[/]",
    CheckState.CAUTION: "[yellow]! caution[/]",
    CheckState.BAD: "[red]✗ bad[/]",
}


@app.command()
def bench(
    source: Annotated[str, typer.Option(help="A video file, a camera, an address, or demo.")] = "demo",
    frames: Annotated[int, typer.Option(min=1, help="Frames to time.")] = 300,
    json: Json = False,
) -> None:
    """Time the way of a frame, stage by stage, one frame after the other."""
    with (
        tempfile.TemporaryDirectory(prefix="facelatch-bench-") as directory,
        open_application(Path(directory) / "bench.sqlite3", camera={"source": source}) as application,
        progress("Frames", frames) as bar,
    ):
        enrol_portraits(application.enrolment)
        with application.models.vision.video_analyzer() as analyzer:
            report = run_bench(
                analyzer,
                application.matcher.identify,
                application.liveness.monitor(),
                application.settings.camera,
                application.clock,
                frames,
                lambda: bar.advance(bar.task_ids[0]),
            )
    if json:
        print_json(report)
        return
    table = Table("Stage", "p50 ms", "p95 ms")
    for name, spread in report.stages.items():
        table.add_row(name, f"{spread.p50_ms:.2f}", f"{spread.p95_ms:.2f}")
    table.add_row("frame", f"{report.frame_p50_ms:.2f}", f"{report.frame_p95_ms:.2f}", style="bold")
    console.print(table)
    console.print(f"{report.resolution}, {report.faces:.1f} faces a frame, {report.provider}")


@app.command()
def doctor(json: Json = False) -> None:
    """Look at cameras, models, engine, key, store, display and disk. Exit code 3 if something is bad."""
    with open_application() as application:
        examination = Doctor(
            lambda: application.models.manifest,
            lambda: application.models.vision.embedder(),  # noqa: PLW0108 - that there is vision at all is part of the question
            lambda: application.people,
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
