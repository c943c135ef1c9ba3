"""The search as a page (Markdown and JSON) and its Pareto plot (SVG)."""

import json
from dataclasses import asdict
from pathlib import Path

from app.lab.studies import svg
from app.lab.studies.reports import points, table, write_files
from app.lab.studies.search_results import TARGET_MULTIPLY_ADDS, SearchResult, SearchTrial

_WIDTH = 860
_HEIGHT = 400
_TOP = 56
_BOTTOM = 344
_PANELS = ((70, 410), (480, 820))

_LIMITS = """
- **What a network is worth when it is trained to the end.** Trials are small and short: small, fast learners are ahead
  here that may fall behind later. Train the winner as long as what it is to replace before believing in it.
- **Differences smaller than the bound above.** "Equal" means: not lower beyond what the seeds' spread lets anybody see.
- **Time on another processor.** Latency is over the reference's on the same machine, of the stock CPU provider.
- **The best of the space.** So few trials look at a small part of it.
"""

_LEGEND = """
*Accuracy*: the mean of true accepts and true rejects at the best threshold, in percent, of one seed. *Time* and
*operations*: over the reference's, on one thread of the same machine. **In bold**: on the Pareto front of accuracy and
time. *Choice*: times the reference's width, depth and expansion; kernel, activation, input.
"""


def write_search(search: SearchResult, folder: Path) -> list[Path]:
    """Write `search.md`, `search.json` and `search.svg`.

    Raises:
        ExportFailed: One cannot be written.
    """
    files = {"search.md": _page(search), "search.json": _data(search), "search.svg": _plot(search)}
    return write_files(folder, files)


def verdict(search: SearchResult) -> str:
    """Whether the target was reached, and by which trial, in a sentence."""
    target = f"{1 - TARGET_MULTIPLY_ADDS:.0%} fewer multiply-adds"
    confirmed = search.confirmed
    if confirmed is None:
        return f"No trial that was trained to the end needs {target}."
    trial = next(t for t in search.trials if t.number == confirmed.number)
    apart = confirmed.difference
    told = (
        f"trial {trial.number} needs {1 - trial.multiply_adds:.0%} fewer multiply-adds than the reference and "
        f"takes {trial.latency:.2f} times as long; trained again with {len(confirmed.accuracies)} seeds that no "
        f"trial had, its accuracy lies {points(apart.mean, signed=True)} ± {points(apart.bound)} points from the "
        "reference's"
    )
    if apart.bound is None:
        return f"Not known whether {target} at equal accuracy was reached: {told}, and one seed has no spread."
    if not confirmed.equal:
        return f"Not reached: {told}, lower beyond the spread."
    more = ", higher beyond the spread" if apart.is_significant else ", not told apart"
    return f"Reached as far as these seeds can show ({target} at equal accuracy): {told}{more}."


def _page(search: SearchResult) -> str:
    base = search.base
    ended = [trial for trial in search.trials if trial.ended]
    parts = [
        "# Architecture search",
        "Written by `facelatch lab search`; `search.json` beside it has all figures.",
        _opening(search, len(ended)),
        f"**{verdict(search)}**",
        "![accuracy over time and over operations, with the Pareto front](search.svg)",
        _table(search),
        _LEGEND.strip(),
        f"Ended early: {_early(ended)}." if ended else "None was ended early.",
        "## What a search this small cannot show",
        _LIMITS.strip(),
        "## How everything was trained",
        f"```json\n{json.dumps(base.model_dump(mode='json'), indent=1)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _opening(search: SearchResult, ended: int) -> str:
    faces, base = search.faces, search.base
    return (
        f"{len(search.trials)} networks were tried, {ended} of them ended early. The reference is the recipe's own "
        f"network; each was trained as the recipe says ({base.steps} steps of {base.batch} faces) on "
        f"{faces['faces_learnt']} faces of {faces['people_learnt']} people, and judged by all pairs of "
        f"{faces['faces_judged']} faces of {faces['people_judged']} other people."
    )


def _early(ended: list[SearchTrial]) -> str:
    reasons = {why: sum(trial.ended == why for trial in ended) for why in sorted({trial.ended for trial in ended})}
    return ", ".join(f"{count} {why}" for why, count in reasons.items())


def _table(search: SearchResult) -> str:
    front = search.front
    rows = [
        (
            f"**{trial.number}**" if trial in front else f"{trial.number}",
            _words(trial),
            points(trial.accuracy),
            f"{trial.latency:.2f} ×",
            f"{trial.multiply_adds:.2f} ×",
            f"{trial.cost.multiply_adds / 1e6:.2f}",
            f"{trial.cost.parameters / 1e3:.0f}",
        )
        for trial in sorted(search.finished, key=lambda trial: -(trial.accuracy or 0))
    ]
    return table(("trial", "choice", "accuracy", "time", "operations", "M operations", "k parameters"), rows)


def _words(trial: SearchTrial) -> str:
    c = trial.choice
    return f"{c['width']:g}, {c['depth']:g}, {c['expansion']:g}; {c['kernel']}, {c['activation']}, {c['input']}"


def _data(search: SearchResult) -> str:
    front = search.front
    told = {
        "verdict": verdict(search),
        "base": search.base.model_dump(mode="json"),
        "faces": search.faces,
        "confirmed": search.confirmed and asdict(search.confirmed),
        "trials": [asdict(trial) | {"on_front": trial in front} for trial in search.trials],
    }
    return json.dumps(told, indent=1) + "\n"


def _plot(search: SearchResult) -> str:
    done = search.finished
    if not done:
        return svg.drawing(_WIDTH, _HEIGHT, "No trial was trained to the end", [])
    up = svg.SvgAxis.over([100 * (trial.accuracy or 0) for trial in done], _BOTTOM, _TOP)
    time, work = (
        svg.SvgAxis.over([*values, 1.0], *panel)
        for values, panel in zip(
            ([t.latency for t in done], [*(t.multiply_adds for t in done), TARGET_MULTIPLY_ADDS]), _PANELS, strict=True
        )
    )
    parts = [svg.text(_PANELS[0][0], 20, "accuracy in %, over time on one thread (the reference's is 1)")]
    parts.append(svg.text(_PANELS[1][0], 20, "over multiply-adds (the reference's are 1)"))
    for across in (time, work):
        parts += _grid(across, up)
    front = [(time.at(trial.latency), up.at(100 * (trial.accuracy or 0))) for trial in search.front]
    parts.append(svg.path(front, "front"))
    target = work.at(TARGET_MULTIPLY_ADDS)
    parts += [svg.line(target, _TOP, target, _BOTTOM, "rule"), svg.text(target + 4, _TOP - 6, "target", kind="small")]
    for trial in done:
        parts += _drawn(trial, search, up, time.at(trial.latency), work.at(trial.multiply_adds))
    return svg.drawing(_WIDTH, _HEIGHT, "Accuracy of the trials over their time and multiply-adds", parts)


def _grid(across: svg.SvgAxis, up: svg.SvgAxis) -> list[str]:
    parts = []
    for tick in across.ticks():
        x = across.at(tick)
        parts += [svg.line(x, _TOP, x, _BOTTOM, "grid"), svg.text(x, _BOTTOM + 20, f"{tick:g}", anchor="middle")]
    for tick in up.ticks():
        y = up.at(tick)
        parts.append(svg.line(across.begin, y, across.end, y, "grid"))
        parts.append(svg.text(across.begin - 8, y + 4, f"{tick:g}", anchor="end"))
    return parts


def _drawn(trial: SearchTrial, search: SearchResult, up: svg.SvgAxis, *places: float) -> list[str]:
    chosen = search.confirmed is not None and trial.number == search.confirmed.number
    is_reference = trial.choice == search.reference
    kind = "base" if is_reference else "apart" if chosen else "mean" if trial in search.front else "one"
    y = up.at(100 * (trial.accuracy or 0))
    words = "reference" if is_reference else f"trial {trial.number}" if chosen else ""
    title = f"trial {trial.number}: {_words(trial)}, {trial.accuracy:.1%}"
    parts = [svg.dot(x, y, 5.5 if words else 4, kind, title) for x in places]
    return parts + [svg.text(x, y - 9, words, kind="small", anchor="middle") for x in places if words]
