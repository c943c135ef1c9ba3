import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.faces import Embedding
from app.store.people.vectors import InvalidVectorError, NewTemplate, are_unit, from_bytes, to_bytes
from tests.unit.store.builders import MODEL, SHA, unit


@given(st.integers(1, 600), st.lists(st.integers(0, 2**32), min_size=1, max_size=5))
def test_vectors_come_back_as_they_were(size: int, seeds: list[int]) -> None:
    vectors = [unit(seed, size) for seed in seeds]
    matrix = from_bytes([to_bytes(vector) for vector in vectors])
    assert matrix.dtype == np.float32
    np.testing.assert_array_equal(matrix, np.stack(vectors))


def test_bytes_are_least_significant_first() -> None:
    assert to_bytes(np.array([1.0], dtype=np.float32)) == b"\x00\x00\x80\x3f"
    assert to_bytes(np.array([1.0], dtype=">f4")) == b"\x00\x00\x80\x3f"


def test_no_vectors_make_an_empty_matrix() -> None:
    assert from_bytes([]).shape == (0, 0)


@pytest.mark.parametrize(
    "blobs",
    [
        [to_bytes(unit(1)), to_bytes(unit(1, 4))],
        [b"\x00\x00\x80\x3f\x00"],
        [b""],
        [to_bytes(np.zeros(4, dtype=np.float32))],
        [to_bytes(np.array([np.nan, 1], dtype=np.float32))],
        [to_bytes(unit(1) * 2)],
        ["a text where bytes belong"],
    ],
)
def test_damaged_bytes_are_refused(blobs: list[bytes]) -> None:
    with pytest.raises(InvalidVectorError):
        from_bytes(blobs)


@pytest.mark.parametrize(
    "vector",
    [
        np.zeros(4, dtype=np.float32),
        np.array([], dtype=np.float32),
        np.array([np.nan, 1], dtype=np.float32),
        np.array([np.inf, 0], dtype=np.float32),
        unit(1) * np.float32(1.002),
        unit(1)[np.newaxis, :],
        np.float32(1),
    ],
)
def test_a_vector_that_is_no_direction_is_refused(vector: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match="unit length"):
        NewTemplate(Embedding(np.asarray(vector), MODEL), SHA, 0.5, "file")


@pytest.mark.parametrize("factor", [0.9995, 1.0, 1.0005])
def test_a_vector_may_be_a_little_off(factor: float) -> None:
    vector = unit(1) * np.float32(factor)
    stored = NewTemplate(Embedding(vector, MODEL), SHA, 0.5, "file").embedding.vector
    np.testing.assert_array_equal(stored, vector)
    assert stored is vector


@pytest.mark.parametrize("quality", [-0.1, 1.1, float("nan")])
def test_a_quality_out_of_range_is_refused(quality: float) -> None:
    with pytest.raises(ValueError, match="quality"):
        NewTemplate(Embedding(unit(1), MODEL), SHA, quality, "file")


@pytest.mark.parametrize(("model", "sha256"), [("", SHA), (MODEL, "")])
def test_a_template_without_its_model_is_refused(model: str, sha256: str) -> None:
    with pytest.raises(ValueError, match="not named"):
        NewTemplate(Embedding(unit(1), model), sha256, 0.5, "file")


def test_no_rows_are_all_unit() -> None:
    assert are_unit(np.empty((0, 4)))
