"""The ablation as a table (Markdown and JSON) and a plot (SVG)."""

import json
from dataclasses import asdict
from pathlib import Path

from app.lab.studies import svg
from app.lab.studies.ablation import Ablation, VariantResult
from app.lab.studies.reports import points, table, write_files

_ROW = 24
_TOP = 64
_NAMES = 190
_OWN = (_NAMES, 560)
_PAPERS = (620, 800)
_WIDTH = 840

_LIMITS = """
- **Who wins at full size.** The networks here are small, see little, and stop long before they are done. What learns
  fast is ahead; what pays off late (large margins, much augmentation, more capacity) falls behind. The paper's rows lie
  within 0.7 points of each other after 60,000 steps of 512 faces.
- **Anything about the last percent.** At this accuracy, networks fail on pairs that a finished one finds easy. Nothing
  here says how often strangers are let in at an operating point of the program.
- **What hangs on the size of the last map.** It is a few pixels wide here, 7×7 in the paper; a mean over so few loses
  less.
- **Differences smaller than the bound in the table.** "Not told apart" does not mean equal.
- **Other people.** Learnt from and judged by photographs of one collection; more seeds do not mend that.
"""

_LEGEND = """
*Accuracy*: the mean of true accepts and true rejects at the best threshold, in percent, ± the standard deviation of
seeds. *TAR*: true accept rate at a false match rate of 1e-2. *Against the first*: in points, ± what chance alone makes
of it (95 % for all rows together, from the spread of all seeds). *Operations, parameters, ms*: of the network at the
paper's size, 112×112 and full width; milliseconds of the exported file on one thread. *Paper*: LFW in percent, trained
on CASIA-WebFace, and ms on a telephone (arXiv 1804.07573, table 2).
"""


def write_ablation(study: Ablation, folder: Path) -> list[Path]:
    """Write `ablation.md`, `ablation.json` and `ablation.svg`.

    Raises:
        ExportFailed: One cannot be written.
    """
    files = {"ablation.md": _page(study), "ablation.json": _data(study), "ablation.svg": _plot(study)}
    return write_files(folder, files)


def _page(study: Ablation) -> str:
    parts = [
        "# Ablation",
        "Written by `facelatch lab ablate`; `ablation.json` beside it has every seed's figures.",
        _opening(study),
        "![accuracy of each row, with every seed](ablation.svg)",
        _table(study),
        _LEGEND.strip(),
        "## What it says",
        *_findings(study),
        "## What a run this small cannot show",
        _LIMITS.strip(),
        "## How the base was trained",
        f"```json\n{json.dumps(study.base.model_dump(mode='json'), indent=1)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _opening(study: Ablation) -> str:
    faces, base = study.faces, study.base
    return (
        f"Each row changes one thing of the first. Each was trained {study.seeds} times ({base.steps} steps of "
        f"{base.batch} faces, {_size(study)}) on {faces['faces_learnt']} faces of {faces['people_learnt']} people, and "
        f"judged by all pairs of {faces['faces_judged']} faces of {faces['people_judged']} other people. All of it "
        f"took {study.cpu_s / 60:.1f} minutes of one core."
    )


def _size(study: Ablation) -> str:
    architecture = study.base.architecture
    height, width = architecture.input_size
    return f"{height}×{width} pixels, {architecture.width:g} of the width"


def _table(study: Ablation) -> str:
    first = study.rows[0].cost
    head = (
        "row",
        "what differs",
        "accuracy",
        "TAR",
        "against the first",
        "M operations",
        "M parameters",
        "ms",
        "paper",
    )
    rows = [
        (
            f"`{row.row.name}`",
            row.row.words,
            f"{points(row.mean)} ± {points(row.spread)}",
            points(row.tar),
            _against(row),
            f"{row.cost.multiply_adds / 1e6:.0f} ({row.cost.multiply_adds / first.multiply_adds:.2f} ×)",
            f"{row.cost.parameters / 1e6:.2f}",
            f"{row.cost.ms:.2f} ({row.cost.ms / first.ms:.2f} ×)",
            f"{row.row.paper.lfw:.2f}, {row.row.paper.ms:.0f} ms" if row.row.paper else "–",
        )
        for row in study.rows
    ]
    return table(head, rows)


def _against(row: VariantResult) -> str:
    apart = row.difference
    if apart is None:
        return "–"
    words = f"{points(apart.mean, signed=True)} ± {points(apart.bound)}"
    return f"**{words}**" if apart.is_significant else f"{words}, not told apart"


def _findings(study: Ablation) -> list[str]:
    told = [row for row in study.rows[1:] if row.difference and row.difference.is_significant]
    not_told = [row for row in study.rows[1:] if row not in told]
    said = [
        f"- `{row.row.name}`: {'higher' if row.mean > study.rows[0].mean else 'lower'} than the first by "
        f"{points(abs(row.mean - study.rows[0].mean))} points, beyond the spread."
        for row in told
    ]
    if not_told:
        names = ", ".join(f"`{row.row.name}`" for row in not_told)
        why = "with one seed there is no spread to hold them to" if study.seeds == 1 else "within the spread of seeds"
        said.append(f"- Not told apart from the first, {why}: {names}.")
    return ["\n".join(said)]


def _data(study: Ablation) -> str:
    rows = [
        {
            "name": row.row.name,
            "group": row.row.group,
            "words": row.row.words,
            "accuracies": row.accuracies,
            "mean": row.mean,
            "spread": row.spread,
            "tar": row.tar,
            "difference": row.difference and asdict(row.difference) | {"beyond_spread": row.difference.is_significant},
            "cost": asdict(row.cost),
            "paper": row.row.paper and asdict(row.row.paper),
        }
        for row in study.rows
    ]
    told = {"base": study.base.model_dump(mode="json"), "faces": study.faces, "cpu_s": study.cpu_s, "rows": rows}
    return json.dumps(told, indent=1) + "\n"


def _plot(study: Ablation) -> str:
    height = _TOP + _ROW * len(study.rows) + 36
    own = svg.SvgAxis.over([value * 100 for row in study.rows for value in row.accuracies], *_OWN)
    papers = svg.SvgAxis(98.4, 99.4, *_PAPERS)
    title = "Accuracy of each row of the ablation"
    parts = [
        svg.text(_OWN[0], 20, "accuracy in %: small training, every seed"),
        svg.text(_PAPERS[0], 20, "LFW in %: the paper"),
        *_band(study, own, height),
        *_grid(own, height),
        *_grid(papers, height),
    ]
    for number, row in enumerate(study.rows):
        parts += _drawn(row, _TOP + _ROW * number, own, papers)
    return svg.drawing(_WIDTH, height, title, parts)


def _grid(axis: svg.SvgAxis, height: float) -> list[str]:
    parts = []
    for tick in axis.ticks():
        x = axis.at(tick)
        parts += [
            svg.line(x, _TOP - 16, x, height - 30, "grid"),
            svg.text(x, height - 12, f"{tick:g}", anchor="middle"),
        ]
    return parts


def _band(study: Ablation, own: svg.SvgAxis, height: float) -> list[str]:
    """Where a row is not told apart from the first."""
    bounds = [row.difference.bound for row in study.rows[1:] if row.difference]
    if not bounds or bounds[0] is None:
        return []
    middle = study.rows[0].mean
    left, right = (own.at(100 * (middle + side * bounds[0])) for side in (-1, 1))
    left, right = max(left, own.begin), min(right, own.end)
    return [
        svg.box(left, _TOP - 16, right - left, height - _TOP - 14, "band"),
        svg.text((left + right) / 2, 40, "not told apart from the first", kind="small", anchor="middle"),
    ]


def _drawn(row: VariantResult, y: float, own: svg.SvgAxis, papers: svg.SvgAxis) -> list[str]:
    parts = [svg.text(_NAMES - 12, y + 4, row.row.name, anchor="end")]
    parts += [svg.dot(own.at(100 * value), y, 3.5, "one", f"{value:.1%}") for value in row.accuracies]
    kind = "base" if row.difference is None else "apart" if row.difference.is_significant else "mean"
    parts.append(svg.dot(own.at(100 * row.mean), y, 5.5, kind, f"{row.row.name}: {row.mean:.1%}"))
    if row.row.paper:
        parts.append(svg.dot(papers.at(row.row.paper.lfw), y, 5.5, "base", f"{row.row.paper.lfw:.2f} %"))
    return parts
