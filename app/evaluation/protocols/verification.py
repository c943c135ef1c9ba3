"""Measuring a model on pictures whose people are known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.camera.picture_file import SUFFIXES, read_picture
from app.core.errors import ImageError
from app.core.faces import AnalyzedFace, Frame, Vector
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.evaluation.protocols.identification import EmbedPictures, MeasuredRate, ProtocolReport
from app.evaluation.protocols.lists import PicturePair
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes
from app.evaluation.statistics.verification import (
    DetCurve,
    compare_all_pairs,
    det_curve,
    equal_error_rate,
    fold_decisions,
    rank_one,
    true_accept_rate,
    wilson_interval,
)
from app.matching.histogram import Histogram
from app.vision.analysis import FaceAnalyzer

LFW_FOLD_SIZE = 600
"""Pairs in a fold of LFW's View 2."""

_PAIR_FMRS = ("1e-2", "1e-3")
_ALL_PAIRS_FMRS = ("1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
_NOT_DETECTED = -1.0
"""The similarity of a pair in which a face was not found: it is never accepted."""

Progress = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The outcome of a pair protocol; the names are those of the JSON output.

    Attributes:
        accuracy_mean: Over folds, each with the threshold chosen on the others, 0 to 1.
        accuracy_std: Sample standard deviation over folds; 0 for one fold.
        folds: Accuracy of each fold.
        eer: Equal error rate, 0 to 1.
        tar_at_fmr: True accept rate by false match rate.
        pairs: How many were judged.
        not_detected: Pictures without a face; their pairs count as rejected.
        seconds: How long it took.
        curve: Of all pairs: the data of ROC and DET plots.
    """

    accuracy_mean: float
    accuracy_std: float
    folds: tuple[float, ...]
    eer: float
    tar_at_fmr: dict[str, float]
    pairs: int
    not_detected: int
    seconds: float
    curve: DetCurve


@dataclass(frozen=True, slots=True)
class OperatingPointReport:
    """What an operating point does.

    Attributes:
        threshold: The similarity asked for.
        tar: Share of genuine pairs accepted.
        tar_low: Lower end of its 95 % Wilson interval.
        tar_high: Upper end.
    """

    threshold: float
    tar: float
    tar_low: float
    tar_high: float


@dataclass(frozen=True, slots=True)
class AllPairsReport:
    """The outcome of comparing every picture with every other; the names are those of the JSON output.

    Attributes:
        genuine: Pairs of one person.
        impostor: Pairs of two people.
        operating_points: By false match rate.
        rank1: With each person's first picture enrolled, the share of the others whose nearest is their own person.
        not_detected: Pictures without a face; left out.
        seconds: How long it took.
        curve: The data of ROC and DET plots.
    """

    genuine: int
    impostor: int
    operating_points: dict[str, OperatingPointReport]
    rank1: float
    not_detected: int
    seconds: float
    curve: DetCurve


def evaluate_pairs(
    analyzer: FaceAnalyzer, images: Path, pairs: Sequence[PicturePair], progress: Progress = lambda _: None
) -> VerificationReport:
    """Run a verification protocol with folds of 600.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: What the pairs' paths start from.
        pairs: In the order of their folds; fewer than 1,200 are one fold.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: A picture is missing, or all pairs are of one kind.
    """
    return verify_pairs(lambda paths: embed_pictures(analyzer, paths, progress), images, pairs, LFW_FOLD_SIZE)[0]


def verify_pairs(
    find: EmbedPictures, images: Path, pairs: Sequence[PicturePair], fold: int
) -> tuple[VerificationReport, ProtocolReport]:
    """Run a verification protocol, in both forms of report.

    Args:
        find: Embeds pictures.
        images: What the pairs' paths start from.
        pairs: In the order of their folds.
        fold: Pairs in a fold; if there are fewer than two folds, all pairs are one.

    Raises:
        ImageError: A picture is missing, or all pairs are of one kind.
    """
    start = perf_counter()
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    found = find([images / name for name in names])
    similarities = np.array([_similarity(found, images, pair) for pair in pairs])
    genuine = np.array([pair.genuine for pair in pairs])
    if genuine.all() or not genuine.any():
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "All pairs are of one kind, so that nothing can be measured."),
            QT_TRANSLATE_NOOP("errors", "Give pairs of the same and of different people."),
        )
    folds = _folds(len(pairs), fold)
    right = fold_decisions(similarities, genuine, folds)
    accepted, rejected = similarities[genuine], similarities[~genuine]
    accuracies = [float(right[part].mean()) for part in folds]
    report = VerificationReport(
        accuracy_mean=float(np.mean(accuracies)),
        accuracy_std=float(np.std(accuracies, ddof=1)) if len(folds) > 1 else 0.0,
        folds=tuple(accuracies),
        eer=equal_error_rate(accepted, rejected),
        tar_at_fmr={fmr: true_accept_rate(accepted, rejected, float(fmr)) for fmr in _PAIR_FMRS},
        pairs=len(pairs),
        not_detected=len(names) - len(found),
        seconds=perf_counter() - start,
        curve=det_curve(Histogram.of(accepted), Histogram.of(rejected)),
    )
    units = tuple(Path(pair.first).parent.name or pair.first for pair in pairs)
    return report, _as_protocol(report, units, right)


def _as_protocol(report: VerificationReport, units: tuple[str, ...], right: NDArray[np.bool_]) -> ProtocolReport:
    trials = {"accuracy": TrialOutcomes(units, tuple(right.astype(int).tolist()))}
    figures = {"accuracy": MeasuredRate.of(int(right.sum()), len(right))}
    facts = {"pairs": report.pairs, "not_detected": report.not_detected, "eer": report.eer}
    return ProtocolReport("verification", figures, facts, report.curve, trials)


def evaluate_all_pairs(
    analyzer: FaceAnalyzer,
    images: Path,
    aliases: dict[str, str],
    progress: Progress = lambda _: None,
    kept: EmbeddingCache | None = None,
) -> AllPairsReport:
    """Compare every picture with every other.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: A folder for each person.
        aliases: Folders that show the person of another folder, by name.
        progress: Called with each picture when it is done.
        kept: Embeddings that are at hand.

    Raises:
        ImageError: There are fewer than two people with a face.
    """
    start = perf_counter()
    paths = list_people_pictures(images)
    found = embed_pictures(analyzer, paths, progress, kept)
    faces = [path for path in paths if path in found]
    people = [aliases.get(path.parent.name, path.parent.name) for path in faces]
    if len(set(people)) < 2:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "Fewer than two people were found in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Give a folder that holds a folder of pictures for each person."),
            path=images,
        )
    vectors = np.stack([found[path] for path in faces])
    owners = np.unique(people, return_inverse=True)[1].astype(np.int64)
    return _all_pairs_report(vectors, owners, len(paths) - len(faces), start)


def list_people_pictures(images: Path) -> list[Path]:
    """The pictures in the folders of a folder, by person and name."""
    return sorted(path for path in images.glob("*/*") if path.suffix.lower() in SUFFIXES)


def embed_pictures(
    analyzer: FaceAnalyzer, paths: Sequence[Path], progress: Progress, kept: EmbeddingCache | None = None
) -> dict[Path, Vector]:
    """The embedding of the face nearest to each picture's centre; pictures without a face are left out.

    Args:
        analyzer: Vision that embeds every face it finds.
        paths: Of the pictures.
        progress: Called with each picture that is embedded.
        kept: Embeddings that are at hand.

    Raises:
        ImageError: A picture cannot be read.
    """
    if kept is not None:
        return kept.of(paths, lambda missing: embed_pictures(analyzer, missing, progress))
    found = {}
    for path in paths:
        face = find_central_face(analyzer, path)
        if face is not None and face.embedding is not None:
            found[path] = face.embedding.vector
        progress(path)
    return found


def find_central_face(analyzer: FaceAnalyzer, path: Path) -> AnalyzedFace | None:
    """The face nearest to a picture's centre; None where there is no face.

    Raises:
        ImageError: The picture cannot be read.
    """
    frame = Frame(1, read_picture(path), 0)
    faces = analyzer.analyze(frame).faces
    centre = np.array([frame.width, frame.height]) / 2
    return min(faces, key=lambda face: float(np.hypot(*(face.face.box.centre - centre))), default=None)


def _all_pairs_report(
    vectors: NDArray[np.float32], owners: NDArray[np.int64], not_detected: int, start: float
) -> AllPairsReport:
    counts = compare_all_pairs(vectors, owners)
    genuine = counts.genuine.total
    points = {}
    for fmr in _ALL_PAIRS_FMRS:
        threshold = counts.impostor.threshold_at(float(fmr))
        accepted = counts.genuine.reaching(threshold)
        low, high = wilson_interval(accepted, genuine)
        points[fmr] = OperatingPointReport(threshold, accepted / max(genuine, 1), low, high)
    seconds = perf_counter() - start
    curve = det_curve(counts.genuine, counts.impostor)
    rank1 = rank_one(vectors, owners)
    return AllPairsReport(genuine, counts.impostor.total, points, rank1, not_detected, seconds, curve)


def _similarity(found: Mapping[Path, Vector], images: Path, pair: PicturePair) -> float:
    first, second = found.get(images / pair.first), found.get(images / pair.second)
    return _NOT_DETECTED if first is None or second is None else float(first @ second)


def _folds(pairs: int, fold: int) -> list[slice]:
    whole = max(pairs // fold, 1)
    edges = [fold * i for i in range(whole)] + [pairs]
    return [slice(a, b) for a, b in pairwise(edges)]
