"""Commands that measure a model on pictures whose people are known."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, percent, print_json, progress
from app.core.errors import InvalidRequest
from app.core.faces import Vector
from app.core.match_decision import OperatingPoint, canonical_fmr
from app.core.settings.sections import LandmarkEngine
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.evaluation.protocols.enrolment import EnrolmentStudy, study_enrolment
from app.evaluation.protocols.identification import EmbedPictures
from app.evaluation.protocols.lists import PicturePair, read_agedb, read_aliases, read_cfp, read_pairs
from app.evaluation.protocols.report import compare_reports, read_report, write_report
from app.evaluation.protocols.verification import (
    LFW_FOLD_SIZE,
    VerificationReport,
    embed_pictures,
    evaluate_all_pairs,
    list_people_pictures,
    verify_pairs,
)
from app.evaluation.statistics.multi_template import PairedDifference
from app.wiring import Application


class EngineUse(StrEnum):
    """What an evaluation runs on."""

    TUNED = "tuned"
    REFERENCE = "reference"


app = typer.Typer(help="Measure a model on pictures whose people are known.")

Images = Annotated[Path, typer.Option(help="A folder that holds a folder of pictures for each person.")]
Model = Annotated[str | None, typer.Option(help="A model of the manifest; by default the one in use.")]
Aliases = Annotated[
    Path | None, typer.Option(help="Lines of two folder names, with a tab between, that show one person.")
]
Use = Annotated[
    EngineUse, typer.Option("--engine", help="What was measured to be fastest, or MediaPipe and one thread of the CPU.")
]
Flip = Annotated[bool, typer.Option("--flip", help="Average each embedding with that of the mirrored face.")]
Keep = Annotated[
    Path | None, typer.Option(help="A file to keep embeddings in; what it holds of these pictures is not made again.")
]
Page = Annotated[
    Path | None, typer.Option("--report", help="Write a page with plots into this HTML file, and a .json beside it.")
]
Against = Annotated[Path | None, typer.Option(help="The .json beside an earlier report: tell what has changed.")]


class Lists(StrEnum):
    """The form of a list of pairs."""

    PAIRS = "pairs"
    AGEDB = "agedb"
    CFP_FF = "cfp-ff"
    CFP_FP = "cfp-fp"


@app.command()
def verification(
    images: Images,
    pairs: Annotated[
        Path,
        typer.Option(
            help="LFW's pairs.txt, or lines of path, path, 1 or 0, with tabs between; for CFP its folder “Protocol”."
        ),
    ],
    lists: Annotated[Lists, typer.Option(help="Whose form the list of pairs has.")] = Lists.PAIRS,
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Run a pair protocol: consecutive folds (of 600; of CFP as its splits are), each with the threshold of the others.

    With --report, the outcome is also written as a page that a later run can be compared with.
    """
    require_folder(images)
    listed, fold = _pairs(pairs, lists)
    earlier = None if against is None else read_report(against)
    total = len({name for pair in listed for name in (pair.first, pair.second)})
    with finding(model, engine, keep, total, flip=flip) as (find, name):
        told, protocol = verify_pairs(find, images, listed, fold)
    if report is not None:
        write_report(report, protocol.with_model(name), earlier)
    gains = None if earlier is None else compare_reports(earlier, protocol)
    if json:
        print_json(told if gains is None else {**asdict(told), "gains": gains})
        return
    _print_verification(told)
    print_gains(gains)


@app.command("all-pairs")
def all_pairs(
    images: Images,
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    aliases: Aliases = None,
    keep: Keep = None,
    json: Json = False,
) -> None:
    """Compare every picture with every other: the thresholds of the operating points, and what they accept."""
    require_folder(images)
    known = read_aliases(aliases) if aliases else {}
    with (
        _application(model, engine, flip=flip) as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("Pictures", len(list_people_pictures(images))) as bar,
    ):
        kept = _kept(keep, application, engine, flip=flip)
        report = evaluate_all_pairs(analyzer, images, known, lambda _: bar.advance(bar.task_ids[0]), kept)
    if json:
        print_json(report)
        return
    table = Table("False match rate", "Threshold", "True accept rate", "95 % interval")
    for fmr, point in report.operating_points.items():
        interval = f"{percent(point.tar_low)} – {percent(point.tar_high)}"
        table.add_row(fmr, f"{point.threshold:.4f}", percent(point.tar), interval)
    console.print(table)
    console.print(
        f"{report.genuine:,} genuine and {report.impostor:,} impostor pairs, rank-1 {percent(report.rank1)}, "
        f"{report.not_detected} pictures without a face, {report.seconds:.0f} s"
    )


@app.command()
def enrolment(
    images: Images,
    pictures: Annotated[int, typer.Option(min=2, max=20, help="Enrolled at most; whoever has more is enrolled.")] = 5,
    fmr: Annotated[
        str, typer.Option("--fmr", parser=canonical_fmr, metavar="RATE", help="The false match rate to hold.")
    ] = OperatingPoint.FMR_1E4.value,
    model: Model = None,
    flip: Flip = False,
    engine: Use = EngineUse.TUNED,
    aliases: Aliases = None,
    json: Json = False,
) -> None:
    """Enrol people from one picture, from two, and so on: what is accepted of the same other pictures of them."""
    require_folder(images)
    known = read_aliases(aliases) if aliases else {}
    with (
        _application(model, engine, flip=flip) as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("Pictures", len(list_people_pictures(images))) as bar,
    ):
        study = study_enrolment(
            analyzer, images, known, most=pictures, fmr=float(fmr), progress=lambda _: bar.advance(bar.task_ids[0])
        )
    if json:
        print_json(study)
    else:
        _print_study(study)


def require_folder(images: Path) -> None:
    """Refuse what is no folder.

    Raises:
        InvalidRequest: It is none.
    """
    if not images.is_dir():
        raise InvalidRequest("There is no folder “{path}”.", "Name the folder that holds the pictures.", path=images)


@contextmanager
def finding(
    model: str | None, engine: EngineUse, keep: Path | None, total: int, *, flip: bool
) -> Iterator[tuple[EmbedPictures, str]]:
    """What embeds pictures, with a progress bar, and the name of the model that it does it with.

    Args:
        model: Of the manifest; None for the one in use.
        engine: What it runs on.
        keep: A file to keep embeddings in.
        total: Pictures, at most.
        flip: Average each embedding with that of the mirrored face.
    """
    with (
        _application(model, engine, flip=flip) as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
        progress("Pictures", total) as bar,
    ):
        kept = _kept(keep, application, engine, flip=flip)

        def find(paths: Sequence[Path]) -> Mapping[Path, Vector]:
            return embed_pictures(analyzer, paths, lambda _: bar.advance(bar.task_ids[0]), kept)

        yield find, application.models.embedder_row.name


def _kept(keep: Path | None, application: Application, engine: EngineUse, *, flip: bool) -> EmbeddingCache | None:
    made_with = f"{application.models.embedder_row.sha256}, {engine.value}, flip {flip}"
    return None if keep is None else EmbeddingCache(keep, made_with)


def _pairs(path: Path, lists: Lists) -> tuple[list[PicturePair], int]:
    match lists:
        case Lists.PAIRS:
            return read_pairs(path), LFW_FOLD_SIZE
        case Lists.AGEDB:
            return read_agedb(path), LFW_FOLD_SIZE
        case Lists.CFP_FF:
            return read_cfp(path, "FF")
        case Lists.CFP_FP:
            return read_cfp(path, "FP")


def print_gains(gains: Mapping[str, PairedDifference] | None) -> None:
    """What has changed since an earlier report, if there is one."""
    for name, gain in (gains or {}).items():
        points, low, high = (f"{100 * share:+.2f}" for share in (gain.share, gain.low, gain.high))
        console.print(f"{name}: {points} points ({low} to {high}), {gain.won} won, {gain.lost} lost.", markup=False)


def _application(model: str | None, engine: EngineUse, *, flip: bool) -> Application:
    changes: dict[str, object] = {"flip": flip}
    if model:
        changes["model"] = model
    if engine is EngineUse.REFERENCE:
        changes |= {"landmarks": LandmarkEngine.MEDIAPIPE, "threads": 1}
    return open_application(recognition=changes)


def _print_study(study: EnrolmentStudy) -> None:
    table = Table("Pictures", "Threshold", "True accept rate", "95 % interval")
    for count, point in study.by_pictures.items():
        interval = f"{percent(point.tar_low)} – {percent(point.tar_high)}"
        table.add_row(count, f"{point.threshold:.4f}", percent(point.tar), interval)
    console.print(table)
    gain, low, high = (f"{100 * share:+.2f}" for share in (study.gain.share, study.gain.low, study.gain.high))
    console.print(
        f"{len(study.by_pictures)} pictures instead of 1: {gain} points ({low} to {high}), "
        f"{study.gain.won} probes won, {study.gain.lost} lost."
    )
    console.print(
        f"{study.people} people, {study.probes} probes of them, {study.strangers} of others, {study.impostor:,} "
        f"impostor comparisons, false match rate {study.fmr:g}, {study.not_detected} pictures without a face, "
        f"{study.seconds:.0f} s"
    )


def _print_verification(report: VerificationReport) -> None:
    console.print(
        f"Accuracy {percent(report.accuracy_mean)} ± {percent(report.accuracy_std)} over {len(report.folds)} folds"
    )
    console.print(f"Equal error rate {percent(report.eer)}")
    for fmr, rate in report.tar_at_fmr.items():
        console.print(f"True accept rate at a false match rate of {fmr}: {percent(rate)}")
    console.print(f"{report.pairs} pairs, {report.not_detected} pictures without a face, {report.seconds:.0f} s")
