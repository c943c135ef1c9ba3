"""How long a frame takes here, and what it costs."""

import tempfile
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, progress
from app.evaluation.benchmarks.frames import FrameReport, again, endless
from app.evaluation.benchmarks.frames import bench as run_bench
from app.evaluation.benchmarks.peers import PeerInstallations, PeerReport, compare
from app.evaluation.benchmarks.report import page
from app.evaluation.benchmarks.startup import StartupReport, time_startup
from app.services.live.demo import enrol_portraits

_COMPARED = 40


@dataclass(frozen=True, slots=True)
class _Measured:
    bench: FrameReport
    peers: tuple[PeerReport, ...]
    start: StartupReport | None


def bench_frames(
    context: typer.Context,
    source: Annotated[str, typer.Option(help="A video file, a camera, a picture, an address, or demo.")] = "demo",
    frames: Annotated[int, typer.Option(min=1, help="Frames to time.")] = 300,
    settled: Annotated[
        bool, typer.Option("--settled", help="Spare settled faces as the live view does; else each frame embeds all.")
    ] = False,
    landmarks: Annotated[
        str | None, typer.Option(help="mediapipe or direct, in place of what the settings say.")
    ] = None,
    against: Annotated[
        bool, typer.Option("--compare", help=f"Run others on {_COMPARED} of the frames, where they are installed.")
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
    start: Annotated[bool, typer.Option("--start", help="Time the way from the command to a verdict too.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write a page with plots into this HTML file.")] = None,
    json: Json = False,
) -> None:
    """Time the way of a frame, stage by stage, one frame after the other."""
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
        look = application.look(settled=settled)
        shown = endless(application.settings.camera, application.clock)
        # The others cannot read a camera: what all look at lies in memory.
        kept = list(islice(shown, _COMPARED)) if against else []
        timed = again(kept, application.clock) if kept else shown
        ours = run_bench(look, timed, frames, lambda: bar.advance(bar.task_ids[0]))
        plain = None if unrewritten is None else application.models.plain(unrewritten.read_bytes())
        places = PeerInstallations(node_folder=node) if python is None else PeerInstallations(python, node)
        peers = tuple(compare(kept, ours.frame_p50_ms, places, plain)) if kept else ()
        shown.close()
    measured = _Measured(ours, peers, time_startup() if start else None)
    if report is not None:
        report.write_text(page(measured.bench, measured.peers, measured.start), "utf-8")
    if json:
        print_json(asdict(measured.bench) | {"peers": measured.peers, "start": measured.start})
    else:
        _print(measured)


def _print(measured: _Measured) -> None:
    ours, table = measured.bench, Table("Stage", "p50 ms", "p95 ms", "p99 ms")
    for name, spread in ours.stages.items():
        table.add_row(name, *(f"{value:.2f}" for value in (spread.p50_ms, spread.p95_ms, spread.p99_ms)))
    whole = (f"{value:.2f}" for value in (ours.frame_p50_ms, ours.frame_p95_ms, ours.frame_p99_ms))
    table.add_row("frame", *whole, style="bold")
    console.print(table)
    console.print(f"{ours.resolution}, {ours.faces:.1f} faces a frame, {ours.provider}")
    console.print(f"Models loaded in {ours.load_ms:.0f} ms, first frame {ours.first_ms:.0f} ms.")
    memory = "" if ours.cost.memory_mb is None else f", {ours.cost.memory_mb:.0f} MiB held"
    energy = "not readable here" if ours.energy_mj_per_frame is None else f"{ours.energy_mj_per_frame:.0f} mJ a frame"
    console.print(f"{ours.cost.cpu_cores:.2f} cores at work{memory}. Energy: {energy}.")
    for peer in measured.peers:
        words = peer.missing or f"{peer.frame_p50_ms:.1f} ms a frame, {peer.ratio:.1f} times ours"
        console.print(f"{peer.name}: {words}", markup=False)
    if measured.start is not None:
        cold = "–" if measured.start.cold_s is None else f"{measured.start.cold_s:.2f} s"
        console.print(f"Command to first verdict: cold {cold}, warm {measured.start.warm_s:.2f} s.")
