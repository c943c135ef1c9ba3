"""HTML page of the frame benchmark: tables of stages and peers, plots of stages, frames and peers."""

from collections.abc import Sequence

from app.evaluation.benchmarks.frames import FrameReport
from app.evaluation.benchmarks.peers import PeerReport
from app.evaluation.benchmarks.startup import StartupReport
from app.evaluation.html_report import Section, figure_svg, new_figure, render_page
from app.pipeline.timings import Percentiles


def render_report(report: FrameReport, peers: Sequence[PeerReport] = (), start: StartupReport | None = None) -> str:
    """Return the page as HTML.

    Args:
        report: Timings of our own frames.
        peers: Timings of other programs.
        start: Time from the command to the first verdict.
    """
    whole = Percentiles(report.frame_p50_ms, report.frame_p95_ms, report.frame_p99_ms)
    stages = [_stage_row(*item) for item in [*report.stages.items(), ("frame", whole)]]
    sections = [
        Section("", ("", ""), _facts(report, start)),
        Section("Stages", ("Stage", "p50 ms", "p95 ms", "p99 ms"), stages, _plot_stages(report.stages)),
        Section("Frame by frame", plot=_plot_frames(report.each_ms, report.frame_p95_ms)),
    ]
    if peers:
        ours = PeerReport("Facelatch", report.frame_p50_ms, report.frame_p95_ms, report.faces, 1.0)
        rows = [_peer_row(peer) for peer in (ours, *peers)]
        head = ("Program", "p50 ms", "p95 ms", "times ours", "")
        sections.append(Section("Other programs on the same frames", head, rows, _plot_peers([ours, *peers])))
    return render_page("Facelatch on this machine", sections)


def _facts(report: FrameReport, start: StartupReport | None) -> list[tuple[str, str]]:
    cost = report.cost
    facts = [
        ("Frames", f"{report.frames} of {report.resolution}, {report.faces:.1f} faces each"),
        ("Engine", report.provider),
        ("Loading the models, first frame", f"{report.load_ms:.0f} ms, {report.first_ms:.0f} ms"),
        ("CPU cores used", f"{cost.cpu_cores:.2f}"),
        ("Memory, growth", f"{_number(cost.memory_mb)} MiB, {_number(cost.memory_growth_mb)} MiB"),
        ("Energy of a frame", f"{_number(report.energy_mj_per_frame)} mJ"),
    ]
    if start is not None:
        facts.append(("Command to first verdict, cold, warm", f"{_number(start.cold_s)} s, {start.warm_s:.2f} s"))
    return facts


def _stage_row(name: str, times: Percentiles) -> tuple[str, ...]:
    return name, f"{times.p50_ms:.2f}", f"{times.p95_ms:.2f}", f"{times.p99_ms:.2f}"


def _peer_row(peer: PeerReport) -> tuple[str, ...]:
    ratio = "–" if peer.ratio is None else f"{peer.ratio:.1f} ×"
    return peer.name, _number(peer.frame_p50_ms), _number(peer.frame_p95_ms), ratio, peer.missing


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _plot_stages(stages: dict[str, Percentiles]) -> str:
    """Waterfall of the stages: bars show the median, thin lines reach the 95th percentile."""
    figure, axes = new_figure("Stages of a frame: median and 95th percentile", height=0.4 + 0.3 * len(stages))
    start = 0.0
    for name, times in stages.items():
        axes.barh(name, times.p50_ms, left=start, gid=f"stage-{name}", color="tab:blue")
        axes.hlines(name, start, start + times.p95_ms, colors="tab:gray")
        start += times.p50_ms
    axes.invert_yaxis()
    axes.set_xlabel("ms")
    return figure_svg(figure)


def _plot_frames(each_ms: Sequence[float], p95_ms: float) -> str:
    figure, axes = new_figure("Time of each frame, with the 95th percentile", height=2.4)
    axes.plot(each_ms, gid="frames")
    axes.axhline(p95_ms, linestyle="--", color="tab:red")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("frame")
    axes.set_ylabel("ms")
    return figure_svg(figure)


def _plot_peers(reports: Sequence[PeerReport]) -> str:
    timed = [(peer.name, peer.frame_p50_ms) for peer in reports if peer.frame_p50_ms is not None]
    figure, axes = new_figure("Median time of a frame", height=0.4 + 0.3 * len(timed))
    axes.barh([name for name, _ in timed], [p50 for _, p50 in timed], color="tab:blue")
    axes.invert_yaxis()
    axes.set_xlabel("ms")
    return figure_svg(figure)
