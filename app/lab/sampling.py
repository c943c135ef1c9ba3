"""Which faces a step sees. It follows from seed and step alone, so that a resumed run sees what it would have seen."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


def any_faces(total: int, count: int, seed: int, step: int) -> Places:
    """Faces drawn evenly, none twice unless there are too few.

    Args:
        total: How many there are.
        count: How many are wanted.
        seed: Of the run.
        step: Of the run.
    """
    return _random(seed, step).choice(total, count, replace=total < count).astype(np.int64)


def balanced_faces(labels: NDArray[np.int64], count: int, each: int, seed: int, step: int) -> Places:
    """Faces drawn by identity, however many pictures each has.

    Args:
        labels: (n,): whose each face is.
        count: How many are wanted.
        each: How many of one identity, as far as it has them; otherwise some come twice.
        seed: Of the run.
        step: Of the run.

    Returns:
        (count,) places, of count / each identities, rounded up.
    """
    random = _random(seed, step)
    present = np.unique(labels)
    wanted = -(-count // each)
    chosen = np.resize(random.permutation(present), wanted)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], chosen)
    ends = np.searchsorted(labels[order], chosen, side="right")
    drawn = [
        order[start + random.choice(end - start, each, replace=end - start < each)]
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.concatenate(drawn)[:count].astype(np.int64)


def _random(seed: int, step: int) -> np.random.Generator:
    return np.random.default_rng((seed, step))
