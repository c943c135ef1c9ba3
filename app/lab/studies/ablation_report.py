"""Report of an ablation: a table (Markdown and JSON) and a plot (SVG)."""

import json
from dataclasses import asdict
from pathlib import Path

from matplotlib.figure import Figure

from app.evaluation.html_report import figure_svg
from app.lab.studies.ablation import Ablation, VariantResult
from app.lab.studies.reports import markdown_table, points, write_files

_LIMITS = """
- **Which variant wins at full size.** These networks are small, see few faces, and stop long before they converge. Fast
  learners lead; changes that pay off late (large margins, strong augmentation, more capacity) fall behind. The paper's
  rows lie within 0.7 points of each other after 60,000 steps of 512 faces.
- **The last percent of accuracy.** At this accuracy, networks fail on pairs that a converged network finds easy. The
  report does not tell how often impostors are accepted at an operating point of the program.
- **Effects of the size of the last map.** It is a few pixels wide here, 7×7 in the paper; averaging over few pixels
  loses less.
- **Differences smaller than the bound in the table.** "Not significant" does not mean equal.
- **Other people.** Training and evaluation use photographs of one collection; more seeds do not change that.
"""

_LEGEND = """
*Accuracy*: mean of true accept rate and true reject rate at the best threshold, in percent, ± the standard deviation of
seeds. *TAR*: true accept rate at a false match rate of 1e-2. *Against the base*: in points, ± the bound of chance (95 %
for all rows together, from the pooled spread of seeds). *Operations, parameters, ms*: of the network at the paper's
size, 112×112 and full width; milliseconds of the exported file on one thread. *Paper*: LFW in percent, trained on
CASIA-WebFace, and ms on a telephone (arXiv 1804.07573, table 2).
"""


def write_ablation(study: Ablation, folder: Path) -> list[Path]:
    """Write `ablation.md`, `ablation.json` and `ablation.svg`.

    Args:
        study: The ablation.
        folder: Folder of the files.

    Returns:
        Paths of the files.

    Raises:
        ExportFailed: A file cannot be written.
    """
    files = {"ablation.md": _page(study), "ablation.json": _data_section(study), "ablation.svg": _plot(study)}
    return write_files(folder, files)


def _page(study: Ablation) -> str:
    parts = [
        "# Ablation",
        "Written by `facelatch lab ablate`; `ablation.json` beside it has the figures of every seed.",
        _introduction(study),
        "![accuracy of each row, with every seed](ablation.svg)",
        _table(study),
        _LEGEND.strip(),
        "## Result",
        *_findings(study),
        "## Limits of a study of this size",
        _LIMITS.strip(),
        "## Training of the base",
        f"```json\n{json.dumps(study.base.model_dump(mode='json'), indent=1)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(study: Ablation) -> str:
    faces, base = study.faces, study.base
    height, width = base.architecture.input_size
    return (
        f"Each row changes one thing of the base. Each was trained {study.seeds} times ({base.steps} steps of "
        f"{base.batch} faces, {height}×{width} pixels, {base.architecture.width:g} of the width) on "
        f"{faces['faces_learnt']} faces of {faces['people_learnt']} people, and evaluated on all pairs of "
        f"{faces['faces_judged']} faces of {faces['people_judged']} other people. The study took "
        f"{study.cpu_s / 60:.1f} minutes of one core."
    )


def _table(study: Ablation) -> str:
    first = study.rows[0].cost
    head = ("row", "change", "accuracy", "TAR", "against the base", "M operations", "M parameters", "ms", "paper")
    rows = [
        (
            f"`{row.row.name}`",
            row.row.words,
            f"{points(row.mean)} ± {points(row.spread)}",
            points(row.tar),
            _against_base(row),
            f"{row.cost.multiply_adds / 1e6:.0f} ({row.cost.multiply_adds / first.multiply_adds:.2f} ×)",
            f"{row.cost.parameters / 1e6:.2f}",
            f"{row.cost.ms:.2f} ({row.cost.ms / first.ms:.2f} ×)",
            f"{row.row.paper.lfw:.2f}, {row.row.paper.ms:.0f} ms" if row.row.paper else "–",
        )
        for row in study.rows
    ]
    return markdown_table(head, rows)


def _against_base(row: VariantResult) -> str:
    difference = row.difference
    if difference is None:
        return "–"
    words = f"{points(difference.mean, signed=True)} ± {points(difference.bound)}"
    return f"**{words}**" if difference.is_significant else f"{words}, not significant"


def _findings(study: Ablation) -> list[str]:
    significant = [row for row in study.rows[1:] if row.difference and row.difference.is_significant]
    others = [row for row in study.rows[1:] if row not in significant]
    base = study.rows[0].mean
    lines = [
        f"- `{row.row.name}`: {'higher' if row.mean > base else 'lower'} than the base by "
        f"{points(abs(row.mean - base))} points, beyond the spread of seeds."
        for row in significant
    ]
    if others:
        names = ", ".join(f"`{row.row.name}`" for row in others)
        why = "one seed has no spread" if study.seeds == 1 else "within the spread of seeds"
        lines.append(f"- Not significantly different from the base ({why}): {names}.")
    return ["\n".join(lines)]


def _data_section(study: Ablation) -> str:
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
    content = {"base": study.base.model_dump(mode="json"), "faces": study.faces, "cpu_s": study.cpu_s, "rows": rows}
    return json.dumps(content, indent=1) + "\n"


def _plot(study: Ablation) -> str:
    """Accuracy of every seed and the mean of each row, beside the paper's accuracy on LFW."""
    names = [row.row.name for row in study.rows]
    figure = Figure(figsize=(8.6, 1 + 0.28 * len(names)), layout="constrained")
    own, paper = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    bound = next((row.difference.bound for row in study.rows[1:] if row.difference), None)
    if bound is not None:
        base = study.rows[0].mean
        own.axvspan(100 * (base - bound), 100 * (base + bound), color="tab:blue", alpha=0.1, label="not significant")
    for place, row in enumerate(study.rows):
        own.plot([100 * value for value in row.accuracies], [place] * len(row.accuracies), ".", color="tab:gray")
        colour = "tab:red" if row.difference and row.difference.is_significant else "tab:blue"
        own.plot(100 * row.mean, place, "o", color=colour, gid=f"mean-{row.row.name}")
        if row.row.paper:
            paper.plot(row.row.paper.lfw, place, "o", color="black")
    own.set_yticks(range(len(names)), names)
    own.invert_yaxis()
    own.set_title("small training, every seed and mean: accuracy in %", fontsize=9)
    paper.set_title("the paper: LFW in %", fontsize=9)
    if bound is not None:
        own.legend(fontsize=8)
    for axes in (own, paper):
        axes.grid(visible=True, axis="x")
    return figure_svg(figure)
