"""The command that counts the strangers a kiosk would let in."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, percent, print_json, progress
from app.core.errors import InvalidRequest

app = typer.Typer()


@app.command()
def kiosk(
    images: Annotated[Path, typer.Option(help="A folder that holds a folder of pictures for each person.")],
    gallery: Annotated[int, typer.Option(min=2, max=10_000, help="How many others are enrolled.")] = 100,
    fmr: Annotated[str, typer.Option(help="Share of strangers let through, for each person enrolled.")] = "1e-4",
    json: Json = False,
) -> None:
    """Have everybody in a folder try once to be let in by a kiosk at which only others are enrolled."""
    if not images.is_dir():
        raise InvalidRequest("There is no folder “{path}”.", "Name the folder that holds the pictures.", path=images)
    people = sum(folder.is_dir() for folder in images.iterdir())
    with (
        open_application(recognition={"operating_point": fmr}) as application,
        progress("People", people) as bar,
    ):
        report = application.kiosks.impostors(images, gallery, lambda _: bar.advance(bar.task_ids[0]))
    if json:
        print_json(report)
        return
    console.print(
        f"{report.let_in} of {report.probes} strangers would have been let in: {percent(report.rate)} "
        f"({percent(report.low)} – {percent(report.high)}), at {report.gallery} people enrolled, "
        f"a similarity of {report.threshold:.3f} and {report.frames} frames in a row."
    )
    console.print(f"{report.not_detected} pictures without a face, {report.seconds:.0f} s")
