"""Protocol reports: rates with intervals, JSON files to compare with later, and an HTML page with ROC and DET plots."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.core.errors import ExportFailed, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.statistics.paired_bootstrap import PairedDifference, TrialOutcomes, paired_bootstrap
from app.evaluation.statistics.verification import DetCurve
from app.matching.rates import wilson_interval

FMRS = ("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
_LEAST_FNMR = 1e-4
"""The DET plot has a logarithmic axis: lower FNMRs are drawn at this value."""


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """A share of trials.

    Attributes:
        value: 0 to 1.
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, successes: float, trials: int) -> "MeasuredRate":
        """Return the share of trials that succeeded, with its 95 % Wilson interval.

        Args:
            successes: How many trials succeeded, 0 to `trials`.
            trials: How many trials there were, at least 1.
        """
        return cls(successes / trials, *wilson_interval(successes, trials))


@dataclass(frozen=True, slots=True)
class ProtocolReport:
    """Result of a protocol; field names are the keys of the JSON output.

    Attributes:
        protocol: Name of the protocol.
        figures: Measured rates by name.
        facts: Numbers of pictures, people and pairs by name.
        curve: DET curve.
        trials: Outcomes by figure; a later run on the same pictures is compared with them.
        model: Manifest name of the model.
    """

    protocol: str
    figures: dict[str, MeasuredRate]
    facts: dict[str, float]
    curve: DetCurve
    trials: dict[str, TrialOutcomes]
    model: str = ""

    def with_model(self, model: str) -> "ProtocolReport":
        """Return the same report with the model's name."""
        return replace(self, model=model)


_REPORT = TypeAdapter(ProtocolReport)


def compare_reports(earlier: ProtocolReport, now: ProtocolReport) -> dict[str, PairedDifference]:
    """Return the change of each figure, with the range of a bootstrap over people.

    Args:
        earlier: A report of the same protocol on the same pictures.
        now: The later report.

    Raises:
        InvalidRequest: The reports are of different protocols or pictures.
    """
    changes = {
        name: change
        for name, trials in now.trials.items()
        if name in earlier.trials and (change := paired_bootstrap(earlier.trials[name], trials)) is not None
    }
    if earlier.protocol != now.protocol or not changes:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The earlier report is not of the same protocol and pictures."),
            QT_TRANSLATE_NOOP("errors", "Compare reports that were made with the same lists and the same pictures."),
        )
    return changes


def read_report(path: Path) -> ProtocolReport:
    """Read the JSON file of an earlier report.

    Raises:
        InvalidRequest: The file cannot be read, or is not such a report.
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
    """Write the HTML page, and beside it a .json file that a later report is compared with.

    Args:
        path: Path of the page.
        report: The report.
        earlier: Report to compare with.

    Raises:
        ExportFailed: A file cannot be written.
        InvalidRequest: The earlier report does not fit.
        ModuleNotFoundError: The packages of the extra `evaluation` are not installed.
    """
    changes = {} if earlier is None else compare_reports(earlier, report)
    page = render_report(report, earlier, changes)
    try:
        path.write_text(page, "utf-8")
        path.with_suffix(".json").write_text(json.dumps(asdict(report)), "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def render_report(
    report: ProtocolReport, earlier: ProtocolReport | None, changes: Mapping[str, PairedDifference]
) -> str:
    """Return the page as HTML.

    Args:
        report: The report.
        earlier: Drawn dashed beside it.
        changes: Change of each figure since the earlier report.

    Raises:
        ModuleNotFoundError: The packages of the extra `evaluation` are not installed.
    """
    from app.evaluation.html_report import Section, render_page

    figures = [
        (name, _percent(rate.value), f"{_percent(rate.low)} – {_percent(rate.high)}")
        for name, rate in report.figures.items()
    ]
    facts = [("model", report.model), *((name, f"{value:g}") for name, value in report.facts.items())]
    curves = [report.curve] if earlier is None else [report.curve, earlier.curve]
    sections = [Section("", ("Figure", "", "95 % range"), figures)]
    if earlier is not None:
        head = ("Figure", "points", "95 % range over people", "won", "lost")
        sections.append(Section(f"Against {earlier.model}", head, [_change_row(*item) for item in changes.items()]))
    sections += [
        Section("ROC", plot=_plot(curves, det=False)),
        Section("DET", plot=_plot(curves, det=True)),
        Section("Measured on", ("", ""), facts),
    ]
    return render_page(report.protocol, sections)


def _change_row(name: str, change: PairedDifference) -> tuple[str, str, str, str, str]:
    ends = f"{100 * change.low:+.2f} – {100 * change.high:+.2f}"
    return name, f"{100 * change.share:+.2f}", ends, str(change.won), str(change.lost)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _plot(curves: Sequence[DetCurve], *, det: bool) -> str:
    """ROC (TAR) or DET (FNMR) plot over the false match rate: the first curve solid, others dashed."""
    from app.evaluation.html_report import figure_svg, new_figure

    figure, axes = new_figure("DET: FNMR by FMR" if det else "ROC: true accept rate by FMR", height=2.9)
    for number, curve in enumerate(curves):
        points = [(fmr, fnmr) for fmr, fnmr in zip(curve.fmr, curve.fnmr, strict=True) if fmr > 0]
        values = [max(fnmr, _LEAST_FNMR) if det else 1 - fnmr for _, fnmr in points]
        axes.plot([fmr for fmr, _ in points], values, "--" if number else "-", gid=f"curve-{number}")
    axes.set_xscale("log")
    axes.set_xlabel("false match rate")
    if det:
        axes.set_yscale("log")
        axes.set_ylim(_LEAST_FNMR, 1)
    else:
        axes.set_ylim(0, 1.02)
    axes.grid(visible=True)
    return figure_svg(figure)
