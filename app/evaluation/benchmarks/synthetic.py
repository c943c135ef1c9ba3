"""Made-up people, as like each other, and as unlike themselves from picture to picture, as real ones are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.verification import Progress, embed_pictures, list_people_pictures
from app.vision.analysis import FaceAnalyzer

Vectors = NDArray[np.float32]

_DIRECTIONS = 60
"""So many of its 192 directions the shipped MobileFaceNet fills: of 6,162 faces of LFW, all the others hold 1e-8."""

_BETWEEN = (0.0336, 0.0219, 0.0156, 0.0124, 0.0101, 0.0073, 0.0052, 0.0020)
_WITHIN = (0.0035, 0.0049, 0.0045, 0.0049, 0.0051, 0.0045, 0.0042, 0.0018)
"""Variance along every eighth principal direction, from person to person and from picture to picture of a person:
measured on LFW, deep-funneled, official sets 1-5 (2,834 people). Two pictures of a person have a median cosine of
0.75, those of two people one of 0.01 with a standard deviation of 0.144."""

_MEAN = 0.101
"""Length of the mean of all faces."""

_BATCH = 2000


class SyntheticFaces:
    """People drawn from a normal distribution, and pictures of them from another one. The same for the same seed.

    Args:
        size: Of the vectors.
        between: (size, k), a square root of the covariance of people.
        within: (size, m), the same of the pictures of one person.
        mean: (size,), of all people.
        centres: (n, size), the first people, where they are real ones.
    """

    def __init__(
        self,
        size: int,
        between: NDArray[np.float64],
        within: NDArray[np.float64],
        mean: NDArray[np.float64],
        centres: Vectors | None = None,
    ) -> None:
        self._size = size
        self._between, self._within = between.astype(np.float32), within.astype(np.float32)
        self._mean = mean.astype(np.float32)
        self._centres = np.empty((0, size), np.float32) if centres is None else centres.astype(np.float32)

    @classmethod
    def with_lfw_statistics(cls, size: int, centres: Vectors | None = None) -> "SyntheticFaces":
        """With the spreads measured on LFW.

        Args:
            size: Of the vectors.
            centres: (n, size), real people; their own spread is then that of the others.
        """
        directions = np.linalg.qr(np.random.default_rng(1).normal(size=(size, size)))[0]
        used = directions[:, : min(_DIRECTIONS, size - 1)]
        knots = np.linspace(0, used.shape[1] - 1, len(_BETWEEN))
        between, within = (
            used * np.sqrt(np.interp(np.arange(used.shape[1]), knots, knot)) for knot in (_BETWEEN, _WITHIN)
        )
        if centres is None:
            return cls(size, between, within, directions[:, -1] * _MEAN)
        values, vectors = np.linalg.eigh(np.cov(centres.T))
        own = vectors * np.sqrt(np.maximum(values, 0))
        spread = np.sqrt(np.square(within).sum() / max(np.square(own).sum(), 1e-12))
        return cls(size, own, own * spread, centres.mean(axis=0).astype(np.float64), centres)

    @classmethod
    def like(cls, vectors: Vectors, owners: NDArray[np.int64]) -> "SyntheticFaces":
        """With the spreads of real pictures, whose people are the first.

        Args:
            vectors: (n, size), unit length.
            owners: (n,), whose each is, counted from 0; some have more than one.
        """
        counts = np.bincount(owners)
        centres = np.zeros((len(counts), vectors.shape[1]))
        np.add.at(centres, owners, vectors.astype(np.float64))
        centres /= counts[:, None]
        several = counts[owners] > 1
        unbiased = np.sqrt(counts[owners] / np.maximum(counts[owners] - 1, 1))[several, None]
        within = np.cov(((vectors - centres[owners])[several] * unbiased).T)
        firsts = vectors[np.unique(owners, return_index=True)[1]]
        between = _root(np.cov(firsts.T) - within)
        mean = firsts.mean(axis=0).astype(np.float64)
        return cls(vectors.shape[1], between, _root(within), mean, centres.astype(np.float32))

    def people(self, count: int, seed: int = 2) -> Vectors:
        """(count, size): where their pictures lie around; not of unit length."""
        made = np.random.default_rng(seed).standard_normal((max(count - len(self._centres), 0), self._between.shape[1]))
        return np.concatenate([self._centres[:count], self._mean + made.astype(np.float32) @ self._between.T])

    def pictures(self, people: Vectors, each: int, seed: int = 3) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """So many of every one, of some thousand people at a time: their places, and (k, size), unit length."""
        for first in range(0, len(people), _BATCH):
            owners = np.repeat(np.arange(first, min(first + _BATCH, len(people))), each)
            yield owners, self.seen(people[owners], seed + first)

    def seen(self, people: Vectors, seed: int) -> Vectors:
        """(n, size), unit length: one picture of every one."""
        noise = np.random.default_rng(seed).standard_normal((len(people), self._within.shape[1])).astype(np.float32)
        pictures = people + noise @ self._within.T
        return np.asarray(pictures / np.linalg.norm(pictures, axis=1, keepdims=True), np.float32)


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """A matrix of which the product with its transpose is the nearest that can be a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))


_ENOUGH = 20
"""People, before their spread is that of others."""


@dataclass(frozen=True, slots=True)
class BenchmarkFaces:
    """People for a gallery that is only measured.

    Attributes:
        faces: Makes as many as are wanted.
        words: Whose they are, for the report.
    """

    faces: SyntheticFaces
    words: str


def synthetic_faces(size: int) -> BenchmarkFaces:
    """Nobody real, spread as the people of LFW are.

    Args:
        size: Of an embedding.
    """
    return BenchmarkFaces(SyntheticFaces.with_lfw_statistics(size), "made up, spread as measured on LFW")


def faces_from_file(path: Path, size: int) -> BenchmarkFaces:
    """The people of a file, and others like them.

    Args:
        path: Of NumPy (.npy): (n, size), one embedding of each.
        size: Of an embedding.

    Raises:
        InvalidRequest: It holds something else.
    """
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _no_embeddings(path, size) from error
    if vectors.ndim != 2 or vectors.shape[0] < _ENOUGH or vectors.shape[1] != size or vectors.dtype.kind != "f":
        raise _no_embeddings(path, size)
    words = f"{len(vectors)} people of {path.name}, the others like them; from picture to picture as measured on LFW"
    return BenchmarkFaces(SyntheticFaces.with_lfw_statistics(size, vectors.astype(np.float32)), words)


def faces_from_images(analyzer: FaceAnalyzer, images: Path, progress: Progress = lambda _: None) -> BenchmarkFaces:
    """The people of a folder, and others like them, each spread over pictures as these are.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: A folder for each person.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people in it, or too few with two pictures.
    """
    found = embed_pictures(analyzer, list_people_pictures(images), progress)
    names = [path.parent.name for path in found]
    _, owners, counts = np.unique(names, return_inverse=True, return_counts=True)
    if (counts > 1).sum() < _ENOUGH:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "There are too few people in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Give a folder that holds a folder of pictures for each person."),
            path=images,
        )
    words = f"{len(counts)} people of {images.name}, the others like them"
    return BenchmarkFaces(SyntheticFaces.like(np.stack(list(found.values())), owners.astype(np.int64)), words)


def _no_embeddings(path: Path, size: int) -> InvalidRequest:
    return InvalidRequest(
        QT_TRANSLATE_NOOP("errors", "There are no embeddings of {size} values in: {path}"),
        QT_TRANSLATE_NOOP("errors", "Give a NumPy file (.npy) with a row for each of at least {count} people."),
        path=path,
        size=size,
        count=_ENOUGH,
    )
