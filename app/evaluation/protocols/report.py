"""Reports of protocols in files: JSON to compare with later, and a page with plots."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.core.errors import ExportFailed, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.html_report import WIDTH, html_document, html_table, svg
from app.evaluation.protocols.identification import ProtocolReport
from app.evaluation.statistics.multi_template import PairedDifference
from app.evaluation.statistics.paired_bootstrap import paired_bootstrap
from app.evaluation.statistics.verification import DetCurve

_PLOT = 260
_LEFT = 70
_LEAST = 1e-4
"""Misses below this are drawn on the lowest line of a DET plot, which has no zero."""

_REPORT = TypeAdapter(ProtocolReport)


def compare_reports(earlier: ProtocolReport, now: ProtocolReport) -> dict[str, PairedDifference]:
    """By how much each figure has changed, with the range of a bootstrap over people.

    Args:
        earlier: Of the same protocol on the same pictures.
        now: The later one.

    Raises:
        InvalidRequest: They are of different protocols, or not of the same pictures.
    """
    gains = {
        name: gain
        for name, trials in now.trials.items()
        if name in earlier.trials and (gain := paired_bootstrap(earlier.trials[name], trials)) is not None
    }
    if earlier.protocol != now.protocol or not gains:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The earlier report is not of the same protocol and pictures."),
            QT_TRANSLATE_NOOP("errors", "Compare reports that were made with the same lists and the same pictures."),
        )
    return gains


def read_report(path: Path) -> ProtocolReport:
    """An earlier report.

    Raises:
        InvalidRequest: The file cannot be read, or is no such report.
    """
    try:
        return _REPORT.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The earlier report cannot be read: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Give the .json file that was written beside a report."),
            path=path,
            reason=getattr(error, "strerror", None) or "not a report",
        ) from error


def write_report(path: Path, report: ProtocolReport, earlier: ProtocolReport | None) -> None:
    """Write the page, and beside it, with the ending .json, what a later report can be compared with.

    Args:
        path: Of the page.
        report: What was measured.
        earlier: What to compare it with.

    Raises:
        ExportFailed: A file cannot be written.
        InvalidRequest: The earlier report does not fit.
    """
    gains = {} if earlier is None else compare_reports(earlier, report)
    try:
        path.write_text(page(report, earlier, gains), "utf-8")
        path.with_suffix(".json").write_text(json.dumps(asdict(report)), "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def page(report: ProtocolReport, earlier: ProtocolReport | None, gains: Mapping[str, PairedDifference]) -> str:
    """The page, as HTML.

    Args:
        report: What was measured.
        earlier: Drawn dashed beside it.
        gains: What has changed, by figure.
    """
    figures = [
        (name, _percent(figure.value), f"{_percent(figure.low)} – {_percent(figure.high)}")
        for name, figure in report.figures.items()
    ]
    facts = [("model", report.model), *((name, f"{value:g}") for name, value in report.facts.items())]
    curves = [report.curve] if earlier is None else [report.curve, earlier.curve]
    parts = [
        f"<h1>{report.protocol}</h1>",
        html_table(("Figure", "", "95 % range"), figures),
        "<h2>ROC</h2>",
        _plot("Share accepted or found, by false match rate", [_roc(curve) for curve in curves], (0.0, 1.0), "{:.0%}"),
        "<h2>DET</h2>",
        _plot("Misses by false match rate", [_det(curve) for curve in curves], (math.log10(_LEAST), 0.0), "1e{:.0f}"),
        "<h2>Measured on</h2>",
        html_table(("", ""), facts),
    ]
    if earlier is not None:
        rows = [(name, *_words(gain)) for name, gain in gains.items()]
        head = ("Figure", "points", "95 % range over people", "won", "lost")
        parts[2:2] = [f"<h2>Against {escape(earlier.model)}</h2>", html_table(head, rows)]
    return html_document(f"Facelatch: {report.protocol}", parts)


def _words(gain: PairedDifference) -> tuple[str, str, str, str]:
    ends = f"{100 * gain.low:+.2f} – {100 * gain.high:+.2f}"
    return f"{100 * gain.share:+.2f}", ends, str(gain.won), str(gain.lost)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _roc(curve: DetCurve) -> list[tuple[float, float]]:
    return [(math.log10(fmr), 1 - miss) for fmr, miss in zip(curve.fmr, curve.fnmr, strict=True) if fmr > 0]


def _det(curve: DetCurve) -> list[tuple[float, float]]:
    points = zip(curve.fmr, curve.fnmr, strict=True)
    return [(math.log10(fmr), math.log10(max(miss, _LEAST))) for fmr, miss in points if fmr > 0]


def _plot(title: str, lines: Sequence[Sequence[tuple[float, float]]], ends: tuple[float, float], form: str) -> str:
    """The first line solid, others dashed, over decades of the false match rate.

    Args:
        title: For those who do not see it.
        lines: Points of each: the rate's logarithm, and the value.
        ends: The lowest and highest value.
        form: How values are written at the side.
    """
    least = math.floor(min((x for line in lines for x, _ in line), default=-1.0))
    across, up = (WIDTH - _LEFT - 10) / max(-least, 1), (_PLOT - 20) / (ends[1] - ends[0])

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + (x - least) * across, 10 + (ends[1] - y) * up

    marks = []
    for decade in range(least, 1):
        x, _ = at(decade, 0)
        marks.append(f"<line class='grid' x1='{x:.1f}' x2='{x:.1f}' y1='10' y2='{_PLOT - 10}'/>")
        marks.append(f"<text x='{x - 12:.1f}' y='{_PLOT + 8}'>1e{decade}</text>")
    for step in range(5):
        value = ends[0] + (ends[1] - ends[0]) * step / 4
        _, y = at(0, value)
        marks.append(f"<line class='grid' x1='{_LEFT}' x2='{WIDTH - 10}' y1='{y:.1f}' y2='{y:.1f}'/>")
        marks.append(f"<text x='4' y='{y + 4:.1f}'>{form.format(value)}</text>")
    for number, line in enumerate(lines):
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
        marks.append(f"<polyline class='{'rule' if number else 'line'}' points='{places}'/>")
    return svg(_PLOT + 16, title, "".join(marks))
