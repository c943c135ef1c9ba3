from pathlib import Path

import numpy as np
import pytest

from app.core.errors import InvalidRequest
from app.evaluation.benchmarks.synthetic import SyntheticFaces, faces_from_file, synthetic_faces

SIZE = 192


def spread(faces: SyntheticFaces, people: int = 3000) -> tuple[float, float, float]:
    """Median cosine of two pictures of a person; mean and standard deviation of those of two people."""
    ((owners, vectors),) = list(faces.pictures(faces.people(people)[:1500], 2))
    assert owners.tolist() == np.repeat(np.arange(1500), 2).tolist()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    own = np.einsum("ij,ij->i", vectors[::2], vectors[1::2])
    others = vectors[::2][:700] @ vectors[::2][700:].T
    return float(np.median(own)), float(others.mean()), float(others.std())


def test_made_up_people_are_spread_as_those_of_lfw() -> None:
    own, mean, deviation = spread(SyntheticFaces.with_lfw_statistics(SIZE))
    assert own == pytest.approx(0.75, abs=0.02)
    assert mean == pytest.approx(0.01, abs=0.01)
    assert deviation == pytest.approx(0.144, abs=0.01)


def test_people_like_real_ones_are_spread_as_they_are_and_begin_with_them() -> None:
    model = SyntheticFaces.with_lfw_statistics(SIZE)
    real = model.people(800)
    vectors = np.concatenate([vectors for _, vectors in model.pictures(real, 3)])
    owners = np.repeat(np.arange(800), 3)
    alike = SyntheticFaces.like(vectors, owners)
    assert spread(alike) == pytest.approx(spread(model), abs=0.03)
    assert (alike.people(5)[0] @ vectors[0]) / np.linalg.norm(alike.people(5)[0]) > 0.6


def test_people_of_a_file_come_first_and_the_others_are_like_them() -> None:
    real = np.concatenate(
        [
            vectors
            for _, vectors in SyntheticFaces.with_lfw_statistics(SIZE).pictures(np.eye(SIZE, dtype=np.float32)[:40], 1)
        ]
    )
    faces = SyntheticFaces.with_lfw_statistics(SIZE, real)
    np.testing.assert_allclose(faces.people(60)[:40], real, atol=1e-6)
    assert faces.people(60).shape == (60, SIZE)
    np.testing.assert_array_equal(faces.people(60), faces.people(60))


FILE_SIZE = 8


def test_people_of_a_file_are_named_in_the_report(tmp_path: Path) -> None:
    path = tmp_path / "people.npy"
    np.save(path, np.random.default_rng(1).normal(size=(30, FILE_SIZE)).astype(np.float32))
    faces = faces_from_file(path, FILE_SIZE)
    assert faces.words.startswith("30 people of people.npy")
    assert faces.faces.people(31).shape == (31, FILE_SIZE)
    assert "made up" in synthetic_faces(FILE_SIZE).words


@pytest.mark.parametrize(
    "content", [np.zeros((30, 7)), np.zeros(30), np.zeros((3, FILE_SIZE)), np.zeros((30, FILE_SIZE), int)]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: np.ndarray) -> None:
    path = tmp_path / "people.npy"
    np.save(path, content)
    with pytest.raises(InvalidRequest, match=r"embeddings of 8 values"):
        faces_from_file(path, FILE_SIZE)
    path.write_bytes(b"no array")
    with pytest.raises(InvalidRequest):
        faces_from_file(path, FILE_SIZE)
