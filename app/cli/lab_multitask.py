"""Commands for one network that finds and embeds. They need the extra `lab`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.lab import Images, Recipe, Run, Threads, checked, lab_installed, people_in, prepare_faces
from app.cli.output import Json, console, markdown_table, print_json, print_table, progress, write_text
from app.core.errors import InvalidRequest
from app.evaluation.protocols.verification import list_people_pictures
from app.services.recognition.pictures import picture_files

if TYPE_CHECKING:
    from app.lab.data.faces import Images as Patches

app = typer.Typer(help="One network that finds faces and embeds them, beside a network for each.")

_MADE_UP = 2000
Backgrounds = Annotated[
    Path | None,
    typer.Option(help="A folder of pictures, or of folders of them, whose corners show no faces; else made up."),
]
HeldOut = Annotated[Path | None, typer.Option(help="A list of pairs; who is in it is not learnt from.")]
Fold = Annotated[int | None, typer.Option(min=1, help="Of the list, only this run of 600 pairs.")]


@app.command()
def train(
    images: Images,
    run: Run,
    recipe: Recipe = None,
    backgrounds: Backgrounds = None,
    held_out: HeldOut = None,
    fold: Fold = None,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 50,
    threads: Threads = None,
    json: Json = False,
) -> None:
    """Train a network with two heads, and one that only finds. The same command again goes on from the checkpoints."""
    with lab_installed():
        from app.lab.training.multitask import MultiTaskConfig
        from app.lab.training.multitask_runs import run_multitask_training
        from app.lab.training.runs import set_thread_count

        config = checked(MultiTaskConfig, recipe, {})
        others = people_in(held_out, fold) if held_out else frozenset()
        set_thread_count(threads)
        faces = prepare_faces(images).faces.without(others)
        around = _backgrounds(backgrounds, config.seed, others, own=False)
        with open_application() as application, progress("Steps", 2 * config.steps) as bar:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
            report = run_multitask_training(
                config,
                shipped,
                faces,
                around,
                run,
                save_every,
                lambda done: bar.update(bar.task_ids[0], completed=done),
            )
    if json:
        print_json(report)
    else:
        console.print(f"{report.steps} steps each. Exported: {report.file}, {report.detector_file}", markup=False)


def _backgrounds(folder: Path | None, seed: int, others: frozenset[str], *, own: bool) -> "Patches":
    """Corners of the pictures of those who are held out (`own`), or of all but those; patterns without a folder.

    Raises:
        InvalidRequest: There is no such folder.
        DataUnusable: It holds no readable picture.
    """
    from app.lab.data.backgrounds import corner_patches, synthetic_patches
    from app.lab.networks.two_heads import TEACHABLE

    side = TEACHABLE.input_size[0]
    if folder is None:
        return synthetic_patches(_MADE_UP, side, 2 * seed + own)
    if not folder.is_dir():
        raise InvalidRequest("There is no folder “{path}”.", "Name the folder that holds the pictures.", path=folder)
    paths = list_people_pictures(folder) or picture_files(folder)
    return corner_patches([path for path in paths if (path.parent.name in others) is own or not others], side)


@app.command()
def compare(
    images: Images,
    run: Run,
    backgrounds: Backgrounds = None,
    held_out: HeldOut = None,
    fold: Fold = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the pictures that are composed.")] = 0,
    markdown: Annotated[Path | None, typer.Option(help="Write the table into this file.")] = None,
    json: Json = False,
) -> None:
    """Measure a run's two networks beside the shipped one, on faces of those who were held out, or of everybody."""
    with lab_installed():
        from app.lab.studies.multitask_comparison import compare_networks, comparison_table
        from app.lab.training.multitask_runs import read_multitask_run

        two_heads, detector = read_multitask_run(run)
        others = people_in(held_out, fold) if held_out else frozenset()
        prepared = prepare_faces(images, least=2).faces
        faces = prepared.without(set(prepared.identities) - others) if others else prepared
        around = _backgrounds(backgrounds, seed, others, own=bool(others))
        with open_application() as application, progress("Faces", len(faces)) as bar:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
            comparison = compare_networks(
                shipped,
                detector,
                two_heads,
                faces,
                around,
                seed,
                lambda done: bar.update(bar.task_ids[0], completed=done),
            )
        rows = list(comparison_table(comparison))
    if markdown is not None:
        write_text(markdown, markdown_table(rows))
    if json:
        print_json(comparison)
        return
    table = Table(*rows[0])
    for row in rows[1:]:
        table.add_row(*row)
    print_table(table)
    console.print(f"{comparison.faces} faces of {comparison.people} people, and as many pictures without a face.")
