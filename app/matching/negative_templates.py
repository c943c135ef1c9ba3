"""Faces that were marked as not somebody's, and whom they rule out."""

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector

ROUNDING = 1e-6
"""What two float32 sums of the same numbers in another order may differ by: a tie rules out, whoever summed first."""

_NOTHING = np.empty((0, 0), np.float32), np.empty(0, np.int64)


class NegativeTemplates:
    """The marked faces of some people.

    Args:
        anchors: (m, size), float32, unit length, sorted by person.
        owners: (m,), rising: for each the place of the person whom it is not.

    Raises:
        ValueError: They are not sorted by person.
    """

    def __init__(self, anchors: NDArray[np.float32] | None = None, owners: NDArray[np.int64] | None = None) -> None:
        self.anchors, self.owners = _NOTHING if anchors is None or owners is None else (anchors, owners)
        if np.any(np.diff(self.owners) < 0):
            raise ValueError("anchors must be sorted by person")
        self._places, self._starts = np.unique(self.owners, return_index=True)

    def nearest_by_person(self, probe: Vector) -> dict[int, float]:
        """By place of each person who has any: cosine of the probe to the nearest face that is not theirs."""
        if not len(self._places):
            return {}
        nearest = np.maximum.reduceat(self.anchors @ probe, self._starts)
        return dict(zip(self._places.tolist(), nearest.tolist(), strict=True))
