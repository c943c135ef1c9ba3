"""Commands that evaluate a model on pictures of known people: pairs, all pairs, and what all protocols share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, extra_installed, percent, print_json, progress
from app.core.errors import InvalidRequest
from app.core.faces import Vector
from app.core.settings.sections import LandmarkEngine
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.evaluation.protocols.lists import PicturePair, read_agedb, read_aliases, read_cfp, read_pairs
from app.evaluation.protocols.pictures import Analyzer, EmbedPictures, embed_pictures, list_people_pictures
from app.evaluation.protocols.report import ProtocolReport, compare_reports, read_report, write_report
from app.evaluation.protocols.verification import (
    LFW_FOLD_SIZE,
    OperatingPointReport,
    VerificationReport,
    evaluate_all_pairs,
    verify_pairs,
)
from app.evaluation.statistics.paired_bootstrap import PairedDifference
from app.wiring import Application


class EvaluationEngine(StrEnum):
    """Engine that an evaluation runs on."""

    TUNED = "tuned"
    REFERENCE = "reference"


class PairListFormat(StrEnum):
    """Format of a list of pairs."""

    PAIRS = "pairs"
    AGEDB = "agedb"
    CFP_FF = "cfp-ff"
    CFP_FP = "cfp-fp"


app = typer.Typer(help="Evaluate a model on pictures of known people.")

Images = Annotated[Path, typer.Option(help="A folder that holds a folder of pictures for each person.")]
Model = Annotated[str | None, typer.Option(help="A model of the manifest; by default the one in use.")]
Aliases = Annotated[
    Path | None, typer.Option(help="Lines of two folder names of the same person, with a tab between them.")
]
Engine = Annotated[
    EvaluationEngine, typer.Option("--engine", help="The fastest engine as tuned, or MediaPipe and one CPU thread.")
]
Flip = Annotated[bool, typer.Option("--flip", help="Average each embedding with that of the mirrored face.")]
Keep = Annotated[Path | None, typer.Option(help="A file that caches embeddings of unchanged pictures.")]
Page = Annotated[
    Path | None,
    typer.Option(
        "--report", help="Write a page with plots to this HTML file, and a .json beside it (extra “evaluation”)."
    ),
]
Against = Annotated[Path | None, typer.Option(help="The .json of an earlier report: print what has changed.")]


@app.command()
def verification(
    images: Images,
    pairs: Annotated[
        Path,
        typer.Option(
            help="LFW's pairs.txt, or lines of path, path, 1 or 0, with tabs between; for CFP its folder “Protocol”."
        ),
    ],
    lists: Annotated[PairListFormat, typer.Option(help="Format of the list of pairs.")] = PairListFormat.PAIRS,
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    keep: Keep = None,
    report: Page = None,
    against: Against = None,
    json: Json = False,
) -> None:
    """Run a pair protocol in consecutive folds (of 600; CFP: its splits), each with the threshold of the others.

    With --report, the result is also written as a page that a later run can be compared with.
    """
    require_folder(images)
    listed, fold = _pairs(pairs, lists)
    earlier = None if against is None else read_report(against)
    total = len({name for pair in listed for name in (pair.first, pair.second)})
    with open_embedder(model, engine, keep, total, flip=flip) as (embed, name):
        result, protocol = verify_pairs(embed, images, listed, fold)
    changes = save_and_compare(protocol.with_model(name), report, earlier)
    if json:
        print_json(result if changes is None else {**asdict(result), "gains": changes})
        return
    _print_verification(result)
    print_changes(changes)


@app.command("all-pairs")
def all_pairs(
    images: Images,
    model: Model = None,
    flip: Flip = False,
    engine: Engine = EvaluationEngine.TUNED,
    aliases: Aliases = None,
    keep: Keep = None,
    json: Json = False,
) -> None:
    """Compare every picture with every other: thresholds of the operating points, and true accept rates."""
    require_folder(images)
    known = read_aliases(aliases) if aliases else {}
    total = len(list_people_pictures(images))
    with open_analyzer(model, engine, flip=flip) as (application, analyzer), progress("Pictures", total) as bar:
        cache = _cache(keep, application, engine, flip=flip)
        report = evaluate_all_pairs(analyzer, images, known, lambda _: bar.advance(bar.task_ids[0]), cache)
    if json:
        print_json(report)
        return
    print_points("False match rate", report.operating_points)
    console.print(
        f"{report.genuine:,} genuine and {report.impostor:,} impostor pairs, rank-1 {percent(report.rank1)}, "
        f"{report.not_detected} pictures without a face, {report.seconds:.0f} s"
    )


def require_folder(images: Path) -> None:
    """Check that a path is a folder.

    Raises:
        InvalidRequest: It is not.
    """
    if not images.is_dir():
        raise InvalidRequest("There is no folder “{path}”.", "Name the folder that holds the pictures.", path=images)


@contextmanager
def open_analyzer(model: str | None, engine: EvaluationEngine, *, flip: bool) -> Iterator[tuple[Application, Analyzer]]:
    """Yield an application and vision that embeds every face of single pictures.

    Args:
        model: Model of the manifest; None for the one in use.
        engine: Engine to run on.
        flip: Average each embedding with that of the mirrored face.
    """
    changes: dict[str, object] = {"flip": flip}
    if model:
        changes["model"] = model
    if engine is EvaluationEngine.REFERENCE:
        changes |= {"landmarks": LandmarkEngine.MEDIAPIPE, "threads": 1}
    with (
        open_application(recognition=changes) as application,
        application.models.vision.picture_analyzer(embed_all=True) as analyzer,
    ):
        yield application, analyzer


@contextmanager
def open_embedder(
    model: str | None, engine: EvaluationEngine, keep: Path | None, total: int, *, flip: bool
) -> Iterator[tuple[EmbedPictures, str]]:
    """Yield a function that embeds pictures with a progress bar, and the name of its model.

    Args:
        model: Model of the manifest; None for the one in use.
        engine: Engine to run on.
        keep: File of the embedding cache.
        total: Pictures, at most.
        flip: Average each embedding with that of the mirrored face.
    """
    with open_analyzer(model, engine, flip=flip) as (application, analyzer), progress("Pictures", total) as bar:
        cache = _cache(keep, application, engine, flip=flip)

        def embed(paths: Sequence[Path]) -> Mapping[Path, Vector]:
            return embed_pictures(analyzer, paths, lambda _: bar.advance(bar.task_ids[0]), cache)

        yield embed, application.models.embedder_row.name


def save_and_compare(
    report: ProtocolReport, page: Path | None, earlier: ProtocolReport | None
) -> dict[str, PairedDifference] | None:
    """Write a report if a page was requested, and return its changes since an earlier report.

    Args:
        report: The report.
        page: Path of the page; None writes nothing.
        earlier: Report to compare with.

    Returns:
        None without an earlier report.

    Raises:
        EnvironmentProblem: The packages of the extra `evaluation` are not installed.
    """
    changes = None if earlier is None else compare_reports(earlier, report)
    if page is not None:
        with extra_installed("evaluation"):
            write_report(page, report, earlier)
    return changes


def print_changes(changes: Mapping[str, PairedDifference] | None) -> None:
    """Print the changes since an earlier report, if there is one."""
    for name, change in (changes or {}).items():
        share, low, high = (f"{100 * value:+.2f}" for value in (change.share, change.low, change.high))
        console.print(f"{name}: {share} points ({low} to {high}), {change.won} won, {change.lost} lost.", markup=False)


def print_points(title: str, results: Mapping[str, OperatingPointReport]) -> None:
    """Print a table of thresholds and true accept rates.

    Args:
        title: Title of the first column.
        results: Results by the value in the first column.
    """
    table = Table(title, "Threshold", "True accept rate", "95 % interval")
    for name, point in results.items():
        interval = f"{percent(point.tar_low)} – {percent(point.tar_high)}"
        table.add_row(name, f"{point.threshold:.4f}", percent(point.tar), interval)
    console.print(table)


def _cache(
    keep: Path | None, application: Application, engine: EvaluationEngine, *, flip: bool
) -> EmbeddingCache | None:
    key = f"{application.models.embedder_row.sha256}, {engine.value}, flip {flip}"
    return None if keep is None else EmbeddingCache(keep, key)


def _pairs(path: Path, lists: PairListFormat) -> tuple[list[PicturePair], int]:
    match lists:
        case PairListFormat.PAIRS:
            return read_pairs(path), LFW_FOLD_SIZE
        case PairListFormat.AGEDB:
            return read_agedb(path), LFW_FOLD_SIZE
        case PairListFormat.CFP_FF:
            return read_cfp(path, "FF")
        case PairListFormat.CFP_FP:
            return read_cfp(path, "FP")


def _print_verification(report: VerificationReport) -> None:
    console.print(
        f"Accuracy {percent(report.accuracy_mean)} ± {percent(report.accuracy_std)} over {len(report.folds)} folds"
    )
    console.print(f"Equal error rate {percent(report.eer)}")
    for fmr, rate in report.tar_at_fmr.items():
        console.print(f"True accept rate at a false match rate of {fmr}: {percent(rate)}")
    console.print(f"{report.pairs} pairs, {report.not_detected} pictures without a face, {report.seconds:.0f} s")
