"""Commands that check the program: doctor and self-test."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.audit import AuditKind, AuditQuery
from app.core.liveness import LivenessPolicy
from app.core.paths import resources_dir
from app.core.settings.model import Settings
from app.flows.kiosk.types import KioskState
from app.services.kiosk.policy import KioskPolicy
from app.services.live.demo import enrol_portraits, run_demo
from app.services.system.doctor import Check, CheckState, Doctor
from app.services.system.self_test import Step, StepFailed, StepReport, run_steps
from app.wiring import Application
from app.wiring.screens import make_screenshot

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


_DIRECTORIES = ("DATA", "CONFIG", "KEYS", "LOG", "CACHE", "RUNTIME")
_FRAMES = 60
_MIN_RECOGNISED = 0.95
_KIOSK_TIMEOUT_S = 60.0
"""Time limit of the kiosk step in seconds, generous because this is no speed test."""


@app.command("self-test")
def self_test(
    window: Annotated[bool, typer.Option(help="Also open and render the window, without a display.")] = True,
    json: Json = False,
) -> None:
    """Run every component of the program once, in a temporary directory. Exit code 3 if one fails.

    Your own data is neither read nor changed. Attach the output to a problem report.
    """
    reports: list[StepReport] = []
    with (
        _temporary_directories() as directory,
        Application(settings=_settings(), actor="self-test", temporary=True) as application,
    ):
        for report in run_steps(_steps(application, directory, window=window)):
            reports.append(report)
            if not json:
                _print(report)
    passed = all(report.passed for report in reports)
    if json:
        print_json({"passed": passed, "steps": reports})
    else:
        console.print("All steps passed." if passed else "Some steps failed.", style="bold")
    raise typer.Exit(0 if passed else 3)


def _print(report: StepReport) -> None:
    mark = "[green]✓[/]" if report.passed else "[red]✗[/]"
    console.print(f"{mark} {report.name:<11}{report.seconds:6.2f} s  ", end="")
    console.print(report.finding, markup=False)
    if report.advice:
        console.print(f"  → {report.advice}", markup=False)


@contextmanager
def _temporary_directories() -> Iterator[Path]:
    """Redirect the directories of the user to a temporary one inside the block."""
    names = {f"FACELATCH_{name}_DIR": name.lower() for name in _DIRECTORIES}
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="facelatch-self-test-") as directory:
        os.environ.update({name: str(Path(directory) / folder) for name, folder in names.items()})
        try:
            yield Path(directory)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _settings() -> Settings:
    return Settings().with_changes(camera={"source": "demo", "width": 640, "height": 480})


def _steps(application: Application, directory: Path, *, window: bool) -> Sequence[Step]:
    steps = [
        Step("models", lambda: _models(application)),
        Step("face", lambda: _face(application)),
        Step("enrolment", lambda: _enrolment(application)),
        Step("matching", lambda: _matching(application)),
        Step("store", lambda: _store(application)),
        Step("audit", lambda: _audit(application)),
        Step("kiosk", lambda: _kiosk(application)),
    ]
    if window:
        steps.append(Step("window", lambda: _window(application, directory / "window.png")))
    return steps


def _models(application: Application) -> str:
    manifest = application.models.manifest
    size = sum(len(manifest.load(row)) for row in manifest.rows)
    return f"{len(manifest.rows)} models, {size / 1e6:.1f} MB, match the manifest."


def _face(application: Application) -> str:
    picture = min((resources_dir() / "portraits").glob("*.jpg"))
    face = application.pictures.usable_face(picture)
    if face.embedding is None:
        raise StepFailed(f"The face in {picture.name} was not embedded.")
    points, size = len(face.face.landmarks), len(face.embedding.vector)
    return f"A face with {points} landmarks and an embedding of {size} numbers was found in {picture.name}."


def _enrolment(application: Application) -> str:
    enrol_portraits(application.enrolment)
    people = application.people.all()
    if not people:
        raise StepFailed("No person is enrolled after enrolment.")
    return f"{len(people)} people were enrolled."


def _matching(application: Application) -> str:
    report = run_demo(application.live, application.settings.camera, application.clock, _FRAMES)
    finding = f"{report.recognised:.0%} of {report.frames} frames recognised, {report.frame_p50_ms:.1f} ms a frame."
    if report.recognised < _MIN_RECOGNISED:
        raise StepFailed(finding)
    return finding


def _store(application: Application) -> str:
    backup = application.store.back_up()
    if faults := application.store.check():
        raise StepFailed(f"The database is damaged: {faults[0].finding}")
    return f"The database is intact and was backed up: {backup.stat().st_size / 1e3:.0f} kB."


def _audit(application: Application) -> str:
    lines = application.audit.lines(AuditQuery(kinds=[AuditKind.PERSON_ENROLLED]))
    if not lines or len(lines) != len(application.people.all()):
        raise StepFailed(f"The audit log contains {len(lines)} enrolments.")
    return "Every enrolment is in the audit log."


def _kiosk(application: Application) -> str:
    if not application.people.all():
        raise StepFailed("Without an enrolled person, a kiosk unlocks for no one.")
    policy = KioskPolicy.model_validate(
        {
            "name": "self-test",
            "liveness": {"policy": LivenessPolicy.OFF},
            "pin": {"use": "off"},
            "unlock": {"relock_s": 1},
            "times": {"looking_s": _KIOSK_TIMEOUT_S, "verifying_s": _KIOSK_TIMEOUT_S},
        }
    )
    seen: list[KioskState] = []
    until = time.monotonic() + _KIOSK_TIMEOUT_S
    with application.kiosks.kiosk(policy) as kiosk:
        kiosk.begin()
        while seen[-2:-1] != [KioskState.GRANTED]:
            if kiosk.problem is not None:
                raise kiosk.problem
            if time.monotonic() > until:
                raise StepFailed(f"The kiosk did not unlock and relock: {' → '.join(seen)}")
            view = kiosk.take_view()
            if view is not None and view.status.state not in seen[-1:]:
                seen.append(view.status.state)
            time.sleep(0.01)
    return " → ".join(seen)


def _window(application: Application, picture: Path) -> str:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_screenshot(application, picture, settled_after_s=0.5)
    return f"The window was opened and rendered: {picture.stat().st_size / 1e3:.0f} kB."
