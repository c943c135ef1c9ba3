"""A scan over 4-bit codes of templates, which finds candidates for an exact comparison."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.matching.scalar_quantizer import encode, fit_levels

VALUES_PER_CODE = 2
"""Values per code of the product quantizer, which is used if templates need more than half of all directions. Otherwise
the scalar quantizer gives each needed direction its own code: equally exact, with fewer codes."""

_VARIANCE_KEPT = 0.999
"""Least share of the templates' energy in the scanned directions. MobileFaceNet's embeddings need 61 of 192."""

_CODE_BITS = 4
_CODED_AT_ONCE = 16_384
_TRAINED_ON, _ROUNDS = 4096, 10
"""Training templates (256 for each of the 16 codewords, as FAISS recommends) and iterations; more of either does not
change the recall."""


class QuantizedScan:
    """Finds the templates that are approximately the most similar to a probe.

    The scan is that of André, Kermarrec and Le Scouarnec, "Quicker ADC" (arXiv 1812.09162), as implemented in FAISS.

    Args:
        vectors: (n, size), unit length; size is even.
    """

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        import faiss

        faiss.omp_set_num_threads(1)  # leave the other cores to the frame path
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
        """The number of scanned directions."""
        return int(self._index.d)

    def nearest(self, probe: Vector, count: int) -> NDArray[np.int64]:
        """The indices of the templates that seem the most similar to a probe, in no particular order.

        Args:
            probe: (size,), unit length.
            count: The most templates to return.
        """
        scanned = probe if self._directions is None else np.vecdot(self._directions, probe)
        _, labels = self._index.search(scanned[np.newaxis], count)
        found: NDArray[np.int64] = labels[0][labels[0] >= 0]
        return found


def _directions(sample: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The principal directions of the templates, orthonormal (kept, size); None if more than half are needed."""
    values, vectors = np.linalg.eigh(sample.T.astype(np.float64) @ sample)
    held = np.cumsum(values[::-1]) / values.sum()
    kept = int(np.searchsorted(held, _VARIANCE_KEPT)) + 1
    return None if 2 * kept > len(values) else np.ascontiguousarray(vectors[:, ::-1][:, :kept].T, np.float32)


def _product_quantizer(vectors: NDArray[np.floating], sample: NDArray[np.float32]) -> Any:
    """A FAISS index with a code for every two values.

    Product quantisation: Jégou, Douze and Schmid, IEEE TPAMI 33(1), 2011.
    """
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
    """A FAISS index with a code for every direction; `encode` takes a third of the time of FAISS's own quantizer."""
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
