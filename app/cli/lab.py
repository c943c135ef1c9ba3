"""Commands that train, distil and export networks. They need the extra `lab`, and import PyTorch when they are used."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from app.cli.application import open_application
from app.cli.output import Json, console, error_console, print_json, progress
from app.core.errors import EnvironmentProblem, InvalidRequest
from app.core.faces import Image
from app.core.paths import cache_dir
from app.evaluation.protocols.lists import read_pairs
from app.evaluation.protocols.verification import find_central_face, list_people_pictures
from app.services.recognition.pictures import picture_files

if TYPE_CHECKING:
    from app.lab.data.folders import PreparedFaces
    from app.lab.training.distillation import DistilConfig
    from app.lab.training.supervised import TrainConfig

app = typer.Typer(help="Train, distil and export networks of your own. Needs the extra “lab”.")

_FOLD = 600
_Config = TypeVar("_Config", bound=BaseModel)

Images = Annotated[Path, typer.Option(help="A folder with a folder of pictures for each person, or a RecordIO file.")]
Run = Annotated[Path, typer.Option("--output", help="The run's folder: its checkpoint, and what goes with it.")]
Recipe = Annotated[Path | None, typer.Option(help="A TOML file that says how; by default as the documentation says.")]
Device = Annotated[
    Literal["auto", "cpu", "cuda"],
    typer.Option(help="Where to compute; auto takes a GPU where PyTorch finds one."),
]
Threads = Annotated[int | None, typer.Option(min=1, help="Of the CPU; by default as many as PyTorch finds.")]


@contextmanager
def lab_installed() -> Iterator[None]:
    """Say which extra is missing, if PyTorch is.

    Raises:
        EnvironmentProblem: The lab's packages are not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"torch", "kornia", "onnx", "tensorboard", "optuna"}:
            raise
        raise EnvironmentProblem(
            "The lab's packages are not installed: {name} is missing.",
            "Install them with: pip install 'facelatch[lab]'",
            name=error.name,
        ) from error


@app.command()
def prepare(images: Images, json: Json = False) -> None:
    """Align every picture of a folder once, keep the faces, and tell which pictures are of no use."""
    with lab_installed():
        prepared = prepare_faces(images)
    told = {
        "faces": len(prepared.faces),
        "people": len(prepared.faces.identities),
        "unreadable": prepared.unreadable,
        "faceless": prepared.faceless,
        "from_cache": prepared.from_cache,
    }
    if json:
        print_json(told)
        return
    console.print(f"{told['faces']} faces of {told['people']} people.")
    for word, names in (("cannot be read", prepared.unreadable), ("show no face", prepared.faceless)):
        if names:
            console.print(f"{len(names)} {word}: {', '.join(names)}", markup=False)


@app.command()
def augmentations(
    output: Annotated[Path, typer.Option(help="The PNG file to write.")],
    images: Annotated[Path | None, typer.Option(help="A folder of people; by default the demo's portraits.")] = None,
    seed: int = 0,
) -> None:
    """Show on a contact sheet what each augmentation does to faces."""
    from app.core.paths import resources_dir

    with lab_installed():
        from app.lab.data.augmentation import write_contact_sheet

        faces = prepare_faces(images or resources_dir() / "portraits").faces
        write_contact_sheet(faces, output, seed)
    console.print(f"Written: {output}", markup=False)


@app.command()
def train(
    images: Images,
    run: Run,
    recipe: Recipe = None,
    steps: Annotated[int | None, typer.Option(min=1, help="In place of the recipe's.")] = None,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 100,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Train a network from nothing. The same command again goes on from the run's checkpoint."""
    with lab_installed():
        from app.lab.training.devices import select_device
        from app.lab.training.runs import run_training, set_thread_count

        config, place = train_config(recipe, steps), select_device(device)
        faces = prepare_faces(images, least=2).faces
        set_thread_count(threads)
        with progress("Steps", config.steps) as bar:
            done = partial(bar.update, bar.task_ids[0])
            report = run_training(config, faces, run, save_every, lambda steps: done(completed=steps), place)
    if report is None:  # another process tells
        return
    if json:
        print_json(report)
    else:
        console.print(f"{report.steps} steps, loss {report.last_loss:.3f}. Exported: {report.file}", markup=False)


@app.command()
def distil(
    images: Images,
    run: Run,
    recipe: Annotated[Path, typer.Option(help="A TOML file that says how.")],
    held_out: Annotated[Path | None, typer.Option(help="A list of pairs; who is in it is not learnt from.")] = None,
    fold: Annotated[int | None, typer.Option(min=1, help="Of the list, only this run of 600 pairs.")] = None,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 50,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Teach a student what the shipped network knows. The same command again goes on from the run's checkpoint."""
    with lab_installed():
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


def prepare_faces(images: Path, least: int = 1) -> "PreparedFaces":
    """Faces of a folder, aligned as the application aligns, or of a RecordIO file, which holds aligned ones.

    Args:
        images: Either; pictures that lie in the folder itself are taken for one person's.
        least: People with fewer faces are left out, which is said.

    Raises:
        InvalidRequest: There is no such folder or file.
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
    """The folders of those who are in a list of pairs, or in one of its runs of 600.

    Raises:
        InvalidRequest: The list cannot be read, or has no such run.
    """
    listed = read_pairs(pairs)
    if fold is not None:
        listed = listed[_FOLD * (fold - 1) : _FOLD * fold]
    return frozenset(Path(name).parts[0] for pair in listed for name in (pair.first, pair.second))


def train_config(recipe: Path | None, steps: int | None) -> "TrainConfig":
    """A recipe's.

    Raises:
        InvalidRequest: It cannot be used.
    """
    from app.lab.training.supervised import TrainConfig

    changes: dict[str, object] = {} if steps is None else {"steps": steps}
    return checked(TrainConfig, recipe, changes)


def _distil_config(recipe: Path) -> "DistilConfig":
    from app.lab.training.distillation import DistilConfig

    return checked(DistilConfig, recipe, {})


def checked(kind: type[_Config], recipe: Path | None, changes: dict[str, object]) -> _Config:
    """A recipe's settings.

    Args:
        kind: Of settings.
        recipe: A TOML file; None has the defaults.
        changes: In place of what the recipe says.

    Raises:
        InvalidRequest: The file cannot be read or says what cannot be.
    """
    try:
        told = tomllib.loads(recipe.read_text("utf-8")) if recipe else {}
        return kind.model_validate(told | changes)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InvalidRequest(
            "The recipe cannot be used: {path} ({reason})",
            "See docs/lab/README.md for what a recipe holds.",
            path=recipe,
            reason=error,
        ) from error
