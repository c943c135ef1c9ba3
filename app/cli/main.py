"""The root of the command line."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.cli.application import open_for_window
from app.cli.lazy_group import LazyGroup
from app.cli.output import Json, console, error_console, percent, print_json, progress
from app.core.errors import DisplayMissing
from app.core.logging import configure_logging
from app.services.live.demo import enrol_portraits, run_demo
from app.services.system.doctor import require_display
from app.wiring import Application
from app.wiring.screens import make_screenshot, run_window

_HEADLESS_FRAMES = 300
_DEMO = {"source": "demo", "width": 640, "height": 480}
_NO_OFFER = {"offer_passwords": False}  # the demo has no data to protect

app = typer.Typer(
    name="facelatch",
    cls=LazyGroup,
    help="Real-time face verification on your own machine. Without a command, the window opens.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        console.print(f"facelatch {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log to standard error, with debug messages.")
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Open the window, unless a command is given."""
    configure_logging(verbose=verbose)
    if context.invoked_subcommand is None:
        require_display()
        with open_for_window() as application:
            raise typer.Exit(run_window(application))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Run without a window and print a report.")] = False,
    frames: Annotated[int | None, typer.Option(min=1, help="Number of frames to process (without a window).")] = None,
    screenshot: Annotated[
        Path | None, typer.Option(help="Render the window to this PNG file, without a display, and exit.")
    ] = None,
    json: Json = False,
) -> None:
    """Run the program on two public-domain portraits, without a camera. Your own data stays untouched."""
    if screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    elif not headless:
        try:
            require_display()
        except DisplayMissing as error:
            error_console.print(f"{error.message} The demo runs without a window.", markup=False)
            headless = True
    with (
        tempfile.TemporaryDirectory(prefix="facelatch-demo-") as directory,
        open_for_window(Path(directory) / "demo.sqlite3", camera=_DEMO, access=_NO_OFFER) as application,
    ):
        application.pictures.prepare()  # in parallel with the creation of the database
        enrol_portraits(application.enrolment)
        application.enrolment.release_pictures()
        if screenshot is not None:
            make_screenshot(application, screenshot)
        elif not headless:
            raise typer.Exit(run_window(application))
        else:
            _demo_without_window(application, frames or _HEADLESS_FRAMES, as_json=json)


def _demo_without_window(application: Application, frames: int, *, as_json: bool) -> None:
    with progress("Demo", frames) as bar:
        report = run_demo(
            application.live,
            application.settings.camera,
            application.clock,
            frames,
            lambda _: bar.advance(bar.task_ids[0]),
        )
    if as_json:
        print_json(report)
        return
    console.print(f"{report.frames} frames, the right person recognised in {percent(report.recognised)} of them.")
    console.print(
        f"Camera to result: median {report.frame_p50_ms:.1f} ms, 95th percentile {report.frame_p95_ms:.1f} ms."
    )
    console.print(f"{report.dropped} frames dropped. Engine: {report.provider}.")
