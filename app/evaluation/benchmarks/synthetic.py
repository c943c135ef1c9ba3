"""Synthetic people for benchmarks, distributed like real ones between people and within the pictures of a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.pictures import Progress, embed_pictures, list_people_pictures
from app.vision.analysis import FaceAnalyzer

Vectors = NDArray[np.float32]

_DIRECTIONS = 60
"""Directions, of 192, that the shipped MobileFaceNet uses: of 6,162 faces of LFW, all others hold 1e-8 of the variance.
"""

_BETWEEN = (0.0336, 0.0219, 0.0156, 0.0124, 0.0101, 0.0073, 0.0052, 0.0020)
_WITHIN = (0.0035, 0.0049, 0.0045, 0.0049, 0.0051, 0.0045, 0.0042, 0.0018)
"""Variance along every eighth principal direction, between people and within the pictures of a person: measured on LFW,
deep-funneled, official sets 1-5 (2,834 people). Two pictures of a person have a median cosine of 0.75; those of two
people have a mean cosine of 0.01 with a standard deviation of 0.144.
"""

_MEAN = 0.101
"""Length of the mean of all embeddings."""

_BATCH = 2000


class SyntheticFaces:
    """People drawn from a normal distribution, and pictures of each drawn from another; reproducible by seed.

    Args:
        size: Length of the embeddings.
        between: (size, k), square root of the covariance between people.
        within: (size, m), square root of the covariance within the pictures of a person.
        mean: (size,), mean of all people.
        centres: (n, size), real people that come first.
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
        """Return faces with the variances measured on LFW.

        Args:
            size: Length of the embeddings.
            centres: (n, size), real people; synthetic ones are then distributed like them.
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
    def fitted_to(cls, vectors: Vectors, owners: NDArray[np.int64]) -> "SyntheticFaces":
        """Return faces with the variances of real pictures, whose people come first.

        Args:
            vectors: (n, size), unit length.
            owners: (n,), person of each picture, counted from 0; some people have more than one.
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

    def centres(self, count: int, seed: int = 2) -> Vectors:
        """Return the centres of people, around which their pictures lie.

        Args:
            count: Number of people.
            seed: Seed of the synthetic ones.

        Returns:
            (count, size), not of unit length.
        """
        made = np.random.default_rng(seed).standard_normal((max(count - len(self._centres), 0), self._between.shape[1]))
        return np.concatenate([self._centres[:count], self._mean + made.astype(np.float32) @ self._between.T])

    def pictures(self, people: Vectors, each: int, seed: int = 3) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Yield pictures of people, some thousand people at a time.

        Args:
            people: (n, size), centres.
            each: Pictures a person.
            seed: Seed of the pictures.

        Yields:
            Indices of the people, (k,), and embeddings, (k, size), unit length.
        """
        for first in range(0, len(people), _BATCH):
            owners = np.repeat(np.arange(first, min(first + _BATCH, len(people))), each)
            yield owners, self.sample(people[owners], seed + first)

    def sample(self, people: Vectors, seed: int) -> Vectors:
        """Return one picture of each person.

        Args:
            people: (n, size), centres.
            seed: Seed of the pictures.

        Returns:
            (n, size), unit length.
        """
        noise = np.random.default_rng(seed).standard_normal((len(people), self._within.shape[1])).astype(np.float32)
        pictures = people + noise @ self._within.T
        return np.asarray(pictures / np.linalg.norm(pictures, axis=1, keepdims=True), np.float32)


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a square root of the positive semi-definite matrix nearest to a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))


_MIN_PEOPLE = 20
"""People required to estimate the variance between people."""


@dataclass(frozen=True, slots=True)
class BenchmarkFaces:
    """People for a gallery that is only measured.

    Attributes:
        faces: Generates people and pictures.
        description: Description for the report.
    """

    faces: SyntheticFaces
    description: str


def synthetic_faces(size: int) -> BenchmarkFaces:
    """Return synthetic people with the variances of LFW.

    Args:
        size: Length of the embeddings.
    """
    return BenchmarkFaces(SyntheticFaces.with_lfw_statistics(size), "synthetic, with the variances of LFW")


def faces_from_file(path: Path, size: int) -> BenchmarkFaces:
    """Return the people of a file, and synthetic people like them.

    Args:
        path: NumPy file (.npy): (n, size), one embedding a person.
        size: Length of the embeddings.

    Raises:
        InvalidRequest: The file holds something else.
    """
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _no_embeddings(path, size) from error
    if vectors.ndim != 2 or vectors.shape[0] < _MIN_PEOPLE or vectors.shape[1] != size or vectors.dtype.kind != "f":
        raise _no_embeddings(path, size)
    description = f"{len(vectors)} people of {path.name} and synthetic ones like them; pictures vary as measured on LFW"
    return BenchmarkFaces(SyntheticFaces.with_lfw_statistics(size, vectors.astype(np.float32)), description)


def faces_from_images(analyzer: FaceAnalyzer, images: Path, progress: Progress = lambda _: None) -> BenchmarkFaces:
    """Return the people of a folder, and synthetic people like them, with the variance of their pictures.

    Args:
        analyzer: Vision that embeds every face.
        images: Folder with a folder of pictures for each person.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people, or too few with two pictures.
    """
    found = embed_pictures(analyzer, list_people_pictures(images), progress)
    names = [path.parent.name for path in found]
    _, owners, counts = np.unique(names, return_inverse=True, return_counts=True)
    if (counts > 1).sum() < _MIN_PEOPLE:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "There are too few people in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Give a folder that holds a folder of pictures for each person."),
            path=images,
        )
    description = f"{len(counts)} people of {images.name} and synthetic ones like them"
    return BenchmarkFaces(
        SyntheticFaces.fitted_to(np.stack(list(found.values())), owners.astype(np.int64)), description
    )


def _no_embeddings(path: Path, size: int) -> InvalidRequest:
    return InvalidRequest(
        QT_TRANSLATE_NOOP("errors", "There are no embeddings of {size} values in: {path}"),
        QT_TRANSLATE_NOOP("errors", "Give a NumPy file (.npy) with a row for each of at least {count} people."),
        path=path,
        size=size,
        count=_MIN_PEOPLE,
    )
