"""The command that rounds a network after its training. It needs the extra `lab`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.lab import Images, lab_installed, people_in, prepare_faces
from app.cli.output import Json, console, percent, print_json
from app.core.errors import ExportFailed

app = typer.Typer()


@app.command()
def quantise(
    images: Images,
    output: Annotated[Path, typer.Option(help="The ONNX file to write.")],
    held_out: Annotated[Path | None, typer.Option(help="A list of pairs; who is in it is measured on.")] = None,
    fold: Annotated[int | None, typer.Option(min=1, help="Of the list, only this run of 600 pairs.")] = None,
    faces: Annotated[int, typer.Option(min=1, help="Faces to find the ranges of maps with.")] = 128,
    json: Json = False,
) -> None:
    """Round the shipped network to eight bits as it is, to compare with a student that was taught while rounding."""
    with lab_installed():
        from app.lab.export.post_training import compare_quantised, quantise_after_training, sample_evenly

        others = people_in(held_out, fold) if held_out else frozenset()
        prepared = prepare_faces(images).faces
        measured = prepared.without(set(prepared.identities) - others) if others else prepared
        with open_application() as application:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
        rounded = quantise_after_training(shipped, sample_evenly(prepared.without(others), faces))
        try:
            output.write_bytes(rounded)
        except OSError as error:
            raise ExportFailed(path=output, reason=error.strerror or error) from error
        told = compare_quantised(shipped, rounded, measured)
    if json:
        print_json(told)
        return
    console.print(f"{told.bytes / 1e6:.2f} MB in place of {told.bytes_before / 1e6:.2f}.")
    console.print(f"{told.milliseconds:.2f} ms a face in place of {told.milliseconds_before:.2f}, on one thread.")
    console.print(
        f"Accepted at a false match rate of 1e-3: {percent(told.rounded.tar)} in place of {percent(told.before.tar)}; "
        f"cosine {told.rounded.agreement or 0:.4f}, at least {told.least_cosine:.4f}."
    )
