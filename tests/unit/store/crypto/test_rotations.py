import time

import numpy as np
import pytest

from app.store.crypto.rotations import Rotation, Rotations
from tests.unit.store.builders import FloatMatrix

SIZE = 192
FIRST_ROW = [-0.2274681478194085, 0.865870049855991, -0.4129654620175937, 0.16729263483664392]


def people(seed: int, count: int = 400, spread: float = 0.6) -> tuple[FloatMatrix, FloatMatrix]:
    """Two vectors of each of some people, about as similar as real ones."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((count, SIZE))
    looks = (centres + spread * random.standard_normal((count, SIZE)) for _ in range(2))
    first, second = ((look / np.linalg.norm(look, axis=1, keepdims=True)).astype(np.float32) for look in looks)
    return first, second


@pytest.mark.parametrize("size", [1, 2, 8, 192, 512])
def test_a_rotation_is_orthogonal_and_its_seed_makes_it(size: int) -> None:
    matrix = Rotation(1, b"a" * 32).matrix(size)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(size), atol=1e-12)
    np.testing.assert_array_equal(matrix, Rotation(2, b"a" * 32).matrix(size))
    assert size == 1 or not np.allclose(matrix, Rotation(1, b"b" * 32).matrix(size), atol=0.01)
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 1


def test_the_stream_does_not_change() -> None:
    """Stored vectors could not be compared any more."""
    found = Rotation(1, bytes(range(32))).matrix(4)[0]
    np.testing.assert_allclose(found, FIRST_ROW, atol=1e-12)


def test_cosines_stay() -> None:
    rotation = Rotation(1, b"a" * 32)
    first, second = people(1)
    before, after = first @ second.T, rotation.apply(first) @ rotation.apply(second).T
    assert np.abs(before - after).max() < 1e-6
    np.testing.assert_allclose(rotation.invert(rotation.apply(first)), first, atol=1e-6)


def test_the_same_person_at_two_sites_is_a_stranger() -> None:
    """ISO/IEC 24745 calls it unlinkable: mated scores are spread as those of strangers are."""
    here, there = Rotation(1, b"a" * 32), Rotation(1, b"b" * 32)
    first, second = people(2)
    across = np.sum(here.apply(first) * there.apply(second), axis=1)
    strangers = (first @ second.T)[~np.eye(len(first), dtype=bool)]
    assert np.sum(first * second, axis=1).min() > 0.5
    assert abs(across.mean() - strangers.mean()) < 0.015
    assert abs(across.std() - strangers.std()) < 0.01
    assert across.max() < 0.35


def test_older_rotations_are_brought_up() -> None:
    old, new = Rotation(7, b"a" * 32), Rotation(9, b"b" * 32)
    first, _ = people(3, count=4)
    mixed = np.stack([old.apply(first[0]), new.apply(first[1]), old.apply(first[2]), new.apply(first[3])])
    brought = Rotations(old, new).to_newest(mixed, np.array([7, 9, 7, 9]))
    np.testing.assert_allclose(brought, new.apply(first), atol=1e-6)
    with pytest.raises(KeyError):
        Rotations(new).to_newest(mixed, np.array([7, 9, 7, 9]))


def test_making_a_rotation_needs_no_second_thread() -> None:
    """It is generated within a transaction, so busy-waiting threads would block other writers."""
    assert min(_cpu_per_thread_time(seed) for seed in (b"a", b"b", b"c")) < 1.2


def _cpu_per_thread_time(seed: bytes) -> float:
    """CPU time of the process per CPU time of this thread; threads of other tests may add to single measurements."""
    cpu, own = time.process_time(), time.thread_time()
    Rotation(1, seed * 32).matrix(512)
    return (time.process_time() - cpu) / (time.thread_time() - own)
