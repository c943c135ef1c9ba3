"""Codes of four bits for templates, and the scan of them that names those a probe is most like."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.matching.scalar_quantizer import encode, fit_levels

VALUES_PER_CODE = 2
"""Where templates fill more than half of their directions. Where half holds all that tells faces apart, each direction
has a code of its own: as exact, in fewer codes."""

_VARIANCE_KEPT = 0.999
"""Of the squares of all values that the scanned directions hold at least. MobileFaceNet's faces fill 61 of 192."""

_CODE_BITS = 4
_CODED_AT_ONCE = 16_384
_TRAINED_ON, _ROUNDS = 4096, 10
"""256 templates for each of the 16 codewords, as FAISS advises; more of either leaves the recall as it is."""


class QuantizedScan:
    """Tells which templates a probe is most like, nearly: their cosines are to be computed then.

    The scan is that of André, Kermarrec and Le Scouarnec, Quicker ADC (arXiv 1812.09162), as in FAISS.

    Args:
        vectors: (n, size), of unit length; size is even.
    """

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        import faiss

        faiss.omp_set_num_threads(1)  # of this thread: frames are looked at meanwhile
        step = max(1, len(vectors) // _TRAINED_ON)
        sample = vectors[::step][:_TRAINED_ON].astype(np.float32)
        self._directions = _directions(sample)
        self._index = (
            _product_quantizer(vectors, sample)
            if self._directions is None
            else _scalar_quantizer_index(self._directions, vectors, sample)
        )

    @property
    def size(self) -> int:
        """Of what is scanned of each template, in directions."""
        return int(self._index.d)

    def nearest(self, probe: Vector, count: int) -> NDArray[np.int64]:
        """The places of the templates that seem most like a probe, in no order to rely on.

        Args:
            probe: (size,).
            count: How many at most.
        """
        scanned = probe if self._directions is None else np.vecdot(self._directions, probe)
        _, labels = self._index.search(scanned[np.newaxis], count)
        found: NDArray[np.int64] = labels[0][labels[0] >= 0]
        return found


def _directions(sample: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The directions in which templates lie, orthonormal: (kept, size). None where they are more than half."""
    values, vectors = np.linalg.eigh(sample.T.astype(np.float64) @ sample)
    held = np.cumsum(values[::-1]) / values.sum()
    kept = int(np.searchsorted(held, _VARIANCE_KEPT)) + 1
    return None if 2 * kept > len(values) else np.ascontiguousarray(vectors[:, ::-1][:, :kept].T, np.float32)


def _product_quantizer(vectors: NDArray[np.floating], sample: NDArray[np.float32]) -> Any:
    """A code for every two values (product quantisation)."""
    import faiss

    size = vectors.shape[1]
    index = faiss.IndexPQFastScan(size, size // VALUES_PER_CODE, _CODE_BITS, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.niter = _ROUNDS
    index.train(sample)
    for first in range(0, len(vectors), _CODED_AT_ONCE):
        index.add(vectors[first : first + _CODED_AT_ONCE].astype(np.float32))
    return index


def _scalar_quantizer_index(
    directions: NDArray[np.float32], vectors: NDArray[np.floating], sample: NDArray[np.float32]
) -> Any:
    """A code for every direction: product quantisation of single values, which takes a third of FAISS' time here."""
    import faiss

    levels = fit_levels(sample @ directions.T)
    coded = [
        encode(vectors[first : first + _CODED_AT_ONCE].astype(np.float32) @ directions.T, levels)
        for first in range(0, len(vectors), _CODED_AT_ONCE)
    ]
    size = len(directions)
    plain: Any = faiss.IndexPQ(size, size, _CODE_BITS, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(levels.ravel(), plain.pq.centroids)
    faiss.copy_array_to_vector(np.concatenate(coded).ravel(), plain.codes)
    plain.is_trained, plain.ntotal = True, len(vectors)
    return faiss.IndexPQFastScan(plain)
