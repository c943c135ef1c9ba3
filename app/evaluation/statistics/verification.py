"""Statistics of verification (1:1): thresholds, error rates, DET curves, all pairs, rank-1."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.histogram import BINS, Histogram, bin_counts

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_BLOCK = 512
_RATES = 10.0 ** np.linspace(-7, 0, 57)
"""Sampled false match rates: eight a decade."""


def best_threshold(similarities: Floats, genuine: Bools) -> float:
    """Return the threshold with the most correct decisions, half-way to the next lower similarity.

    Args:
        similarities: (n,) with n >= 1.
        genuine: (n,), True for mated pairs.
    """
    order = np.argsort(-similarities, kind="stable")
    ranked, labels = similarities[order], genuine[order]
    # Accepting the first k pairs is correct for the mated among them and the non-mated behind them.
    accepted_right = np.concatenate([[0], np.cumsum(labels)])
    rejected_right = (~labels).sum() - np.concatenate([[0], np.cumsum(~labels)])
    # Equal similarities are accepted together, so no cut lies between two of them.
    possible = np.concatenate([[True], ranked[:-1] > ranked[1:], [True]])
    k = int(np.argmax(np.where(possible, accepted_right + rejected_right, -1)))
    above = ranked[k - 1] if k else ranked[0] + 1e-6
    below = ranked[k] if k < len(ranked) else ranked[-1] - 1e-6
    return float((above + below) / 2)


def fold_decisions(similarities: Floats, genuine: Bools, folds: list[slice]) -> Bools:
    """Decide the pairs of each fold with the threshold chosen on the other folds (LFW, View 2).

    A single fold uses the threshold chosen on itself.

    Args:
        similarities: (n,).
        genuine: (n,), True for mated pairs.
        folds: Slices that together cover all pairs.

    Returns:
        (n,), True where the decision is correct.
    """
    right = np.zeros(len(similarities), bool)
    for fold in folds:
        train = np.ones(len(similarities), bool)
        train[fold] = len(folds) == 1
        threshold = best_threshold(similarities[train], genuine[train])
        right[fold] = (similarities[fold] >= threshold) == genuine[fold]
    return right


def threshold_at_fmr(impostor: Floats, fmr: float) -> float:
    """Return the lowest threshold that at most a share `fmr` of the non-mated similarities reaches.

    Args:
        impostor: (n,) non-mated similarities, n >= 1.
        fmr: False match rate, 0 to 1.
    """
    allowed = int(np.floor(fmr * len(impostor)))
    ranked = np.sort(impostor)[::-1]
    if allowed >= len(ranked):
        return float(ranked[-1])
    return float(np.nextafter(ranked[allowed], np.inf))


def true_accept_rate(genuine: Floats, impostor: Floats, fmr: float) -> float:
    """Return the share of mated pairs accepted at the threshold of a false match rate (TAR at FMR).

    Args:
        genuine: (n,) mated similarities.
        impostor: (m,) non-mated similarities.
        fmr: False match rate, 0 to 1.
    """
    return float((genuine >= threshold_at_fmr(impostor, fmr)).mean())


def equal_error_rate(genuine: Floats, impostor: Floats) -> float:
    """Return the rate at which FMR and FNMR are equal, 0 to 1.

    Args:
        genuine: (n,) mated similarities.
        impostor: (m,) non-mated similarities.
    """
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    false_match = 1 - np.searchsorted(np.sort(impostor), thresholds, side="left") / len(impostor)
    false_non_match = np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    nearest = int(np.argmin(np.abs(false_match - false_non_match)))
    return float((false_match[nearest] + false_non_match[nearest]) / 2)


@dataclass(frozen=True, slots=True)
class PairHistograms:
    """Similarities of every pair of pictures.

    Attributes:
        genuine: Of mated pairs.
        impostor: Of non-mated pairs.
    """

    genuine: Histogram
    impostor: Histogram


def compare_all_pairs(vectors: NDArray[np.float32], owners: NDArray[np.int64]) -> PairHistograms:
    """Compare every picture with every other once, in constant memory.

    Args:
        vectors: (n, size), unit length.
        owners: (n,), the person in each picture.
    """
    genuine, impostor = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    for similarities, same in _blocks(vectors, owners):
        genuine += bin_counts(similarities[same])
        impostor += bin_counts(similarities[~same])
    return PairHistograms(Histogram(genuine), Histogram(impostor))


def _blocks(vectors: NDArray[np.float32], owners: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.float32], Bools]]:
    for start in range(0, len(vectors), _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarities = vectors[rows] @ vectors[start:].T
        upper = np.triu(np.ones(similarities.shape, bool), k=1)
        same = owners[rows, None] == owners[None, start:]
        yield similarities[upper], same[upper]


def rank_one(vectors: NDArray[np.float32], owners: NDArray[np.int64]) -> float:
    """Return the share of probes whose most similar enrolled picture shows the same person (closed set).

    The first picture of each person is enrolled, the others are probes.

    Args:
        vectors: (n, size), unit length.
        owners: (n,), the person in each picture.

    Returns:
        0 to 1; 1 without probes.
    """
    _, first = np.unique(owners, return_index=True)
    probes = np.setdiff1d(np.arange(len(owners)), first)
    if len(probes) == 0:
        return 1.0
    nearest = np.concatenate(
        [np.argmax(vectors[probes[i : i + _BLOCK]] @ vectors[first].T, axis=1) for i in range(0, len(probes), _BLOCK)]
    )
    return float((owners[first][nearest] == owners[probes]).mean())


@dataclass(frozen=True, slots=True)
class DetCurve:
    """Points of a DET or ROC plot, all of equal length, the lowest false match rate first.

    Attributes:
        fmr: False match rates reached, 0 to 1.
        fnmr: False non-match rates; a ROC plot shows 1 - FNMR.
        thresholds: Similarities required.
    """

    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]
    thresholds: tuple[float, ...]


def det_curve(genuine: Histogram, impostor: Histogram) -> DetCurve:
    """Return the DET curve, down to a false match rate of one in all non-mated comparisons.

    Args:
        genuine: Mated similarities, at least one.
        impostor: Non-mated similarities, at least one.
    """
    rates = [rate for rate in _RATES if rate * impostor.total >= 1]
    thresholds = sorted({impostor.threshold_at(rate) for rate in rates}, reverse=True)
    return DetCurve(
        tuple(impostor.count_reaching(threshold) / impostor.total for threshold in thresholds),
        tuple(1 - genuine.count_reaching(threshold) / genuine.total for threshold in thresholds),
        tuple(thresholds),
    )
