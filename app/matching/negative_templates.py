"""Negative templates: faces that were marked as not a given person's, and whom they rule out."""

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector

ROUNDING = 1e-6
"""Largest difference of two float32 sums of the same numbers in different orders: within it, a tie rules out."""

_NO_VECTORS, _NO_OWNERS = np.empty((0, 0), np.float32), np.empty(0, np.int64)


class NegativeTemplates:
    """The negative templates of the people of a shard.

    Args:
        anchors: (m, size), float32, unit length, sorted by person: embeddings of the marked faces.
        owners: (m,), rising: for each, the index of the person whom it does not show.

    Raises:
        ValueError: They are not sorted by person, or anchors and owners differ in number.
    """

    def __init__(self, anchors: NDArray[np.float32] | None = None, owners: NDArray[np.int64] | None = None) -> None:
        self.anchors = _NO_VECTORS if anchors is None else anchors
        self.owners = _NO_OWNERS if owners is None else owners
        if len(self.anchors) != len(self.owners):
            raise ValueError("every anchor needs an owner")
        if np.any(np.diff(self.owners) < 0):
            raise ValueError("anchors must be sorted by person")
        self._people, self._starts = np.unique(self.owners, return_index=True)

    def nearest_by_person(self, probe: Vector) -> dict[int, float]:
        """The cosine of a probe to each person's nearest negative template, by the person's index.

        Args:
            probe: (size,), unit length.

        Returns:
            Only people with negative templates.
        """
        if not len(self._people):
            return {}
        nearest = np.maximum.reduceat(self.anchors @ probe, self._starts)
        return dict(zip(self._people.tolist(), nearest.tolist(), strict=True))


def is_ruled_out(similarity: float, negative: float | None) -> bool:
    """Whether a probe is not more similar to a person than to a face marked as not this person's.

    Args:
        similarity: Cosine to the person's nearest template.
        negative: Cosine to the person's nearest negative template; None if there is none.
    """
    return negative is not None and negative >= similarity - ROUNDING
