"""Commands of the lab for one network that detects and embeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.lab.training import Images, Recipe, Run, Threads, load_recipe, people_in, prepare_faces
from app.cli.lab.training import app as lab_app
from app.cli.output import Json, console, extra_installed, print_json, print_table, progress, write_text
from app.core.errors import InvalidRequest
from app.evaluation.protocols.pictures import list_people_pictures
from app.services.recognition.pictures import picture_files

if TYPE_CHECKING:
    from app.lab.data.faces import Images as Patches

app = typer.Typer(help="One network that detects and embeds faces, compared with a network for each.")

lab_app.add_typer(app, name="multitask")

_SYNTHETIC = 2000
Backgrounds = Annotated[
    Path | None,
    typer.Option(help="A folder of pictures, or of folders of them, whose corners show no faces; else synthetic."),
]
HeldOut = Annotated[Path | None, typer.Option(help="A list of pairs; the people in it are not learnt from.")]
Fold = Annotated[int | None, typer.Option(min=1, help="Use only this run of 600 pairs of the list.")]


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
    """Train a network with two heads, and one that only detects. The same command continues from the checkpoints."""
    with extra_installed("lab"):
        from app.lab.training.multitask import MultiTaskConfig
        from app.lab.training.multitask_runs import run_multitask_training
        from app.lab.training.runs import set_thread_count

        config = load_recipe(MultiTaskConfig, recipe, {})
        others = people_in(held_out, fold) if held_out else frozenset()
        set_thread_count(threads)
        faces = prepare_faces(images).faces.without(others)
        patches = _backgrounds(backgrounds, config.seed, others, own=False)
        with open_application() as application, progress("Steps", 2 * config.steps) as bar:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
            report = run_multitask_training(
                config,
                shipped,
                faces,
                patches,
                run,
                save_every,
                lambda done: bar.update(bar.task_ids[0], completed=done),
            )
    if json:
        print_json(report)
    else:
        console.print(f"{report.steps} steps each. Exported: {report.file}, {report.detector_file}", markup=False)


def _backgrounds(folder: Path | None, seed: int, others: frozenset[str], *, own: bool) -> "Patches":
    """Return corners of the pictures of held-out people (`own`), or of all others; synthetic patterns without a folder.

    Raises:
        InvalidRequest: The folder does not exist.
        DataUnusable: It holds no readable picture.
    """
    from app.lab.data.backgrounds import corner_patches, synthetic_patches
    from app.lab.networks.two_heads import TEACHABLE

    side = TEACHABLE.input_size[0]
    if folder is None:
        return synthetic_patches(_SYNTHETIC, side, 2 * seed + own)
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
    seed: Annotated[int, typer.Option(min=0, help="Seed of the composite pictures.")] = 0,
    markdown: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    json: Json = False,
) -> None:
    """Compare a run's two networks with the shipped one, on held-out people, or on all without a list."""
    with extra_installed("lab"):
        from app.lab.studies.multitask_comparison import compare_networks, comparison_table
        from app.lab.training.multitask_runs import read_multitask_run

        two_heads, detector = read_multitask_run(run)
        others = people_in(held_out, fold) if held_out else frozenset()
        prepared = prepare_faces(images, least=2).faces
        faces = prepared.without(set(prepared.identities) - others) if others else prepared
        patches = _backgrounds(backgrounds, seed, others, own=bool(others))
        with open_application() as application, progress("Faces", len(faces)) as bar:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
            comparison = compare_networks(
                shipped,
                detector,
                two_heads,
                faces,
                patches,
                seed,
                lambda done: bar.update(bar.task_ids[0], completed=done),
            )
        from app.lab.studies.reports import markdown_table

        rows = list(comparison_table(comparison))
    if markdown is not None:
        write_text(markdown, markdown_table(rows[0], rows[1:]) + "\n")
    if json:
        print_json(comparison)
        return
    table = Table(*rows[0])
    for row in rows[1:]:
        table.add_row(*row)
    print_table(table)
    console.print(f"{comparison.faces} faces of {comparison.people} people, and as many pictures without a face.")
