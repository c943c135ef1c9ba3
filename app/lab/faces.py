"""Aligned faces that are in hand, and how they become a network's input."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

MEAN = 127.5
SCALE = 128.0
"""A network takes `(value - MEAN) / SCALE`, for values of 0 to 255, as the shipped one does."""


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Aligned faces.

    Attributes:
        images: (n, side, side, 3) uint8, RGB; may lie on the disk.
        labels: (n,) int64: whose face it is.
        identities: Names, by label.
        names: Where each face comes from, for messages.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    identities: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def without(self, identities: set[str]) -> "FaceSet":
        """All faces but theirs."""
        left_out = {label for label, name in enumerate(self.identities) if name in identities}
        kept = np.array([place for place, label in enumerate(self.labels) if label not in left_out], np.int64)
        present = sorted({int(self.labels[place]) for place in kept})
        again = {label: place for place, label in enumerate(present)}
        return FaceSet(
            self.images[kept],
            np.array([again[int(self.labels[place])] for place in kept], np.int64),
            tuple(self.identities[label] for label in present),
            tuple(self.names[place] for place in kept),
        )

    def batch(self, places: NDArray[np.int64]) -> Tensor:
        """Some of them, (n, 3, side, side) float32, 0 to 1."""
        pixels = torch.from_numpy(np.ascontiguousarray(self.images[places]))
        return pixels.permute(0, 3, 1, 2).contiguous().float() / 255


def as_input(faces: Tensor, size: tuple[int, int] | None = None) -> Tensor:
    """What a network takes.

    Args:
        faces: (n, 3, h, w), 0 to 1.
        size: Height and width of the network's input; None keeps the faces' own.
    """
    if size is not None and tuple(faces.shape[2:]) != size:
        # By area: what is left out would otherwise alias.
        faces = functional.interpolate(faces, size=size, mode="bilinear", antialias=True, align_corners=False)
    return (faces * 255 - MEAN) / SCALE
