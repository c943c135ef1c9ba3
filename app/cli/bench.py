"""Commands that tell how fast this machine is."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.bench_frames import bench_frames
from app.cli.output import Json, console, error_console, print_json, print_table, progress
from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.benchmarks.search import PeopleWriter, SearchBenchmark, SearchTimes
from app.evaluation.benchmarks.synthetic import BenchmarkFaces, faces_from_file, faces_from_images, synthetic_faces
from app.services.recognition.matcher import Matcher
from app.wiring import Application

app = typer.Typer()

_LEAST = 100


app.callback(invoke_without_command=True)(bench_frames)


@app.command()
def search(
    sizes: Annotated[str, typer.Option(help="Numbers of templates, with commas.")] = "10000,100000,1000000",
    each: Annotated[int, typer.Option(min=1, max=100, help="Templates of a person.")] = 5,
    probes: Annotated[int, typer.Option(min=10, help="Faces to look for.")] = 1000,
    centres: Annotated[
        Path | None, typer.Option(help="Embeddings of real people, a row each (.npy), to make the gallery of.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(help="A folder of pictures for each of some real people, to make the gallery of.")
    ] = None,
    json: Json = False,
) -> None:
    """Time the search in galleries of several sizes, stored and loaded as people are. A million take minutes."""
    wanted = _sizes(sizes)
    with tempfile.TemporaryDirectory(prefix="facelatch-bench-") as directory:
        with open_application(Path(directory) / "unused.sqlite3") as application:
            row = application.models.embedder_row
            faces = _faces(application, row.embedding_size, centres, images)
        times: dict[str, SearchTimes] = {}
        with error_console.status("") as status:
            measuring = SearchBenchmark(_people_of, _matcher_of, row, faces.faces, status.update)
            for size in wanted:
                times[str(size)] = measuring.measure(size, each, probes)
    if json:
        print_json({"sizes": times, "faces": faces.words, "templates_each": each, "probes": probes})
    else:
        _print_times(times)
        console.print(f"People: {faces.words}.", markup=False)


def _sizes(text: str) -> list[int]:
    """The smallest first."""
    numbers = [part.strip() for part in text.split(",")]
    if not all(number.isdecimal() and int(number) >= _LEAST for number in numbers):
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "These are no numbers of templates: {text}"),
            QT_TRANSLATE_NOOP("errors", "Write them so: 10000,100000"),
            text=text,
        )
    return sorted({int(number) for number in numbers})


def _faces(application: Application, size: int, centres: Path | None, images: Path | None) -> BenchmarkFaces:
    if centres is not None:
        return faces_from_file(centres, size)
    if images is None:
        return synthetic_faces(size)
    with (
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("Pictures", None) as bar,
    ):
        return faces_from_images(analyzer, images, lambda _: bar.advance(bar.task_ids[0]))


@contextmanager
def _people_of(path: Path) -> Iterator[PeopleWriter]:
    with open_application(path) as application:
        yield application.storage.people


@contextmanager
def _matcher_of(path: Path) -> Iterator[Matcher]:
    with open_application(path) as application:
        yield application.matcher


def _print_times(times: dict[str, SearchTimes]) -> None:
    table = Table("Templates", "exact ms", "program ms", "95 %", "recall", "made s", "loaded s", "MiB", "at most")
    for size, one in times.items():
        table.add_row(
            f"{int(size):,}",
            f"{one.exact_p50_ms:.2f}",
            f"{one.index_p50_ms:.2f}",
            f"{one.index_p95_ms:.2f}",
            f"{one.recall_at_1:.4f}",
            f"{one.build_s:.1f}",
            f"{one.load_s:.1f}",
            *("" if mib is None else f"{mib:.0f}" for mib in (one.memory_mb, one.peak_mb)),
        )
    print_table(table)
