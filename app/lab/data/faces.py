"""Aligned faces that are in hand, and how they become a network's input."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

MEAN = 127.5
SCALE = 128.0
"""A network takes `(value - MEAN) / SCALE`, for values of 0 to 255, as the shipped one does."""

Images = NDArray[np.uint8]
Places = NDArray[np.int64]


class ImageSource(Protocol):
    """Where aligned faces lie."""

    def take(self, places: Places) -> Images:
        """Some of them: (n, side, side, 3), RGB."""
        ...


class ArrayImages:
    """Faces in an array, which may lie on the disk.

    Args:
        images: (n, side, side, 3) uint8, RGB.
    """

    def __init__(self, images: Images) -> None:
        self._images = images

    def take(self, places: Places) -> Images:
        """See `ImageSource`."""
        return np.asarray(self._images[places])


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Aligned faces, and whose they are.

    Attributes:
        source: Where they lie.
        places: (n,) int64: which of the source.
        labels: (n,) int64: whose face it is.
        identities: Names, by label.
    """

    source: ImageSource
    places: Places
    labels: NDArray[np.int64]
    identities: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.places)

    def batch(self, places: Places) -> Tensor:
        """Some of them, (n, 3, side, side) float32, 0 to 1."""
        pixels = torch.from_numpy(np.array(self.source.take(self.places[places])))
        return pixels.permute(0, 3, 1, 2).contiguous().float() / 255

    def without(self, identities: Iterable[str]) -> "FaceSet":
        """All faces but theirs."""
        left_out = set(identities)
        return self._where(np.array([self.identities[label] not in left_out for label in self.labels], np.bool_))

    def with_at_least(self, count: int) -> "FaceSet":
        """The faces of those who have that many."""
        counts = np.bincount(self.labels, minlength=len(self.identities))
        return self._where(counts[self.labels] >= count)

    def at_most(self, count: int) -> "FaceSet":
        """The first so many faces of each, so that nobody outweighs the others."""
        order = np.argsort(self.labels, kind="stable")
        starts = np.searchsorted(self.labels[order], self.labels[order])
        kept = np.zeros(len(self), np.bool_)
        kept[order] = np.arange(len(self)) - starts < count
        return self._where(kept)

    def with_most_faces(self, people: int) -> "FaceSet":
        """The faces of so many people: those who have the most."""
        counts = np.bincount(self.labels, minlength=len(self.identities))
        return self._where(np.isin(self.labels, np.argsort(-counts, kind="stable")[:people]))

    def shrunk(self, side: int) -> "FaceSet":
        """The same faces in memory, no larger than that, so that augmenting them costs less."""
        faces = self.batch(np.arange(len(self), dtype=np.int64))
        if faces.shape[-1] > side:
            faces = resized(faces, (side, side))
        pixels = (faces * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
        return FaceSet(ArrayImages(pixels), np.arange(len(self), dtype=np.int64), self.labels, self.identities)

    def _where(self, kept: NDArray[np.bool_]) -> "FaceSet":
        present, labels = np.unique(self.labels[kept], return_inverse=True)
        names = tuple(self.identities[label] for label in present)
        return FaceSet(self.source, self.places[kept], labels.astype(np.int64), names)


def to_network_input(faces: Tensor, size: tuple[int, int] | None = None) -> Tensor:
    """What a network takes.

    Args:
        faces: (n, 3, h, w), 0 to 1.
        size: Height and width of the network's input; None keeps the faces' own.
    """
    if size is not None and tuple(faces.shape[2:]) != size:
        faces = resized(faces, size)
    return (faces * 255 - MEAN) / SCALE


def resized(faces: Tensor, size: tuple[int, int]) -> Tensor:
    """Faces (n, 3, h, w) of another height and width, without aliasing."""
    return functional.interpolate(faces, size=size, mode="bilinear", antialias=True, align_corners=False)


Indices = NDArray[np.int64]


def sample_faces(total: int, count: int, seed: int, step: int) -> Indices:
    """Faces drawn evenly, none twice unless there are too few.

    Args:
        total: How many there are.
        count: How many are wanted.
        seed: Of the run.
        step: Of the run.
    """
    return _random(seed, step).choice(total, count, replace=total < count).astype(np.int64)


def sample_balanced_faces(labels: NDArray[np.int64], count: int, each: int, seed: int, step: int) -> Indices:
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
