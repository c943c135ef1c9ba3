"""Renewable templates: vectors are stored rotated by a secret rotation (ISO/IEC 24745: renewable, unlinkable).

A rotation is an orthogonal matrix, so the cosine of two vectors with the same rotation equals that of the originals.
With different rotations, vectors of the same face are no more similar than those of strangers. After a new rotation is
drawn, copies of the old vectors cannot be compared with the new ones.
"""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

SEED_BYTES = 32


class Rotation:
    """One rotation, for vectors of any size. Thread-safe; its `repr` does not show the seed.

    Args:
        number: Stored beside every vector with this rotation.
        seed: 32 random bytes from which the matrices are generated.
    """

    __slots__ = ("_matrices", "_seed", "number")

    def __init__(self, number: int, seed: bytes) -> None:
        self.number = number
        self._seed = seed
        self._matrices: dict[int, NDArray[np.float64]] = {}

    def matrix(self, size: int) -> NDArray[np.float64]:
        """Return the matrix that row vectors are multiplied with from the right.

        Args:
            size: The dimension of the vectors.

        Returns:
            (size, size), float64, orthogonal, read-only.
        """
        if size not in self._matrices:
            self._matrices[size] = _random_orthogonal(self._seed, size)
        return self._matrices[size]

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rotate vectors for storage.

        Args:
            vectors: (…, size), float32.

        Returns:
            (…, size), float32.
        """
        return (vectors @ self.matrix(vectors.shape[-1])).astype(np.float32)

    def invert(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Undo the rotation, exact to float32 rounding.

        Args:
            vectors: (…, size), float32.

        Returns:
            (…, size), float32.
        """
        return (vectors @ self.matrix(vectors.shape[-1]).T).astype(np.float32)


class Rotations:
    """The rotations in use: one, or two while templates are being revoked.

    Args:
        each: The newest last; at least one.
    """

    def __init__(self, *each: Rotation) -> None:
        self._by_number: Mapping[int, Rotation] = {rotation.number: rotation for rotation in each}
        self.newest = each[-1]

    def __iter__(self) -> Iterator[Rotation]:
        return iter(self._by_number.values())

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers, the newest last."""
        return tuple(self._by_number)

    def __getitem__(self, number: int) -> Rotation:
        return self._by_number[number]

    def to_newest(self, vectors: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Convert stored vectors to the newest rotation.

        Args:
            vectors: (n, size), float32, as stored.
            numbers: (n,), int64, the rotation of each.

        Returns:
            (n, size), float32; the input itself if every vector has the newest rotation.

        Raises:
            KeyError: A rotation is not in use.
        """
        outdated = np.unique(numbers[numbers != self.newest.number])
        if not len(outdated):
            return vectors
        converted = vectors.copy()
        for number in outdated.tolist():
            rows = numbers == number
            converted[rows] = self.newest.apply(self[number].invert(vectors[rows]))
        return converted


def _random_orthogonal(seed: bytes, size: int) -> NDArray[np.float64]:
    """Return an orthogonal matrix, uniform with respect to Haar measure (Mezzadri 2006, arXiv:math-ph/0609050).

    The random numbers come from SHAKE-256, because NumPy's streams may change between versions. Gram-Schmidt
    orthogonalisation, applied twice per column (Giraud et al. 2005, doi:10.1007/s00211-005-0615-4), gives the QR
    decomposition with a positive diagonal. LAPACK's QR would start threads that busy-wait: on a fully loaded machine
    it took four seconds, inside the transaction that needs the first rotation.

    Args:
        seed: 32 random bytes.
        size: Number of rows and columns.

    Returns:
        (size, size), float64, read-only.
    """
    columns = np.ascontiguousarray(_gaussian(seed, size * size).reshape(size, size).T)
    for index in range(size):
        before, column = columns[:index], columns[index]
        for _ in range(2):
            column -= np.einsum("i,ij->j", np.einsum("ij,j->i", before, column), before)
        column /= np.sqrt(np.einsum("i,i", column, column))
    matrix = np.ascontiguousarray(columns.T)
    matrix.flags.writeable = False
    return matrix


def _gaussian(seed: bytes, count: int) -> NDArray[np.float64]:
    """Return (count,) normally distributed float64 numbers (Box-Muller transform)."""
    pairs = -(-count // 2)
    stream = hashlib.shake_256(b"facelatch rotation\0" + count.to_bytes(8, "big") + seed).digest(pairs * 16)
    bits = np.frombuffer(stream, dtype="<u8") >> np.uint64(11)
    uniform = (bits.astype(np.float64) + 0.5) * 2.0**-53
    radius, angle = np.sqrt(-2 * np.log(uniform[:pairs])), 2 * np.pi * uniform[pairs:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]
