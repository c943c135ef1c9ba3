"""Commands that train, distil and quantise networks. They need the extra `lab`, and import PyTorch on use."""

import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from app.cli.application import open_application
from app.cli.output import Json, console, error_console, extra_installed, percent, print_json, progress
from app.core.errors import ExportFailed, InvalidRequest
from app.core.faces import Image
from app.core.paths import cache_dir
from app.evaluation.protocols.lists import read_pairs
from app.evaluation.protocols.pictures import find_central_face, list_people_pictures
from app.services.recognition.pictures import picture_files

if TYPE_CHECKING:
    from app.lab.data.folders import PreparedFaces
    from app.lab.training.distillation import DistilConfig
    from app.lab.training.supervised import TrainConfig

app = typer.Typer(help="Train, distil and export your own networks. Needs the extra “lab”.")

_FOLD = 600
_Config = TypeVar("_Config", bound=BaseModel)

Images = Annotated[Path, typer.Option(help="A folder with a folder of pictures for each person, or a RecordIO file.")]
Run = Annotated[Path, typer.Option("--output", help="The run's folder: its checkpoint and its results.")]
Recipe = Annotated[Path | None, typer.Option(help="A TOML file with settings; see docs/lab for the defaults.")]
Device = Annotated[
    Literal["auto", "cpu", "cuda"],
    typer.Option(help="Device to compute on; auto takes a GPU if PyTorch finds one."),
]
Threads = Annotated[int | None, typer.Option(min=1, help="CPU threads; by default PyTorch's choice.")]


@app.command()
def prepare(images: Images, json: Json = False) -> None:
    """Align every picture of a folder once, cache the faces, and list the pictures that cannot be used."""
    with extra_installed("lab"):
        prepared = prepare_faces(images)
    result = {
        "faces": len(prepared.faces),
        "people": len(prepared.faces.identities),
        "unreadable": prepared.unreadable,
        "faceless": prepared.faceless,
        "from_cache": prepared.from_cache,
    }
    if json:
        print_json(result)
        return
    console.print(f"{result['faces']} faces of {result['people']} people.")
    for word, names in (("cannot be read", prepared.unreadable), ("show no face", prepared.faceless)):
        if names:
            console.print(f"{len(names)} {word}: {', '.join(names)}", markup=False)


@app.command()
def augmentations(
    output: Annotated[Path, typer.Option(help="The PNG file to write.")],
    images: Annotated[Path | None, typer.Option(help="A folder of people; by default the demo's portraits.")] = None,
    seed: int = 0,
) -> None:
    """Draw a contact sheet of all augmentations."""
    from app.core.paths import resources_dir

    with extra_installed("lab"):
        from app.lab.data.augmentation import write_contact_sheet

        faces = prepare_faces(images or resources_dir() / "portraits").faces
        write_contact_sheet(faces, output, seed)
    console.print(f"Written: {output}", markup=False)


@app.command()
def train(
    images: Images,
    run: Run,
    recipe: Recipe = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Number of steps, instead of the recipe's.")] = None,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 100,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Train a network from scratch. The same command continues from the run's checkpoint."""
    with extra_installed("lab"):
        from app.lab.training.devices import select_device
        from app.lab.training.runs import run_training, set_thread_count

        config, place = train_config(recipe, steps), select_device(device)
        faces = prepare_faces(images, least=2).faces
        set_thread_count(threads)
        with progress("Steps", config.steps) as bar:
            done = partial(bar.update, bar.task_ids[0])
            report = run_training(config, faces, run, save_every, lambda steps: done(completed=steps), place)
    if report is None:  # another process reports
        return
    if json:
        print_json(report)
    else:
        console.print(f"{report.steps} steps, loss {report.last_loss:.3f}. Exported: {report.file}", markup=False)


@app.command()
def distil(
    images: Images,
    run: Run,
    recipe: Annotated[Path, typer.Option(help="A TOML file with settings.")],
    held_out: Annotated[
        Path | None, typer.Option(help="A list of pairs; the people in it are not learnt from.")
    ] = None,
    fold: Annotated[int | None, typer.Option(min=1, help="Use only this run of 600 pairs of the list.")] = None,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 50,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Distil the shipped network into a student. The same command continues from the run's checkpoint."""
    with extra_installed("lab"):
        from app.lab.training.devices import select_device
        from app.lab.training.runs import run_distillation, set_thread_count

        config, place = _distil_config(recipe), select_device(device)
        others = people_in(held_out, fold) if held_out else frozenset()
        prepared = prepare_faces(images).faces
        set_thread_count(threads)
        with open_application() as application, progress("Steps", config.steps) as bar:
            manifest = application.models.manifest
            shipped = manifest.load(manifest.embedder("mobilefacenet"))
            report = run_distillation(
                config,
                shipped,
                prepared.without(others),
                prepared.without(set(prepared.identities) - others) if others else None,
                run,
                save_every,
                lambda done: bar.update(bar.task_ids[0], completed=done),
                place,
            )
    if json:
        print_json(report)
    else:
        console.print(f"{report.steps} steps, cosine with the teacher {report.agreement:.4f}. Exported: {report.file}")


@app.command()
def quantise(
    images: Images,
    output: Annotated[Path, typer.Option(help="The ONNX file to write.")],
    held_out: Annotated[Path | None, typer.Option(help="A list of pairs; the people in it are measured on.")] = None,
    fold: Annotated[int | None, typer.Option(min=1, help="Use only this run of 600 pairs of the list.")] = None,
    faces: Annotated[int, typer.Option(min=1, help="Faces of the calibration set.")] = 128,
    json: Json = False,
) -> None:
    """Quantise the shipped network after training, as the baseline of a student trained with quantisation."""
    with extra_installed("lab"):
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
        result = compare_quantised(shipped, rounded, measured)
    if json:
        print_json(result)
        return
    console.print(f"{result.bytes / 1e6:.2f} MB instead of {result.bytes_before / 1e6:.2f}.")
    console.print(f"{result.milliseconds:.2f} ms a face instead of {result.milliseconds_before:.2f}, on one thread.")
    console.print(
        f"True accept rate at a false match rate of 1e-3: {percent(result.rounded.tar)} instead of "
        f"{percent(result.before.tar)}; "
        f"cosine {result.rounded.agreement or 0:.4f}, at least {result.least_cosine:.4f}."
    )


def prepare_faces(images: Path, least: int = 1) -> "PreparedFaces":
    """Return the faces of a folder, aligned as the application aligns, or of a RecordIO file, which holds aligned ones.

    Args:
        images: Folder or file; pictures in the folder itself count as one person's.
        least: People with fewer faces are left out, and listed on standard error.

    Raises:
        InvalidRequest: The folder or file does not exist.
        DataUnusable: It cannot be read.
    """
    from app.lab.data.folders import PreparedFaces, prepare_folder
    from app.lab.data.recordio import read_recordio

    if images.suffix == ".rec":
        with open_application() as application:
            side = application.models.embedder_row.input_size[0]
        return PreparedFaces(read_recordio(images, side).with_at_least(least), (), (), (), from_cache=False)
    if not images.is_dir():
        raise InvalidRequest("There is no folder “{path}”.", "Name the folder that holds the pictures.", path=images)
    paths = list_people_pictures(images) or picture_files(images)
    with (
        open_application() as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("Pictures", len(paths)) as bar,
    ):

        def align(path: Path) -> Image | None:
            face = find_central_face(analyzer, path)
            return None if face is None or face.aligned is None else face.aligned.image

        prepared = prepare_folder(
            paths, align, analyzer.embedder.side, cache_dir() / "lab", least, lambda _: bar.advance(bar.task_ids[0])
        )
    if prepared.left_out:
        error_console.print(f"Left out, with fewer than {least} faces: {', '.join(prepared.left_out)}", markup=False)
    return prepared


def people_in(pairs: Path, fold: int | None) -> frozenset[str]:
    """Return the people in a list of pairs, or in one of its runs of 600, by folder name.

    Args:
        pairs: The list.
        fold: Number of the run, from 1; None for the whole list.

    Raises:
        InvalidRequest: The list cannot be read.
    """
    listed = read_pairs(pairs)
    if fold is not None:
        listed = listed[_FOLD * (fold - 1) : _FOLD * fold]
    return frozenset(Path(name).parts[0] for pair in listed for name in (pair.first, pair.second))


def train_config(recipe: Path | None, steps: int | None) -> "TrainConfig":
    """Return the settings of a training.

    Args:
        recipe: A TOML file; None for the defaults.
        steps: Number of steps, instead of the recipe's.

    Raises:
        InvalidRequest: The recipe cannot be used.
    """
    from app.lab.training.supervised import TrainConfig

    changes: dict[str, object] = {} if steps is None else {"steps": steps}
    return load_recipe(TrainConfig, recipe, changes)


def _distil_config(recipe: Path) -> "DistilConfig":
    from app.lab.training.distillation import DistilConfig

    return load_recipe(DistilConfig, recipe, {})


def load_recipe(kind: type[_Config], recipe: Path | None, changes: dict[str, object]) -> _Config:
    """Return the validated settings of a recipe.

    Args:
        kind: Model of the settings.
        recipe: A TOML file; None for the defaults.
        changes: Values instead of the recipe's.

    Raises:
        InvalidRequest: The file cannot be read, or a value is invalid.
    """
    try:
        content = tomllib.loads(recipe.read_text("utf-8")) if recipe else {}
        return kind.model_validate(content | changes)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InvalidRequest(
            "The recipe cannot be used: {path} ({reason})",
            "See docs/lab/README.md for what a recipe holds.",
            path=recipe,
            reason=error,
        ) from error
