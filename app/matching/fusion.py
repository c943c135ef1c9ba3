"""Fusion of templates: one comparison score of a probe and a person, from the cosines to the person's templates."""

import numpy as np
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion

Floats = NDArray[np.float32]
Starts = NDArray[np.integer]

_BEST_WEIGHT = 0.5
"""Weight of the highest cosine in BEST_AND_MEAN; the cosine to the mean template has the rest. Weights from 0.25 to 0.5
are equally good (`docs/evaluation/scores.md`)."""

MIN_LENGTH = 0.01
"""Least length of a sum of templates to divide by: templates that cancel each other have no mean direction."""

_PEOPLE_AT_ONCE = 4096
"""People whose sums are in memory at a time."""


def sum_lengths(vectors: NDArray[np.floating], starts: Starts) -> Floats:
    """The length of the sum of each person's templates, by which the sum of cosines becomes one cosine.

    Args:
        vectors: (n, size), unit length, sorted by person.
        starts: (people,), rising from 0: where each person's templates begin.

    Returns:
        (people,); 1 for a person with one template.
    """
    ends = np.append(starts, len(vectors))
    lengths = np.ones(len(starts), np.float32)
    for first in range(0, len(starts), _PEOPLE_AT_ONCE):
        some = ends[first : first + _PEOPLE_AT_ONCE + 1]
        sums = np.add.reduceat(vectors[some[0] : some[-1]], some[:-1] - some[0], dtype=np.float32)
        lengths[first : first + len(sums)] = np.linalg.norm(sums, axis=1)
    lengths[np.diff(ends) == 1] = 1
    return np.maximum(lengths, np.float32(MIN_LENGTH))


def fuse(similarities: Floats, starts: Starts, lengths: Floats, fusion: TemplateFusion) -> Floats:
    """The comparison scores of one or several probes and each person.

    A score never falls when a cosine rises, and does not depend on the order of the templates. With one template it is
    the cosine.

    Args:
        similarities: (n,) or (n, probes), cosines to templates, sorted by person.
        starts: (people,), rising from 0: where each person's templates begin.
        lengths: (people,), from `sum_lengths`.
        fusion: How the cosines of a person become one score.

    Returns:
        (people,) or (people, probes).
    """
    if not len(starts):
        return similarities[:0]
    best: Floats = np.maximum.reduceat(similarities, starts)
    if fusion is TemplateFusion.BEST:
        return best
    means = np.add.reduceat(similarities, starts) / lengths.reshape(-1, *[1] * (similarities.ndim - 1))
    return blend(best, np.asarray(means, np.float32))


def blend(best: Floats, mean: Floats) -> Floats:
    """The score of BEST_AND_MEAN.

    Args:
        best: Cosines to the nearest template of each person.
        mean: Cosines to the mean of all templates of each person, of the same shape.
    """
    return np.asarray(_BEST_WEIGHT * best + (1 - _BEST_WEIGHT) * mean, np.float32)
