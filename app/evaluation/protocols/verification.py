"""Verification protocols: lists of pairs (LFW, AgeDB, CFP), IJB templates, and all pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.faces import Vector
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.evaluation.protocols.lists import PicturePair, TemplateMember, TemplatePair
from app.evaluation.protocols.pictures import EmbedPictures, Progress, embed_pictures, list_people_pictures
from app.evaluation.protocols.report import FMRS, MeasuredRate, ProtocolReport
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes
from app.evaluation.statistics.verification import (
    DetCurve,
    compare_all_pairs,
    det_curve,
    equal_error_rate,
    fold_decisions,
    rank_one,
    threshold_at_fmr,
    true_accept_rate,
)
from app.matching.histogram import Histogram
from app.matching.rates import wilson_interval
from app.vision.analysis import FaceAnalyzer

LFW_FOLD_SIZE = 600
"""Pairs in a fold of LFW's View 2."""

_PAIR_FMRS = ("1e-2", "1e-3")
_ALL_PAIRS_FMRS = ("1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
_NOT_COMPARED = -1.0
"""Similarity of a pair in which one side has no face: the pair is never accepted."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Result of a pair protocol; field names are the keys of the JSON output.

    Attributes:
        accuracy_mean: Mean accuracy over folds, each with the threshold chosen on the others, 0 to 1.
        accuracy_std: Sample standard deviation over folds; 0 with one fold.
        folds: Accuracy of each fold.
        eer: Equal error rate, 0 to 1.
        tar_at_fmr: True accept rate by false match rate.
        pairs: Pairs decided.
        not_detected: Pictures without a face; their pairs count as rejected.
        seconds: Duration.
        curve: DET curve of all pairs.
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
    """True accept rate at an operating point.

    Attributes:
        threshold: Similarity required.
        tar: Share of mated pairs accepted.
        tar_low: Lower end of its 95 % interval.
        tar_high: Upper end.
    """

    threshold: float
    tar: float
    tar_low: float
    tar_high: float


@dataclass(frozen=True, slots=True)
class AllPairsReport:
    """Result of comparing every picture with every other; field names are the keys of the JSON output.

    Attributes:
        genuine: Mated pairs.
        impostor: Non-mated pairs.
        operating_points: By false match rate; the intervals are Wilson's.
        rank1: Closed-set rank-1 rate with the first picture of each person enrolled.
        not_detected: Pictures without a face; left out.
        seconds: Duration.
        curve: DET curve.
    """

    genuine: int
    impostor: int
    operating_points: dict[str, OperatingPointReport]
    rank1: float
    not_detected: int
    seconds: float
    curve: DetCurve


def verify_pairs(
    embed: EmbedPictures, images: Path, pairs: Sequence[PicturePair], fold: int
) -> tuple[VerificationReport, ProtocolReport]:
    """Run a pair protocol and return both forms of its report.

    Args:
        embed: Embeds pictures.
        images: Folder that the pairs' paths are relative to.
        pairs: Pairs, in the order of their folds.
        fold: Pairs in a fold; with fewer than two folds, all pairs are one.

    Raises:
        ImageError: A picture is missing, or all pairs are of one kind.
    """
    start = perf_counter()
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    found = embed([images / name for name in names])
    similarities = np.array([_similarity(found.get(images / p.first), found.get(images / p.second)) for p in pairs])
    genuine = _genuine(pairs)
    folds = _folds(len(pairs), fold)
    right = fold_decisions(similarities, genuine, folds)
    mated, non_mated = similarities[genuine], similarities[~genuine]
    accuracies = [float(right[part].mean()) for part in folds]
    report = VerificationReport(
        accuracy_mean=float(np.mean(accuracies)),
        accuracy_std=float(np.std(accuracies, ddof=1)) if len(folds) > 1 else 0.0,
        folds=tuple(accuracies),
        eer=equal_error_rate(mated, non_mated),
        tar_at_fmr={fmr: true_accept_rate(mated, non_mated, float(fmr)) for fmr in _PAIR_FMRS},
        pairs=len(pairs),
        not_detected=len(names) - len(found),
        seconds=perf_counter() - start,
        curve=det_curve(Histogram.of(mated), Histogram.of(non_mated)),
    )
    units = tuple(Path(pair.first).parent.name or pair.first for pair in pairs)
    protocol = ProtocolReport(
        "verification",
        {"accuracy": MeasuredRate.of(int(right.sum()), len(right))},
        {"pairs": report.pairs, "not_detected": report.not_detected, "eer": report.eer},
        report.curve,
        {"accuracy": TrialOutcomes.of(units, right)},
    )
    return report, protocol


def evaluate_templates(
    images: Path, members: Sequence[TemplateMember], pairs: Sequence[TemplatePair], embed: EmbedPictures
) -> ProtocolReport:
    """Compare templates of several pictures (1:1 protocol of the IJB sets).

    Args:
        images: Folder that the members' paths are relative to.
        members: Pictures of the templates.
        pairs: Templates to compare.
        embed: Embeds pictures. A template none of whose pictures shows a face is empty: its pairs count as rejected.

    Raises:
        ImageError: A pair names a template without pictures, or all pairs are of one kind.
    """
    listed = {member.template for member in members}
    if missing := sorted({name for pair in pairs for name in (pair.first, pair.second)} - listed):
        raise ImageError(
            QT_TRANSLATE_NOOP(
                "errors", "The lists do not fit: template “{template}” is in a pair and has no pictures."
            ),
            QT_TRANSLATE_NOOP("errors", "Give the list of templates that the list of pairs belongs to."),
            template=missing[0],
        )
    genuine = _genuine(pairs)
    paths = sorted({images / member.picture for member in members})
    found = embed(paths)
    templates = _average_templates([member for member in members if images / member.picture in found], images, found)
    similarities = np.array([_similarity(templates.get(pair.first), templates.get(pair.second)) for pair in pairs])
    mated, non_mated = similarities[genuine], similarities[~genuine]
    units = tuple(pair.first for pair in pairs if pair.genuine)
    figures, trials = {}, {}
    for fmr in (rate for rate in FMRS if float(rate) * len(non_mated) >= 1):
        right = mated >= threshold_at_fmr(non_mated, float(fmr))
        figures[f"tar_at_fmr_{fmr}"] = MeasuredRate.of(int(right.sum()), len(right))
        trials[f"tar_at_fmr_{fmr}"] = TrialOutcomes.of(units, right)
    facts = {
        "templates": len(listed),
        "empty_templates": len(listed) - len(templates),
        "pairs": len(pairs),
        "not_detected": len(paths) - len(found),
        "eer": equal_error_rate(mated, non_mated),
    }
    curve = det_curve(Histogram.of(mated), Histogram.of(non_mated))
    return ProtocolReport("templates", figures, facts, curve, trials)


def average_media(
    vectors: NDArray[np.float32], templates: NDArray[np.int64], media: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return one vector a template: the mean over its media, each the mean over its pictures.

    A video of a hundred frames then weighs as much as one photograph (Crosswhite et al. 2018, arXiv 1603.03958).

    Args:
        vectors: (n, size), unit length.
        templates: (n,), template of each picture.
        media: (n,), medium of each picture within its template.

    Returns:
        Templates, (t,), rising, and their vectors, (t, size), unit length.
    """
    (of_template, _), medium, pictures = np.unique(
        np.stack([templates, media]), axis=1, return_inverse=True, return_counts=True
    )
    sums = np.zeros((len(pictures), vectors.shape[1]))
    np.add.at(sums, medium.reshape(-1), vectors)
    names, place = np.unique(of_template, return_inverse=True)
    totals = np.zeros((len(names), vectors.shape[1]))
    np.add.at(totals, place, sums / pictures[:, None])
    lengths = np.maximum(np.linalg.norm(totals, axis=1, keepdims=True), 1e-12)
    return names, (totals / lengths).astype(np.float32)


def evaluate_all_pairs(
    analyzer: FaceAnalyzer,
    images: Path,
    aliases: dict[str, str],
    progress: Progress = lambda _: None,
    cache: EmbeddingCache | None = None,
) -> AllPairsReport:
    """Compare every picture with every other.

    Args:
        analyzer: Vision that embeds every face.
        images: Folder with a folder of pictures for each person.
        aliases: Folder names of the same person: alias to name.
        progress: Called with each picture when it is done.
        cache: Embeddings of earlier runs.

    Raises:
        ImageError: There are fewer than two people with a face.
    """
    start = perf_counter()
    paths = list_people_pictures(images)
    found = embed_pictures(analyzer, paths, progress, cache)
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


def _all_pairs_report(
    vectors: NDArray[np.float32], owners: NDArray[np.int64], not_detected: int, start: float
) -> AllPairsReport:
    counts = compare_all_pairs(vectors, owners)
    genuine = counts.genuine.total
    points = {}
    for fmr in _ALL_PAIRS_FMRS:
        threshold = counts.impostor.threshold_at(float(fmr))
        accepted = counts.genuine.count_reaching(threshold)
        low, high = wilson_interval(accepted, genuine)
        points[fmr] = OperatingPointReport(threshold, accepted / max(genuine, 1), low, high)
    seconds = perf_counter() - start
    curve = det_curve(counts.genuine, counts.impostor)
    rank1 = rank_one(vectors, owners)
    return AllPairsReport(genuine, counts.impostor.total, points, rank1, not_detected, seconds, curve)


def _genuine(pairs: Sequence[PicturePair] | Sequence[TemplatePair]) -> NDArray[np.bool_]:
    """(n,): True for mated pairs.

    Raises:
        ImageError: All pairs are of one kind.
    """
    genuine = np.array([pair.genuine for pair in pairs])
    if genuine.all() or not genuine.any():
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "All pairs are of one kind: error rates need both."),
            QT_TRANSLATE_NOOP("errors", "Give pairs of the same and of different people."),
        )
    return genuine


def _similarity(first: Vector | None, second: Vector | None) -> float:
    return _NOT_COMPARED if first is None or second is None else float(first @ second)


def _folds(pairs: int, fold: int) -> list[slice]:
    whole = max(pairs // fold, 1)
    edges = [fold * i for i in range(whole)] + [pairs]
    return [slice(a, b) for a, b in pairwise(edges)]


def _average_templates(
    members: Sequence[TemplateMember], images: Path, found: Mapping[Path, Vector]
) -> dict[str, Vector]:
    """Averaged embedding of each template that has a face."""
    if not members:
        return {}
    names, templates = np.unique(np.array([member.template for member in members], np.str_), return_inverse=True)
    media = np.unique(np.array([member.medium for member in members], np.str_), return_inverse=True)[1]
    vectors = np.array([found[images / member.picture] for member in members], np.float32)
    places, averaged = average_media(vectors, templates.astype(np.int64), media.astype(np.int64))
    return {str(names[place]): vector for place, vector in zip(places, averaged, strict=True)}
