"""Embeddings as they are stored: new templates, and the conversion of vectors to bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Embedding, Pose, Vector

_STORED = np.dtype("<f4")
FLOAT_BYTES = _STORED.itemsize
_SQUARE_TOLERANCE = 2e-3
"""Of a squared length: twice the tolerance of the length."""


class InvalidVectorError(Exception):
    """Stored bytes that are not an embedding of the expected size."""


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template to be stored.

    Attributes:
        embedding: Its vector is (size,), finite, and has unit length within 0.001.
        model_sha256: SHA-256 of the model's weights, in hexadecimal.
        quality: The quality of the picture, 0 to 1.
        source: The origin of the picture: the name of a file or camera.
        pose: The head pose in the picture, if known.
        thumbnail: A small JPEG of the face, if thumbnails are stored.
        id: If it already has one.
        created_at: If it was created before.
        retired_at: Since when it is no longer compared.

    Raises:
        ValueError: A value is out of its range.
    """

    embedding: Embedding
    model_sha256: str
    quality: float
    source: str
    pose: Pose | None = None
    thumbnail: bytes | None = None
    id: str = ""
    created_at: datetime | None = None
    retired_at: datetime | None = None

    def __post_init__(self) -> None:
        vector = self.embedding.vector
        if vector.ndim != 1 or not abs(float(vector @ vector) - 1.0) <= _SQUARE_TOLERANCE:  # written so that NaN fails
            raise ValueError(f"not a finite vector of unit length: shape {vector.shape}")
        if not 0.0 <= self.quality <= 1.0:
            raise ValueError(f"quality is not within 0 to 1: {self.quality}")
        if not self.embedding.model or not self.model_sha256:
            raise ValueError("the model that made the embedding is not named")


def are_unit(matrix: NDArray[np.floating]) -> bool:
    """Return whether every row is finite and has unit length.

    Args:
        matrix: (n, size).
    """
    squares = np.einsum("ij,ij->i", matrix, matrix)
    return bool(np.all(np.abs(squares - 1.0) <= _SQUARE_TOLERANCE))


def to_bytes(vector: Vector) -> bytes:
    """Return the stored form of a vector: float32, little-endian.

    Args:
        vector: (size,).
    """
    return vector.astype(_STORED).tobytes()


def from_bytes(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Convert stored vectors to a matrix.

    Args:
        blobs: n byte strings of one size.

    Returns:
        (n, size), float32, rows of unit length, read-only; (0, 0) if n is 0.

    Raises:
        InvalidVectorError: Sizes differ, or one of them is not an embedding.
    """
    if not blobs:
        return np.empty((0, 0), dtype=np.float32)
    if not all(isinstance(blob, bytes) for blob in blobs) or len({len(blob) for blob in blobs}) != 1:
        raise InvalidVectorError
    size, rest = divmod(len(blobs[0]), FLOAT_BYTES)
    if rest:
        raise InvalidVectorError
    matrix = np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), size).astype(np.float32, copy=False)
    if not are_unit(matrix):
        raise InvalidVectorError
    return matrix
