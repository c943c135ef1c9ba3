"""How well similarities tell people apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.histogram import BINS, Histogram, bin_counts

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_BLOCK = 512


def best_threshold(similarities: Floats, genuine: Bools) -> float:
    """The threshold with the most right decisions, half-way to the next similarity below.

    Args:
        similarities: (n,), n of at least 1.
        genuine: (n,), whether the pair is one person.
    """
    order = np.argsort(-similarities, kind="stable")
    ranked, labels = similarities[order], genuine[order]
    # Accepting the first k pairs decides rightly on the genuine among them and the impostors behind them.
    accepted_right = np.concatenate([[0], np.cumsum(labels)])
    rejected_right = (~labels).sum() - np.concatenate([[0], np.cumsum(~labels)])
    # Equal similarities are accepted together, so a cut between two of them cannot be made.
    possible = np.concatenate([[True], ranked[:-1] > ranked[1:], [True]])
    k = int(np.argmax(np.where(possible, accepted_right + rejected_right, -1)))
    above = ranked[k - 1] if k else ranked[0] + 1e-6
    below = ranked[k] if k < len(ranked) else ranked[-1] - 1e-6
    return float((above + below) / 2)


def fold_decisions(similarities: Floats, genuine: Bools, folds: list[slice]) -> Bools:
    """Which pairs of each fold are decided rightly with the threshold chosen on the others (LFW's View 2).

    With one fold, the threshold is chosen on itself.

    Args:
        similarities: (n,).
        genuine: (n,), whether the pair is one person.
        folds: Together all pairs.

    Returns:
        (n,).
    """
    right = np.zeros(len(similarities), bool)
    for fold in folds:
        train = np.ones(len(similarities), bool)
        train[fold] = len(folds) == 1
        threshold = best_threshold(similarities[train], genuine[train])
        right[fold] = (similarities[fold] >= threshold) == genuine[fold]
    return right


def threshold_at_fmr(impostor: Floats, fmr: float) -> float:
    """The lowest threshold that at most a share `fmr` of impostor similarities reaches.

    Args:
        impostor: (n,), n of at least 1.
        fmr: 0 to 1.
    """
    allowed = int(np.floor(fmr * len(impostor)))
    ranked = np.sort(impostor)[::-1]
    if allowed >= len(ranked):
        return float(ranked[-1])
    return float(np.nextafter(ranked[allowed], np.inf))


def true_accept_rate(genuine: Floats, impostor: Floats, fmr: float) -> float:
    """The share of genuine pairs accepted at the threshold of `fmr` (TAR at FMR)."""
    return float((genuine >= threshold_at_fmr(impostor, fmr)).mean())


def equal_error_rate(genuine: Floats, impostor: Floats) -> float:
    """Where false match and false non-match rate are equal, 0 to 1."""
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    false_match = 1 - np.searchsorted(np.sort(impostor), thresholds, side="left") / len(impostor)
    false_non_match = np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    nearest = int(np.argmin(np.abs(false_match - false_non_match)))
    return float((false_match[nearest] + false_non_match[nearest]) / 2)


def wilson_interval(successes: float, trials: float, z: float = 1.96) -> tuple[float, float]:
    """The range a share lies in with 95 % confidence (Wilson 1927), assuming independent trials.

    Args:
        successes: How many trials had the outcome; no whole number where trials are weighed.
        trials: How many there were, at least as many.
        z: The normal deviate of the confidence.
    """
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z**2 / (2 * trials)
    spread = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    # The share itself lies within, which rounding could deny it where it is 0 or 1.
    low, high = min((centre - spread) / scale, share), max((centre + spread) / scale, share)
    return float(max(low, 0.0)), float(min(high, 1.0))


@dataclass(frozen=True, slots=True)
class PairHistograms:
    """The similarities of every pair of pictures.

    Attributes:
        genuine: Of pairs of one person.
        impostor: Of pairs of two people.
    """

    genuine: Histogram
    impostor: Histogram


def compare_all_pairs(vectors: NDArray[np.float32], owners: NDArray[np.int64]) -> PairHistograms:
    """Compare every picture with every other, once, in constant memory.

    Args:
        vectors: (n, size), unit length.
        owners: (n,), who is in each picture.
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
    """The share of probes whose nearest enrolled picture is of their own person.

    Each person's first picture is enrolled, the others are probes.
    """
    _, first = np.unique(owners, return_index=True)
    probes = np.setdiff1d(np.arange(len(owners)), first)
    if len(probes) == 0:
        return 1.0
    nearest = np.concatenate(
        [np.argmax(vectors[probes[i : i + _BLOCK]] @ vectors[first].T, axis=1) for i in range(0, len(probes), _BLOCK)]
    )
    return float((owners[first][nearest] == owners[probes]).mean())


_RATES = 10.0 ** np.linspace(-7, 0, 57)
"""Eight a decade."""


@dataclass(frozen=True, slots=True)
class DetCurve:
    """Points of a ROC or DET plot; of equal length, the lowest false match rate first.

    Attributes:
        fmr: False match rates, 0 to 1: those actually reached.
        fnmr: False non-match rates; a ROC plot shows 1 minus these.
        thresholds: The similarities asked for.
    """

    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]
    thresholds: tuple[float, ...]


def det_curve(genuine: Histogram, impostor: Histogram) -> DetCurve:
    """The curve of counted similarities, down to the false match rate of one in all impostor comparisons.

    Args:
        genuine: At least one.
        impostor: At least one.
    """
    rates = [rate for rate in _RATES if rate * impostor.total >= 1]
    thresholds = sorted({impostor.threshold_at(rate) for rate in rates}, reverse=True)
    return DetCurve(
        tuple(impostor.reaching(threshold) / impostor.total for threshold in thresholds),
        tuple(1 - genuine.reaching(threshold) / genuine.total for threshold in thresholds),
        tuple(thresholds),
    )
