"""Report of an architecture search: a page (Markdown and JSON) and a Pareto plot (SVG)."""

import json
from dataclasses import asdict
from pathlib import Path

from matplotlib.figure import Figure

from app.evaluation.html_report import figure_svg
from app.lab.studies.reports import markdown_table, points, write_files
from app.lab.studies.search_results import TARGET_MULTIPLY_ADDS, SearchResult, SearchTrial

_LIMITS = """
- **Accuracy after full training.** Trials are small and short: small, fast learners lead here that may fall behind
  later. Train the winner as long as the network it is to replace before adopting it.
- **Differences smaller than the bound above.** "Equal" means: not lower beyond the spread of the seeds.
- **Time on another processor.** Latency is relative to the reference on the same machine, with the stock CPU provider.
- **The best network of the space.** So few trials cover a small part of it.
"""

_LEGEND = """
*Accuracy*: mean of true accept rate and true reject rate at the best threshold, in percent, of one seed. *Time* and
*operations*: relative to the reference, on one thread of the same machine. **In bold**: on the Pareto front of accuracy
and time. *Choice*: factors on the reference's width, depth and expansion; kernel, activation, input.
"""


def write_search(search: SearchResult, folder: Path) -> list[Path]:
    """Write `search.md`, `search.json` and `search.svg`.

    Args:
        search: The search.
        folder: Folder of the files.

    Returns:
        Paths of the files.

    Raises:
        ExportFailed: A file cannot be written.
    """
    files = {"search.md": _page(search), "search.json": _data_section(search), "search.svg": _plot(search)}
    return write_files(folder, files)


def verdict(search: SearchResult) -> str:
    """Return a sentence that says whether the target was reached, and by which trial."""
    target = f"{1 - TARGET_MULTIPLY_ADDS:.0%} fewer multiply-adds"
    confirmed = search.confirmed
    if confirmed is None:
        return f"No trial that was trained to the end needs {target}."
    trial = next(t for t in search.trials if t.number == confirmed.number)
    difference = confirmed.difference
    result = (
        f"trial {trial.number} needs {1 - trial.multiply_adds:.0%} fewer multiply-adds than the reference and "
        f"takes {trial.latency:.2f} times as long; trained again with {len(confirmed.accuracies)} new seeds, "
        f"its accuracy differs by {points(difference.mean, signed=True)} ± {points(difference.bound)} points from the "
        "reference's"
    )
    if difference.bound is None:
        return f"Not known whether {target} at equal accuracy was reached: {result}, and one seed has no spread."
    if not confirmed.equal:
        return f"Not reached: {result}, lower beyond the spread."
    more = ", higher beyond the spread" if difference.is_significant else ", not significant"
    return f"Reached as far as these seeds can show ({target} at equal accuracy): {result}{more}."


def _page(search: SearchResult) -> str:
    ended = [trial for trial in search.trials if trial.ended]
    parts = [
        "# Architecture search",
        "Written by `facelatch lab search`; `search.json` beside it has all figures.",
        _introduction(search, len(ended)),
        f"**{verdict(search)}**",
        "![accuracy over time and over operations, with the Pareto front](search.svg)",
        _table(search),
        _LEGEND.strip(),
        f"Ended early: {_early_ends(ended)}." if ended else "None was ended early.",
        "## Limits of a search of this size",
        _LIMITS.strip(),
        "## Training of all networks",
        f"```json\n{json.dumps(search.base.model_dump(mode='json'), indent=1)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(search: SearchResult, ended: int) -> str:
    faces, base = search.faces, search.base
    return (
        f"{len(search.trials)} networks were tried, {ended} of them ended early. The reference is the network of the "
        f"recipe; each was trained as the recipe says ({base.steps} steps of {base.batch} faces) on "
        f"{faces['faces_learnt']} faces of {faces['people_learnt']} people, and evaluated on all pairs of "
        f"{faces['faces_judged']} faces of {faces['people_judged']} other people."
    )


def _early_ends(ended: list[SearchTrial]) -> str:
    reasons = {why: sum(trial.ended == why for trial in ended) for why in sorted({trial.ended for trial in ended})}
    return ", ".join(f"{count} {why}" for why, count in reasons.items())


def _table(search: SearchResult) -> str:
    front = search.front
    rows = [
        (
            f"**{trial.number}**" if trial in front else f"{trial.number}",
            _choice(trial),
            points(trial.accuracy),
            f"{trial.latency:.2f} ×",
            f"{trial.multiply_adds:.2f} ×",
            f"{trial.cost.multiply_adds / 1e6:.2f}",
            f"{trial.cost.parameters / 1e3:.0f}",
        )
        for trial in sorted(search.finished, key=lambda trial: -(trial.accuracy or 0))
    ]
    return markdown_table(("trial", "choice", "accuracy", "time", "operations", "M operations", "k parameters"), rows)


def _choice(trial: SearchTrial) -> str:
    c = trial.choice
    return f"{c['width']:g}, {c['depth']:g}, {c['expansion']:g}; {c['kernel']}, {c['activation']}, {c['input']}"


def _data_section(search: SearchResult) -> str:
    front = search.front
    content = {
        "verdict": verdict(search),
        "base": search.base.model_dump(mode="json"),
        "faces": search.faces,
        "confirmed": search.confirmed and asdict(search.confirmed),
        "trials": [asdict(trial) | {"on_front": trial in front} for trial in search.trials],
    }
    return json.dumps(content, indent=1) + "\n"


def _plot(search: SearchResult) -> str:
    """Accuracy over latency with the Pareto front, and over multiply-adds with the target."""
    figure = Figure(figsize=(8.6, 4), layout="constrained")
    latency, work = figure.subplots(1, 2, sharey=True)
    for trial in search.finished:
        accuracy = 100 * (trial.accuracy or 0)
        confirmed = search.confirmed is not None and trial.number == search.confirmed.number
        name = "reference" if trial.choice == search.reference else f"trial {trial.number}" if confirmed else ""
        for axes, x in ((latency, trial.latency), (work, trial.multiply_adds)):
            axes.plot(x, accuracy, "o", color="tab:red" if confirmed else "black" if name else "tab:gray")
            axes.annotate(name, (x, accuracy), textcoords="offset points", xytext=(0, 6), ha="center", fontsize=8)
    front = search.front
    latency.plot([t.latency for t in front], [100 * (t.accuracy or 0) for t in front], color="tab:blue", gid="front")
    work.axvline(TARGET_MULTIPLY_ADDS, linestyle="--", color="tab:red", gid="target")
    latency.set_xlabel("time on one thread, relative to the reference")
    work.set_xlabel("multiply-adds, relative to the reference")
    latency.set_ylabel("accuracy in %")
    for axes in (latency, work):
        axes.grid(visible=True)
    return figure_svg(figure)
