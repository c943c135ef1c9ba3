"""What was measured as one HTML file that needs nothing else: tables, and plots drawn as SVG."""

from collections.abc import Sequence
from html import escape

from app.evaluation.benchmarks.frames import FrameReport
from app.evaluation.benchmarks.peers import PeerReport
from app.evaluation.benchmarks.startup import StartupReport
from app.evaluation.html_report import WIDTH, html_document, html_table, svg
from app.pipeline.timings import Percentiles

_ROW = 26
_NAMES = 260
_PLOT = 180


def page(report: FrameReport, peers: Sequence[PeerReport] = (), start: StartupReport | None = None) -> str:
    """The page.

    Args:
        report: Of our own frames.
        peers: Of others, where they were run.
        start: From the command to the first verdict, where it was timed.
    """
    whole = Percentiles(report.frame_p50_ms, report.frame_p95_ms, report.frame_p99_ms)
    facts = [
        ("Frames", f"{report.frames} of {report.resolution}, {report.faces:.1f} faces each"),
        ("Engine", report.provider),
        ("Loading the models, first frame", f"{report.load_ms:.0f} ms, {report.first_ms:.0f} ms"),
        ("Cores at work", f"{report.cost.cpu_cores:.2f}"),
        ("Memory, and growth", f"{_number(report.cost.memory_mb)} MiB, {_number(report.cost.memory_growth_mb)} MiB"),
        ("Energy of a frame", f"{_number(report.energy_mj_per_frame)} mJ"),
    ]
    if start is not None:
        facts.append(("Command to first verdict, cold, warm", f"{_number(start.cold_s)} s, {start.warm_s:.2f} s"))
    parts = [
        "<h1>Facelatch on this machine</h1>",
        html_table(("", ""), facts),
        "<h2>Stages</h2>",
        html_table(
            ("Stage", "p50 ms", "p95 ms", "p99 ms"), [_row(*i) for i in [*report.stages.items(), ("frame", whole)]]
        ),
        _waterfall(report.stages),
        "<h2>Frame by frame</h2>",
        _course(report.each_ms, report.frame_p95_ms),
    ]
    if peers:
        ours = PeerReport("Facelatch", report.frame_p50_ms, report.frame_p95_ms, report.faces, 1.0)
        parts += ["<h2>Beside others, on the same frames</h2>", _peers([ours, *peers])]
    return html_document("Facelatch bench", parts)


def _row(name: str, spread: Percentiles) -> tuple[str, ...]:
    return name, f"{spread.p50_ms:.2f}", f"{spread.p95_ms:.2f}", f"{spread.p99_ms:.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _waterfall(stages: dict[str, Percentiles]) -> str:
    """A bar a stage, each beginning where the one before ends: the median solid, the 95th percentile thin."""
    begins, start, longest = [], 0.0, 1e-6
    for spread in stages.values():
        begins.append(start)
        longest, start = max(longest, start + spread.p95_ms), start + spread.p50_ms
    scale = (WIDTH - _NAMES) / longest
    bars = "".join(
        _bar(number, name, begin * scale, spread.p50_ms * scale, spread.p95_ms * scale)
        for number, (begin, (name, spread)) in enumerate(zip(begins, stages.items(), strict=True))
    )
    return svg(len(stages) * _ROW, "Stages of a frame", bars)


def _peers(reports: Sequence[PeerReport]) -> str:
    rows = [
        (
            report.name,
            _number(report.frame_p50_ms),
            _number(report.frame_p95_ms),
            "–" if report.ratio is None else f"{report.ratio:.1f} ×",
            report.missing,
        )
        for report in reports
    ]
    timed = [(r.name, r.frame_p50_ms, r.frame_p95_ms or 0.0) for r in reports if r.frame_p50_ms is not None]
    scale = (WIDTH - _NAMES) / max(longest for _, _, longest in timed)
    bars = "".join(_bar(n, name, 0, p50 * scale, p95 * scale) for n, (name, p50, p95) in enumerate(timed))
    listed = html_table(("Whose", "p50 ms", "p95 ms", "as long as ours", ""), rows)
    return listed + svg(len(timed) * _ROW, "Median of a frame", bars)


def _bar(row: int, name: str, left: float, solid: float, thin: float) -> str:
    middle = row * _ROW + _ROW / 2
    left += _NAMES
    return (
        f"<text x='0' y='{middle + 4:.1f}'>{escape(name)}</text>"
        f"<rect class='thin' x='{left:.1f}' y='{middle - 2:.1f}' width='{max(thin, 1):.1f}' height='4'/>"
        f"<rect class='solid' x='{left:.1f}' y='{middle - 6:.1f}' width='{max(solid, 1):.1f}' height='12'/>"
    )


def _course(each_ms: Sequence[float], p95_ms: float) -> str:
    """Every frame, and the 95th percentile as a dashed line."""
    highest = max(*each_ms, p95_ms, 1e-6)
    step = WIDTH / max(len(each_ms) - 1, 1)
    points = " ".join(f"{n * step:.1f},{_PLOT - ms / highest * _PLOT:.1f}" for n, ms in enumerate(each_ms))
    level = _PLOT - p95_ms / highest * _PLOT
    return svg(
        _PLOT,
        "Milliseconds of each frame",
        f"<polyline class='line' points='{points}'/><line class='rule' x1='0' x2='{WIDTH}' y1='{level:.1f}' "
        f"y2='{level:.1f}'/><text x='4' y='14'>{highest:.1f} ms</text>",
    )
