"""Commands of the protocols beside pairs: open set, MegaFace, templates, enrolment, kiosk."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.evaluation.evaluate import (
    Against,
    Aliases,
    Engine,
    EvaluationEngine,
    Flip,
    Images,
    Keep,
    Model,
    Page,
    app,
    open_analyzer,
    open_embedder,
    print_changes,
    print_points,
    require_folder,
    save_and_compare,
)
from app.cli.output import Json, console, percent, print_json, print_table, progress
from app.core.errors import InvalidRequest
from app.core.match_decision import MAX_ONE_IN, MIN_ONE_IN, OperatingPoint, TemplateFusion, canonical_fmr
from app.evaluation.protocols.enrolment import EnrolmentStudy, study_enrolment
from app.evaluation.protocols.identification import OpenSetPlan, evaluate_megaface, evaluate_open_set
from app.evaluation.protocols.impostors import evaluate_kiosk
from app.evaluation.protocols.lists import (
    read_aliases,
    read_distractor_list,
    read_probe_list,
    read_template_pairs,
    read_templates,
)
from app.evaluation.protocols.pictures import list_people_pictures
from app.evaluation.protocols.promise import PromiseTrial, evaluate_promise
from app.evaluation.protocols.report import ProtocolReport, read_report
from app.evaluation.protocols.verification import evaluate_templates
from app.services.recognition.matcher import promise_model


@app.command("open-set")
def open_set(
    images: Images,
    enrolled: Annotated[
        float, typer.Option(min=0.05, max=1.0, help="Share of the people with two pictures who are enrolled.")
    ] = 0.5,
    people: Annotated[
        int | None, typer.Option(min=1, help="People enrolled, instead of a share; if necessary with fewer templates.")
    ] = None,
    templates: Annotated[
        int, typer.Option(min=0, help="Pictures enrolled of each person, at most; 0 for all but one.")
    ] = 1,
    average: Annotated[int, typer.Option(min=1, help="Pictures of a person whose mean is one probe.")] = 1,
    draws: Annotated[int, typer.Option(min=1, help="Galleries to draw, one after the other.")] = 1,
    fusion: Annotated[
        TemplateFusion, typer.Option(help="The comparison score of a person with several templates.")
    ] = TemplateFusion.BEST_AND_MEAN,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice of enrolled people.")] = 0,
    aliases: Aliases = None,
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Identify people of whom some are enrolled and some are not: rank-1, and FNIR by FPIR."""
    require_folder(images)
    known, paths = read_aliases(aliases) if aliases else {}, list_people_pictures(images)
    earlier = None if against is None else read_report(against)
    with open_embedder(model, engine, keep, len(paths), flip=flip) as (embed, name):
        plan = OpenSetPlan(enrolled, people, templates, average, draws, seed, fusion)
        result = evaluate_open_set(paths, embed, known, plan).with_model(name)
    _print_report(result, report, earlier, as_json=json)


@app.command()
def megaface(
    probes: Annotated[Path, typer.Option(help="List of probes: JSON with “path” and “id”, or lines of both.")],
    probe_images: Annotated[Path, typer.Option(help="Folder that the probes' paths are relative to.")],
    distractors: Annotated[Path, typer.Option(help="List of distractors: JSON with “path”, or one path a line.")],
    distractor_images: Annotated[Path, typer.Option(help="Folder that the distractors' paths are relative to.")],
    counts: Annotated[
        str, typer.Option(help="Numbers of distractors, with commas; by default 10, 100 and so on, and all.")
    ] = "",
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Run the MegaFace protocol: rank-1 among distractors, and verification rates at false accept rates."""
    for folder in (probe_images, distractor_images):
        require_folder(folder)
    people = [(probe_images / path, person) for path, person in read_probe_list(probes)]
    others = [distractor_images / path for path in read_distractor_list(distractors)]
    wanted, earlier = _numbers(counts), None if against is None else read_report(against)
    with open_embedder(model, engine, keep, len(people) + len(others), flip=flip) as (embed, name):
        result = evaluate_megaface(people, others, embed, wanted).with_model(name)
    _print_report(result, report, earlier, as_json=json)


@app.command()
def templates(
    images: Annotated[Path, typer.Option(help="Folder that the templates' paths are relative to.")],
    templates: Annotated[Path, typer.Option(help="Lines of picture, template and medium.")],
    pairs: Annotated[Path, typer.Option(help="Lines of template, template, 1 or 0.")],
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Compare templates of several pictures, averaged over media (IJB's 1:1 protocol)."""
    require_folder(images)
    members, listed = read_templates(templates), read_template_pairs(pairs)
    earlier = None if against is None else read_report(against)
    total = len({member.picture for member in members})
    with open_embedder(model, engine, keep, total, flip=flip) as (embed, name):
        result = evaluate_templates(images, members, listed, embed).with_model(name)
    _print_report(result, report, earlier, as_json=json)


@app.command()
def enrolment(
    images: Images,
    pictures: Annotated[
        int, typer.Option(min=2, max=20, help="Pictures enrolled at most; people with more pictures are enrolled.")
    ] = 5,
    fmr: Annotated[
        str, typer.Option("--fmr", parser=canonical_fmr, metavar="RATE", help="The false match rate of all thresholds.")
    ] = OperatingPoint.FMR_1E4.value,
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    aliases: Aliases = None,
    json: Json = False,
) -> None:
    """Enrol people with one picture, with two, and so on, and compare true accept rates on the same probes."""
    require_folder(images)
    known, total = read_aliases(aliases) if aliases else {}, len(list_people_pictures(images))
    with open_analyzer(model, engine, flip=flip) as (_, analyzer), progress("Pictures", total) as bar:
        study = study_enrolment(
            analyzer, images, known, most=pictures, fmr=float(fmr), progress=lambda _: bar.advance(bar.task_ids[0])
        )
    if json:
        print_json(study)
    else:
        _print_study(study)


@app.command()
def promise(
    images: Images,
    people: Annotated[int, typer.Option(min=1, help="People enrolled.")] = 100,
    templates: Annotated[
        str, typer.Option(help="Templates of each: a number, or “all” for all pictures but one.")
    ] = "5",
    attempts: Annotated[int, typer.Option(min=1, max=100, help="Attempts of each stranger.")] = 1,
    one_in: Annotated[
        int, typer.Option(min=MIN_ONE_IN, max=MAX_ONE_IN, help="Of this many strangers, one may be accepted.")
    ] = 1000,
    run: Annotated[int, typer.Option(min=1, max=20, help="Pictures of a run, as at a kiosk.")] = 1,
    draws: Annotated[int, typer.Option(min=1, max=1000, help="Galleries drawn.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    halves: Annotated[
        bool, typer.Option(help="Take the threshold from half of the people, and try on the other half.")
    ] = False,
    aliases: Aliases = None,
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    keep: Keep = None,
    json: Json = False,
) -> None:
    """Measure the promise per visitor: enrol people, let all others try, and count who is accepted."""
    require_folder(images)
    known, paths = read_aliases(aliases) if aliases else {}, list_people_pictures(images)
    number = 0 if templates == "all" else int(templates) if templates.isdecimal() else -1
    if number < 0 or templates == "0":
        raise InvalidRequest("This is no number of templates: {text}", "Use a number, or: all", text=templates)
    with open_application() as application:
        recognition = application.settings.recognition
        row = application.models.manifest.embedder(model or recognition.model)
    trial = PromiseTrial(people, number, attempts, one_in, run, draws, seed, recognition.fusion, recognition.min_margin)
    with open_embedder(model, engine, keep, len(paths), flip=flip) as (embed, _):
        report = evaluate_promise(paths, embed, known, promise_model(row), trial, halves=halves)
    if json:
        print_json(report)
        return
    console.print(
        f"Promised: 1 stranger in {one_in}. Accepted: {percent(report.fpir, 3)} of {report.strangers} strangers "
        f"({percent(report.fpir_low, 3)} – {percent(report.fpir_high, 3)}), in {report.transactions} transactions of "
        f"{attempts} attempts at {draws} galleries."
    )
    console.print(
        f"Enrolled people rejected: {percent(report.fnir)} ({percent(report.fnir_low)} – {percent(report.fnir_high)}) "
        f"of {report.probes} probes; with the best single threshold for these strangers: {percent(report.fnir_best)}."
    )
    console.print(f"Similarity needed: {report.threshold:.3f}. Promise that can be held: 1 in {1 / report.held:,.0f}.")


@app.command()
def kiosk(
    images: Images,
    gallery: Annotated[int, typer.Option(min=2, max=10_000, help="People enrolled.")] = 100,
    fmr: Annotated[
        str | None, typer.Option(help="False match rate of a comparison, in place of the promise per visitor.")
    ] = None,
    json: Json = False,
) -> None:
    """Let each person of a folder make one attempt at a kiosk at which only others are enrolled."""
    require_folder(images)
    people = sum(folder.is_dir() for folder in images.iterdir())
    with (
        open_application() as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("People", people) as bar,
    ):
        report = evaluate_kiosk(
            analyzer,
            images,
            application.models.embedder_row,
            application.settings,
            application.clock.now(),
            gallery=gallery,
            fmr=fmr,
            progress=lambda _: bar.advance(bar.task_ids[0]),
        )
    if json:
        print_json(report)
        return
    console.print(
        f"{report.let_in} of {report.probes} people who are not enrolled were accepted: {percent(report.rate)} "
        f"({percent(report.low)} – {percent(report.high)}), at {report.gallery} people enrolled, "
        f"a similarity of {report.threshold:.3f} and {report.frames} frames in a row."
    )
    console.print(f"{report.not_detected} pictures without a face, {report.seconds:.0f} s")


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) for part in parts):
        raise InvalidRequest("These are no numbers of distractors: {text}", "Write them so: 1000,1000000", text=text)
    return [int(part) for part in parts]


def _print_report(result: ProtocolReport, page: Path | None, earlier: ProtocolReport | None, *, as_json: bool) -> None:
    """Print a report and its changes, and write its page if requested."""
    changes = save_and_compare(result, page, earlier)
    if as_json:
        shown = {"protocol": result.protocol, "model": result.model, "figures": result.figures, "facts": result.facts}
        print_json(shown | {"curve": result.curve} | ({} if changes is None else {"gains": changes}))
        return
    table = Table("Figure", "", "95 % range")
    for name, rate in result.figures.items():
        table.add_row(name, percent(rate.value), f"{percent(rate.low)} – {percent(rate.high)}")
    print_table(table)
    console.print(", ".join(f"{name} {value:g}" for name, value in result.facts.items()), markup=False)
    print_changes(changes)


def _print_study(study: EnrolmentStudy) -> None:
    print_points("Pictures", study.by_pictures)
    share, low, high = (f"{100 * value:+.2f}" for value in (study.gain.share, study.gain.low, study.gain.high))
    console.print(
        f"{len(study.by_pictures)} pictures instead of 1: {share} points ({low} to {high}), "
        f"{study.gain.won} probes won, {study.gain.lost} lost."
    )
    console.print(
        f"{study.people} people, {study.probes} probes of them, {study.strangers} of others, {study.impostor:,} "
        f"impostor comparisons, false match rate {study.fmr:g}, {study.not_detected} pictures without a face, "
        f"{study.seconds:.0f} s"
    )
