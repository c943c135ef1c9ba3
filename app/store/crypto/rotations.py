"""Renewable templates: vectors are stored turned by a secret rotation (ISO/IEC 24745: renewable, unlinkable).

A rotation is an orthogonal matrix, so that the cosine of two vectors turned alike is that of the vectors. Turned by
another one, the same face gives a vector that resembles its first no more than a stranger's. Drawing a new rotation
makes whatever was taken away of the old vectors useless for comparing with the new.
"""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

SEED_BYTES = 32


class Rotation:
    """One rotation, for vectors of every size. Usable from every thread at once; shows nothing of itself.

    Args:
        number: Stands beside every vector that is turned so.
        seed: 32 random bytes, from which the matrices are made.
    """

    __slots__ = ("_matrices", "_seed", "number")

    def __init__(self, number: int, seed: bytes) -> None:
        self.number = number
        self._seed = seed
        self._matrices: dict[int, NDArray[np.float64]] = {}

    def matrix(self, size: int) -> NDArray[np.float64]:
        """The matrix by which row vectors are multiplied from the right.

        Args:
            size: Of the vectors.

        Returns:
            (size, size), orthogonal, not to be written to.
        """
        if size not in self._matrices:
            self._matrices[size] = _random_orthogonal(self._seed, size)
        return self._matrices[size]

    def turn(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn vectors as they are to be stored.

        Args:
            vectors: (…, size), float32.
        """
        return (vectors @ self.matrix(vectors.shape[-1])).astype(np.float32)

    def invert(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the vectors were before; exact to the rounding of float32."""
        return (vectors @ self.matrix(vectors.shape[-1]).T).astype(np.float32)


class Rotations:
    """The rotations in use: one, or two while the stored vectors are being turned anew.

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
        """The newest last."""
        return tuple(self._by_number)

    def __getitem__(self, number: int) -> Rotation:
        return self._by_number[number]

    def to_newest(self, vectors: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Turn vectors so that all are turned by the newest rotation.

        Args:
            vectors: (n, size), float32, as stored.
            numbers: (n,), of the rotation of each.

        Returns:
            (n, size), float32; the vectors themselves where nothing is to be done.

        Raises:
            KeyError: A rotation that is not in use.
        """
        outdated = np.unique(numbers[numbers != self.newest.number])
        if not len(outdated):
            return vectors
        brought = vectors.copy()
        for number in outdated.tolist():
            rows = numbers == number
            brought[rows] = self.newest.turn(self[number].invert(vectors[rows]))
        return brought


def _random_orthogonal(seed: bytes, size: int) -> NDArray[np.float64]:
    """A matrix drawn evenly from all orthogonal ones (Haar measure: Mezzadri, arXiv:math-ph/0609050).

    The numbers come from SHAKE-256 and not from NumPy, whose streams may change with its version. The columns are made
    orthogonal one by one, each twice (Gram and Schmidt; Giraud et al., doi:10.1007/s00211-005-0615-4), which is the QR
    decomposition with a positive diagonal. LAPACK's would start threads that spin while they wait for one another: on
    a machine whose cores are all busy it took four seconds, within the transaction that needs the first rotation.
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
    """Normally distributed numbers, by the method of Box and Muller."""
    pairs = -(-count // 2)
    stream = hashlib.shake_256(b"facelatch rotation\0" + count.to_bytes(8, "big") + seed).digest(pairs * 16)
    bits = np.frombuffer(stream, dtype="<u8") >> np.uint64(11)
    uniform = (bits.astype(np.float64) + 0.5) * 2.0**-53
    radius, angle = np.sqrt(-2 * np.log(uniform[:pairs])), 2 * np.pi * uniform[pairs:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]
