"""Embedding of aligned faces."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.faces import AlignedFace, Embedding, Vector
from app.core.i18n import QT_TRANSLATE_NOOP
from app.vision.engine.session import Network
from app.vision.manifest import EmbedderRow


class Embedder:
    """Runs an embedding network according to its manifest row. Owned by one thread.

    Args:
        network: The network, opened on an engine.
        row: Its contract.
        flip: Whether each embedding is averaged with that of the mirrored face; may be changed between batches.

    Raises:
        ModelIncompatible: The network's shapes differ from those of the row.
    """

    def __init__(self, network: Network, row: EmbedderRow, *, flip: bool = False) -> None:
        self.row = row
        self._network = network
        self.flip = flip
        self._images = np.empty((1, *row.input_size, 3), np.uint8)
        taken = (*row.input_size, 3) if row.takes == "pixels" else (3, *row.input_size)
        wanted = taken, row.embedding_size
        found = network.input_shape[1:], network.output_shape[-1]
        if found != wanted:
            raise ModelIncompatible(
                QT_TRANSLATE_NOOP("errors", "The model “{model}” does not fit its row in the manifest."),
                QT_TRANSLATE_NOOP("errors", "Its input and output are {found}; the row says {wanted}."),
                model=row.name,
                found=found,
                wanted=wanted,
            )

    @property
    def provider(self) -> str:
        """The execution provider that runs the network now."""
        return self._network.provider

    @property
    def side(self) -> int:
        """Side of the aligned faces it takes, in pixels."""
        return self.row.input_size[0]

    def embed(self, faces: Sequence[AlignedFace]) -> list[Embedding]:
        """The embedding of each face, computed in one batch.

        Args:
            faces: Each side × side × 3, uint8, RGB.

        Returns:
            Vectors (size,), float32, of unit length, in the same order.
        """
        if not faces:
            return []
        images = self._stack(faces)
        vectors = l2_normalize(self._network.run(self.prepare(images)))
        if self.flip:
            vectors = l2_normalize(vectors + l2_normalize(self._network.run(self.prepare(images[:, :, ::-1]))))
        return [Embedding(vector, self.row.name) for vector in vectors]

    def prepare(self, images: NDArray[np.uint8]) -> NDArray[np.uint8] | NDArray[np.float32]:
        """Convert images to the network's input.

        Args:
            images: (n, side, side, 3), uint8, RGB.

        Returns:
            In the row's colour order: (n, side, side, 3) uint8 if the row's `takes` is "pixels", else
            (n, 3, side, side) float32.
        """
        ordered = images if self.row.colour == "RGB" else images[..., ::-1]
        if self.row.takes == "pixels":
            return np.ascontiguousarray(ordered)
        batch = np.ascontiguousarray(ordered.transpose(0, 3, 1, 2), np.float32)
        batch -= self.row.mean
        batch /= self.row.scale
        return batch

    def _stack(self, faces: Sequence[AlignedFace]) -> NDArray[np.uint8]:
        """All faces in one buffer, which is reused so that the network's input stays at one address."""
        if len(self._images) < len(faces):
            self._images = np.empty((len(faces), self.side, self.side, 3), np.uint8)
        batch = self._images[: len(faces)]
        for place, face in zip(batch, faces, strict=True):
            place[:] = face.image
        return batch


def l2_normalize(vectors: NDArray[np.float32]) -> Vector:
    """Scale vectors to length 1 along the last axis; a zero vector stays zero.

    Args:
        vectors: (..., size), float32.
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
