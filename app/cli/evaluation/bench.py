"""Commands that measure how fast this machine is: frames and gallery search."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import (
    Json,
    console,
    error_console,
    extra_installed,
    print_json,
    print_table,
    progress,
    write_text,
)
from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.benchmarks.frames import FrameReport, read_endlessly, replay_frames, time_frames
from app.evaluation.benchmarks.peers import PeerInstallations, PeerReport, compare_peers
from app.evaluation.benchmarks.search import PeopleWriter, SearchBenchmark, SearchTimes
from app.evaluation.benchmarks.startup import StartupReport, time_startup
from app.evaluation.benchmarks.synthetic import BenchmarkFaces, faces_from_file, faces_from_images, synthetic_faces
from app.services.live.demo import enrol_portraits
from app.services.recognition.matcher import Matcher
from app.wiring import Application

app = typer.Typer()

_COMPARED_FRAMES = 40
_MIN_TEMPLATES = 100


@app.callback(invoke_without_command=True)
def frames(
    context: typer.Context,
    source: Annotated[str, typer.Option(help="A video file, a camera, a picture, an address, or demo.")] = "demo",
    frames: Annotated[int, typer.Option(min=1, help="Frames to time.")] = 300,
    settled: Annotated[
        bool,
        typer.Option("--settled", help="Reuse embeddings of settled tracks as the live view does; else embed all."),
    ] = False,
    landmarks: Annotated[str | None, typer.Option(help="mediapipe or direct, instead of the setting.")] = None,
    against: Annotated[
        bool,
        typer.Option("--compare", help=f"Run other programs on {_COMPARED_FRAMES} of the frames, where installed."),
    ] = False,
    python: Annotated[
        Path | None, typer.Option(help="The Python that has face_recognition, for --compare.", exists=True)
    ] = None,
    node: Annotated[
        Path, typer.Option(help="The folder in which npm installed @vladmandic/human, for --compare.", exists=True)
    ] = Path(),
    unrewritten: Annotated[
        Path | None, typer.Option(help="MobileFaceNet as it was exported (ONNX), for --compare.", exists=True)
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Also time the command until its first verdict.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a page with plots to this HTML file (needs the extra “evaluation”).")
    ] = None,
    json: Json = False,
) -> None:
    """Time the stages of a frame, one frame after the other."""
    if context.invoked_subcommand is not None:
        return
    changes: dict[str, dict[str, Any]] = {"camera": {"source": source}}
    if landmarks is not None:
        changes["recognition"] = {"landmarks": landmarks}
    with (
        tempfile.TemporaryDirectory(prefix="facelatch-bench-") as directory,
        open_application(Path(directory) / "bench.sqlite3", **changes) as application,
        progress("Frames", frames) as bar,
    ):
        enrol_portraits(application.enrolment)
        path = application.frame_path(settled=settled)
        shown = read_endlessly(application.settings.camera, application.clock)
        # Other programs cannot read a camera: all of them get the same frames from memory.
        stored = list(islice(shown, _COMPARED_FRAMES)) if against else []
        timed = replay_frames(stored, application.clock) if stored else shown
        ours = time_frames(path, timed, frames, lambda: bar.advance(bar.task_ids[0]))
        unmodified = None if unrewritten is None else application.models.plain(unrewritten.read_bytes())
        places = PeerInstallations(node_folder=node) if python is None else PeerInstallations(python, node)
        peers = tuple(compare_peers(stored, ours.frame_p50_ms, places, unmodified)) if stored else ()
        shown.close()
    startup = time_startup() if start else None
    if report is not None:
        with extra_installed("evaluation"):
            from app.evaluation.benchmarks.report import render_report

            page = render_report(ours, peers, startup)
        write_text(report, page)
    if json:
        print_json(asdict(ours) | {"peers": peers, "start": startup})
    else:
        _print_frames(ours, peers, startup)


@app.command()
def search(
    sizes: Annotated[str, typer.Option(help="Numbers of templates, with commas.")] = "10000,100000,1000000",
    each: Annotated[int, typer.Option(min=1, max=100, help="Templates of a person.")] = 5,
    probes: Annotated[int, typer.Option(min=10, help="Probes to search.")] = 1000,
    centres: Annotated[
        Path | None, typer.Option(help="Embeddings of real people for the gallery, one a row (.npy).")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(help="A folder with a folder of pictures for each of some real people.")
    ] = None,
    json: Json = False,
) -> None:
    """Time the search in galleries of several sizes, stored and loaded like real ones. A million takes minutes."""
    wanted = _sizes(sizes)
    with tempfile.TemporaryDirectory(prefix="facelatch-bench-") as directory:
        with open_application(Path(directory) / "unused.sqlite3") as application:
            row = application.models.embedder_row
            faces = _faces(application, row.embedding_size, centres, images)
        times: dict[str, SearchTimes] = {}
        with error_console.status("") as status:
            benchmark = SearchBenchmark(_people_of, _matcher_of, row, faces.faces, status.update)
            for size in wanted:
                times[str(size)] = benchmark.measure(size, each, probes)
    if json:
        print_json({"sizes": times, "faces": faces.description, "templates_each": each, "probes": probes})
    else:
        _print_search(times)
        console.print(f"People: {faces.description}.", markup=False)


def _sizes(text: str) -> list[int]:
    """Return the numbers of templates, the smallest first.

    Raises:
        InvalidRequest: The text is not a list of numbers of at least 100.
    """
    numbers = [part.strip() for part in text.split(",")]
    if not all(number.isdecimal() and int(number) >= _MIN_TEMPLATES for number in numbers):
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "This is not a list of numbers of templates: {text}"),
            QT_TRANSLATE_NOOP("errors", "For example: 10000,100000"),
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


def _print_frames(ours: FrameReport, peers: tuple[PeerReport, ...], startup: StartupReport | None) -> None:
    table = Table("Stage", "p50 ms", "p95 ms", "p99 ms")
    for name, times in ours.stages.items():
        table.add_row(name, *(f"{value:.2f}" for value in (times.p50_ms, times.p95_ms, times.p99_ms)))
    whole = (f"{value:.2f}" for value in (ours.frame_p50_ms, ours.frame_p95_ms, ours.frame_p99_ms))
    table.add_row("frame", *whole, style="bold")
    console.print(table)
    console.print(f"{ours.resolution}, {ours.faces:.1f} faces a frame, {ours.provider}")
    console.print(f"Models loaded in {ours.load_ms:.0f} ms, first frame {ours.first_ms:.0f} ms.")
    memory = "" if ours.cost.memory_mb is None else f", {ours.cost.memory_mb:.0f} MiB resident"
    energy = "not readable here" if ours.energy_mj_per_frame is None else f"{ours.energy_mj_per_frame:.0f} mJ a frame"
    console.print(f"{ours.cost.cpu_cores:.2f} CPU cores used{memory}. Energy: {energy}.")
    for peer in peers:
        result = peer.missing or f"{peer.frame_p50_ms:.1f} ms a frame, {peer.ratio:.1f} times ours"
        console.print(f"{peer.name}: {result}", markup=False)
    if startup is not None:
        cold = "–" if startup.cold_s is None else f"{startup.cold_s:.2f} s"
        console.print(f"Command to first verdict: cold {cold}, warm {startup.warm_s:.2f} s.")


def _print_search(times: dict[str, SearchTimes]) -> None:
    table = Table("Templates", "exact ms", "program ms", "95 %", "recall", "built s", "loaded s", "MiB", "peak")
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
