"""Embeddings on their way into the database and out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Embedding, Pose, Vector

_STORED = np.dtype("<f4")
FLOAT_BYTES = _STORED.itemsize
_SQUARE_TOLERANCE = 2e-3
"""Of a squared length: twice that of the length itself."""


class InvalidVectorError(Exception):
    """Stored bytes that are no embedding of the expected size."""


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """An embedding to be stored.

    Attributes:
        embedding: Its vector is (size,), finite, and of unit length within 0.001.
        model_sha256: Of the weights that made it, in hexadecimal.
        quality: 0 to 1, how good the picture was.
        source: Where the picture came from: a file's name, or the camera's.
        pose: Of the head in the picture, where it is known.
        thumbnail: A small JPEG of the face, where it is to be kept.
        id: Where it has one already.
        created_at: Where it was made before.
        retired_at: Since when it is not compared any more.

    Raises:
        ValueError: One of these does not hold.
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
        if vector.ndim != 1 or not abs(float(vector @ vector) - 1.0) <= _SQUARE_TOLERANCE:  # so put, NaN is refused
            raise ValueError(f"not a finite vector of unit length: shape {vector.shape}")
        if not 0.0 <= self.quality <= 1.0:
            raise ValueError(f"quality is not within 0 to 1: {self.quality}")
        if not self.embedding.model or not self.model_sha256:
            raise ValueError("the model that made the embedding is not named")


def are_unit(matrix: NDArray[np.floating]) -> bool:
    """Whether every row is finite and of unit length.

    Args:
        matrix: (n, size).
    """
    squares = np.einsum("ij,ij->i", matrix, matrix)
    return bool(np.all(np.abs(squares - 1.0) <= _SQUARE_TOLERANCE))


def to_bytes(vector: Vector) -> bytes:
    """The bytes to store: float32, least significant byte first, on every machine.

    Args:
        vector: (size,).
    """
    return vector.astype(_STORED).tobytes()


def from_bytes(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Read embeddings back.

    Args:
        blobs: n of them, all of one size.

    Returns:
        (n, size), float32, rows of unit length, not to be written to; (0, 0) where n is 0.

    Raises:
        InvalidVectorError: They differ in size, or one of them is no embedding.
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
