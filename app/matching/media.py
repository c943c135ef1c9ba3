"""Templates made of several pictures, as the IJB sets have them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


def media_averaged(vectors: Floats, templates: Places, media: Places) -> tuple[Places, Floats]:
    """One vector for each template: the mean over its media, each the mean over its pictures.

    A film of a hundred frames then weighs no more than one photograph (Crosswhite et al. 2018, arXiv 1603.03958).

    Args:
        vectors: (n, size), unit length.
        templates: (n,): the template that each picture belongs to.
        media: (n,): the medium that it is from, within its template.

    Returns:
        The templates, (t,), rising, and their vectors, (t, size), of unit length.
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
