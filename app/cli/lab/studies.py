"""Commands of the lab that compare networks by many small trainings: ablation and search."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.cli.lab.training import Device, Images, Recipe, Threads, app, people_in, prepare_faces, train_config
from app.cli.output import Json, console, extra_installed, print_json, progress
from app.wiring import explaining_database

HeldOut = Annotated[
    Path | None,
    typer.Option(help="A list of pairs; the people in it are the evaluation set. By default every fifth person."),
]
Fold = Annotated[int | None, typer.Option(min=1, help="Use only this run of 600 pairs of the list.")]
People = Annotated[int, typer.Option(min=2, help="People in the training set: those with the most pictures.")]
Study = Annotated[Path, typer.Option("--output", help="The study's folder: progress and results.")]
_PEOPLE = 160


@app.command()
def ablate(
    images: Images,
    output: Study,
    held_out: HeldOut = None,
    fold: Fold = None,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each row.")] = 3,
    rows: Annotated[str | None, typer.Option(help="Only these rows beside the base, with commas between.")] = None,
    people: People = _PEOPLE,
    recipe: Recipe = None,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Change one thing of the network or its training at a time, and measure the effect.

    The same command continues an interrupted study; with more seeds it adds to it.
    """
    with extra_installed("lab"):
        from app.lab.studies.ablation import run_ablation
        from app.lab.studies.ablation_report import write_ablation
        from app.lab.studies.ablation_rows import select_variants
        from app.lab.studies.proxy_training import PROXY_CONFIG, StudyFaces
        from app.lab.training.devices import select_device
        from app.lab.training.runs import set_thread_count

        chosen = select_variants([name.strip() for name in rows.split(",")] if rows else None)
        base = train_config(recipe, None) if recipe else PROXY_CONFIG
        others, place = people_in(held_out, fold) if held_out else None, select_device(device)
        faces = StudyFaces.split(prepare_faces(images).faces, others, people, max(base.architecture.input_size))
        set_thread_count(threads)
        with progress("Trainings", seeds * len(chosen)) as bar:
            study = run_ablation(base, chosen, faces, seeds, output, place, lambda _: bar.advance(bar.task_ids[0]))
        files = write_ablation(study, output)
    if json:
        print_json({"seeds": seeds, "rows": len(study.rows), "cpu_s": study.cpu_s, "files": files})
    else:
        console.print(f"{len(study.rows)} rows, {seeds} seeds each. Written: {files[0]}", markup=False)


@app.command()
def search(
    images: Images,
    output: Study,
    held_out: HeldOut = None,
    fold: Fold = None,
    trials: Annotated[int, typer.Option(min=1, help="Networks to try, on all machines together.")] = 30,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings that confirm the best.")] = 3,
    storage: Annotated[
        str | None,
        typer.Option(help="URL of a database that several machines share; by default a file in the folder."),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the study in the database.")] = "facelatch",
    people: People = _PEOPLE,
    recipe: Recipe = None,
    threads: Threads = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Search for networks that cost less than the recipe's at the same accuracy.

    The same command continues. Other machines join with the same recipe, pictures and database.
    """
    with extra_installed("lab"):
        from app.lab.studies.proxy_training import PROXY_CONFIG, StudyFaces
        from app.lab.studies.search import run_search
        from app.lab.studies.search_report import verdict, write_search
        from app.lab.studies.search_space import input_sizes
        from app.lab.studies.search_storage import file_url, study_unreachable
        from app.lab.training.devices import select_device
        from app.lab.training.runs import set_thread_count

        base = train_config(recipe, None) if recipe else PROXY_CONFIG
        others, place = people_in(held_out, fold) if held_out else None, select_device(device)
        largest = max(max(size) for size in input_sizes(base.architecture).values())
        faces = StudyFaces.split(prepare_faces(images).faces, others, people, largest)
        url = storage or file_url(output)
        set_thread_count(threads)
        with progress("Networks", trials) as bar, explaining_database(partial(study_unreachable, url)):

            def on_trial(count: int) -> None:
                bar.update(bar.task_ids[0], completed=count)

            found = run_search(base, faces, url, name, trials, seeds, output, place, on_trial)
        files = write_search(found, output)
    if json:
        print_json({"trials": len(found.trials), "verdict": verdict(found), "files": files})
    else:
        console.print(f"{verdict(found)} Written: {files[0]}", markup=False)
