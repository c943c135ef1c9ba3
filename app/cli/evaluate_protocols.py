"""Commands that run public protocols, for those who have their lists and pictures."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.evaluate import (
    Against,
    Aliases,
    EngineUse,
    Flip,
    Images,
    Keep,
    Model,
    Page,
    Use,
    finding,
    print_gains,
    require_folder,
)
from app.cli.output import Json, console, percent, print_json, print_table
from app.core.errors import InvalidRequest
from app.evaluation.protocols.identification import (
    ProtocolReport,
    evaluate_megaface,
    evaluate_open_set,
    evaluate_templates,
)
from app.evaluation.protocols.lists import (
    read_aliases,
    read_distractor_list,
    read_probe_list,
    read_template_pairs,
    read_templates,
)
from app.evaluation.protocols.report import compare_reports, read_report, write_report
from app.evaluation.protocols.verification import list_people_pictures

app = typer.Typer()


@app.command("open-set")
def open_set(
    images: Images,
    enrolled: Annotated[
        float, typer.Option(min=0.05, max=1.0, help="Share of the people with two pictures who are enrolled.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(min=0, help="Of who is enrolled.")] = 0,
    aliases: Aliases = None,
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Look for people of whom some are enrolled and some are not: rank-1, and FNIR by FPIR."""
    require_folder(images)
    known, paths = read_aliases(aliases) if aliases else {}, list_people_pictures(images)
    earlier = None if against is None else read_report(against)
    with finding(model, engine, keep, len(paths), flip=flip) as (find, name):
        told = evaluate_open_set(paths, find, known, enrolled, seed).with_model(name)
    _tell(told, report, earlier, as_json=json)


@app.command()
def megaface(
    probes: Annotated[Path, typer.Option(help="The probes' list: JSON with “path” and “id”, or lines of both.")],
    probe_images: Annotated[Path, typer.Option(help="What the probes' paths start from.")],
    distractors: Annotated[Path, typer.Option(help="The distractors' list: JSON with “path”, or a path a line.")],
    distractor_images: Annotated[Path, typer.Option(help="What the distractors' paths start from.")],
    counts: Annotated[
        str, typer.Option(help="Numbers of distractors, with commas; by default 10, 100 and so on, and all.")
    ] = "",
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Run the MegaFace protocol: rank-1 among so many distractors, and what is verified at false accept rates."""
    for folder in (probe_images, distractor_images):
        require_folder(folder)
    people = [(probe_images / path, person) for path, person in read_probe_list(probes)]
    others = [distractor_images / path for path in read_distractor_list(distractors)]
    wanted, earlier = _numbers(counts), None if against is None else read_report(against)
    with finding(model, engine, keep, len(people) + len(others), flip=flip) as (find, name):
        told = evaluate_megaface(people, others, find, wanted).with_model(name)
    _tell(told, report, earlier, as_json=json)


@app.command()
def templates(
    images: Annotated[Path, typer.Option(help="What the templates' paths start from.")],
    templates: Annotated[Path, typer.Option(help="Lines of picture, template and medium.")],
    pairs: Annotated[Path, typer.Option(help="Lines of template, template, 1 or 0.")],
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Compare templates of several pictures, averaged over media, as IJB's 1:1 protocol does."""
    require_folder(images)
    members, listed = read_templates(templates), read_template_pairs(pairs)
    earlier = None if against is None else read_report(against)
    total = len({member.picture for member in members})
    with finding(model, engine, keep, total, flip=flip) as (find, name):
        told = evaluate_templates(images, members, listed, find).with_model(name)
    _tell(told, report, earlier, as_json=json)


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) for part in parts):
        raise InvalidRequest("These are no numbers of distractors: {text}", "Write them so: 1000,1000000", text=text)
    return [int(part) for part in parts]


def _tell(told: ProtocolReport, report: Path | None, earlier: ProtocolReport | None, *, as_json: bool) -> None:
    gains = None if earlier is None else compare_reports(earlier, told)
    if report is not None:
        write_report(report, told, earlier)
    if as_json:
        shown = {"protocol": told.protocol, "model": told.model, "figures": told.figures, "facts": told.facts}
        print_json(shown | {"curve": told.curve} | ({} if gains is None else {"gains": gains}))
        return
    table = Table("Figure", "", "95 % range")
    for name, figure in told.figures.items():
        table.add_row(name, percent(figure.value), f"{percent(figure.low)} – {percent(figure.high)}")
    print_table(table)
    console.print(", ".join(f"{name} {value:g}" for name, value in told.facts.items()), markup=False)
    print_gains(gains)
