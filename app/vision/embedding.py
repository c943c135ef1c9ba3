"""Aligned faces to embeddings."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.types import AlignedFace, Embedding, Vector
from app.vision.engine.session import Network
from app.vision.manifest import EmbedderRow


class Embedder:
    """Runs an embedding network as its manifest row demands. Owned by one thread.

    Args:
        network: Runs on some engine.
        row: Its contract.
        flip: Average each embedding with that of the mirrored face.

    Raises:
        ModelIncompatible: The network's shapes are not those of the row.
    """

    def __init__(self, network: Network, row: EmbedderRow, *, flip: bool = False) -> None:
        self.row = row
        self._network = network
        self._flip = flip
        wanted = (3, *row.input_size), row.embedding_size
        found = network.input_shape[1:], network.output_shape[-1]
        if found != wanted:
            raise ModelIncompatible(
                QT_TRANSLATE_NOOP("errors", "The model “{model}” does not fit its row in the manifest."),
                QT_TRANSLATE_NOOP("errors", "It takes and gives {found}; the row says {wanted}."),
                model=row.name,
                found=found,
                wanted=wanted,
            )

    @property
    def provider(self) -> str:
        """What the network runs on now."""
        return self._network.provider

    @property
    def side(self) -> int:
        """Of the aligned faces it takes, in pixels."""
        return self.row.input_size[0]

    def embed(self, faces: Sequence[AlignedFace]) -> list[Embedding]:
        """One embedding a face, in one batch.

        Args:
            faces: side × side × 3, uint8, RGB.
        """
        if not faces:
            return []
        batch = self.prepare(np.stack([face.image for face in faces]))
        vectors = unit(self._network.run(batch))
        if self._flip:
            vectors = unit(vectors + unit(self._network.run(np.ascontiguousarray(batch[..., ::-1]))))
        return [Embedding(vector, self.row.name) for vector in vectors]

    def prepare(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The network's input.

        Args:
            images: (n, side, side, 3), uint8, RGB.

        Returns:
            (n, 3, side, side), float32, in the row's colour order, mean and scale.
        """
        ordered = images if self.row.colour == "RGB" else images[..., ::-1]
        batch = np.ascontiguousarray(ordered.transpose(0, 3, 1, 2), np.float32)
        batch -= self.row.mean
        batch /= self.row.scale
        return batch


def unit(vectors: NDArray[np.float32]) -> Vector:
    """Scaled to length 1 along the last axis; a vector of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
