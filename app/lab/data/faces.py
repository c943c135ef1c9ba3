"""Aligned faces, sampling of batches, and conversion to a network's input."""

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
"""A network's input is `(value - MEAN) / SCALE` for values of 0 to 255, as in the shipped network."""

Images = NDArray[np.uint8]
Places = NDArray[np.int64]


class ImageSource(Protocol):
    """A store of aligned faces."""

    def take(self, places: Places) -> Images:
        """Return some faces, (n, side, side, 3) uint8, RGB."""
        ...


class ArrayImages:
    """Faces in an array, which may be mapped from a file.

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
    """Aligned faces with labels.

    Attributes:
        source: Store of the faces.
        places: (n,) int64, index of each face in the source.
        labels: (n,) int64, person of each face.
        identities: Names of people, by label.
    """

    source: ImageSource
    places: Places
    labels: NDArray[np.int64]
    identities: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.places)

    def batch(self, places: Places) -> Tensor:
        """Return some faces, (n, 3, side, side) float32, 0 to 1."""
        pixels = torch.from_numpy(np.array(self.source.take(self.places[places])))
        return pixels.permute(0, 3, 1, 2).contiguous().float() / 255

    def without(self, identities: Iterable[str]) -> "FaceSet":
        """Return the faces of all people but these."""
        excluded = set(identities)
        return self._select(np.array([self.identities[label] not in excluded for label in self.labels], np.bool_))

    def with_at_least(self, count: int) -> "FaceSet":
        """Return the faces of people who have at least `count`."""
        counts = np.bincount(self.labels, minlength=len(self.identities))
        return self._select(counts[self.labels] >= count)

    def at_most(self, count: int) -> "FaceSet":
        """Return the first `count` faces of each person, so that no person outweighs the others."""
        order = np.argsort(self.labels, kind="stable")
        starts = np.searchsorted(self.labels[order], self.labels[order])
        mask = np.zeros(len(self), np.bool_)
        mask[order] = np.arange(len(self)) - starts < count
        return self._select(mask)

    def with_most_faces(self, people: int) -> "FaceSet":
        """Return the faces of the `people` people who have the most."""
        counts = np.bincount(self.labels, minlength=len(self.identities))
        return self._select(np.isin(self.labels, np.argsort(-counts, kind="stable")[:people]))

    def shrunk(self, side: int) -> "FaceSet":
        """Return the same faces in memory, downscaled to at most `side` pixels, which makes augmentation cheaper."""
        faces = self.batch(np.arange(len(self), dtype=np.int64))
        if faces.shape[-1] > side:
            faces = resized(faces, (side, side))
        pixels = (faces * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
        return FaceSet(ArrayImages(pixels), np.arange(len(self), dtype=np.int64), self.labels, self.identities)

    def _select(self, mask: NDArray[np.bool_]) -> "FaceSet":
        present, labels = np.unique(self.labels[mask], return_inverse=True)
        names = tuple(self.identities[label] for label in present)
        return FaceSet(self.source, self.places[mask], labels.astype(np.int64), names)


def to_network_input(faces: Tensor, size: tuple[int, int] | None = None) -> Tensor:
    """Return the input of a network.

    Args:
        faces: (n, 3, h, w), 0 to 1.
        size: Height and width of the network's input; None keeps the size of the faces.
    """
    if size is not None and tuple(faces.shape[2:]) != size:
        faces = resized(faces, size)
    return (faces * 255 - MEAN) / SCALE


def resized(faces: Tensor, size: tuple[int, int]) -> Tensor:
    """Return faces in another size, without aliasing.

    Args:
        faces: (n, 3, h, w).
        size: Height and width.
    """
    return functional.interpolate(faces, size=size, mode="bilinear", antialias=True, align_corners=False)


def sample_faces(total: int, count: int, seed: int, step: int) -> Places:
    """Draw faces uniformly, without repeats unless there are too few.

    The draw depends on seed and step only, so that a resumed run sees the same batches.

    Args:
        total: Number of faces.
        count: Faces to draw.
        seed: Seed of the run.
        step: Step of the run.
    """
    return _random(seed, step).choice(total, count, replace=total < count).astype(np.int64)


def sample_balanced_faces(labels: NDArray[np.int64], count: int, each: int, seed: int, step: int) -> Places:
    """Draw faces by identity, regardless of how many faces each has; see `sample_faces` on reproducibility.

    Args:
        labels: (n,), person of each face.
        count: Faces to draw.
        each: Faces of one identity; an identity with fewer faces repeats some.
        seed: Seed of the run.
        step: Step of the run.

    Returns:
        (count,) indices, of count / each identities, rounded up.
    """
    random = _random(seed, step)
    present = np.unique(labels)
    identities = -(-count // each)
    chosen = np.resize(random.permutation(present), identities)
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
