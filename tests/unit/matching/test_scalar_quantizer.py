"""The scalar quantizer: optimal levels, and codes of the nearest level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.matching.scalar_quantizer import LEVELS, encode, fit_levels


def unpacked(codes: np.ndarray, size: int) -> np.ndarray:
    """The index of each value's level, (n, size)."""
    return np.stack([codes & 15, codes >> 4], axis=2).reshape(len(codes), -1)[:, :size]


@given(arrays(np.float32, st.tuples(st.integers(16, 60), st.integers(1, 5)), elements=st.floats(-1, 1, width=32)))
def test_every_value_has_the_nearest_level(vectors: np.ndarray) -> None:
    levels = fit_levels(vectors)
    size = vectors.shape[1]
    assert levels.shape == (size, LEVELS)
    assert (np.diff(levels) >= 0).all()
    told = levels[np.arange(size), unpacked(encode(vectors, levels), size)]
    nearest = np.abs(vectors[:, :, None] - levels[None]).min(axis=2)
    np.testing.assert_allclose(np.abs(vectors - told), nearest, atol=1e-6)


def test_levels_of_a_normal_distribution_are_optimal() -> None:
    """With 16 levels the least mean squared error is 0.0095 (Max, "Quantizing for minimum distortion", 1960)."""
    values = np.random.default_rng(1).normal(size=(20_000, 1)).astype(np.float32)
    levels = fit_levels(values)
    told = levels[0, unpacked(encode(values, levels), 1)]
    assert np.mean((values - told) ** 2) == pytest.approx(0.0095, rel=0.1)


def test_two_codes_share_a_byte_and_the_first_has_its_lower_half() -> None:
    levels = np.tile(np.arange(LEVELS, dtype=np.float32), (3, 1))
    assert encode(np.array([[1, 2, 15]], np.float32), levels).tolist() == [[0x21, 0x0F]]
