from pathlib import Path

import numpy as np
import pytest

from app.core.errors import InvalidRequest
from app.evaluation.benchmarks.synthetic import SyntheticFaces, faces_from_file, synthetic_faces

SIZE = 192


def spread(faces: SyntheticFaces, people: int = 3000) -> tuple[float, float, float]:
    """Median cosine of two pictures of a person; mean and standard deviation of those of two people."""
    ((owners, vectors),) = list(faces.pictures(faces.centres(people)[:1500], 2))
    assert owners.tolist() == np.repeat(np.arange(1500), 2).tolist()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    own = np.einsum("ij,ij->i", vectors[::2], vectors[1::2])
    others = vectors[::2][:700] @ vectors[::2][700:].T
    return float(np.median(own)), float(others.mean()), float(others.std())


def test_synthetic_people_have_the_variances_of_lfw() -> None:
    own, mean, deviation = spread(SyntheticFaces.with_lfw_statistics(SIZE))
    assert own == pytest.approx(0.75, abs=0.02)
    assert mean == pytest.approx(0.01, abs=0.01)
    assert deviation == pytest.approx(0.144, abs=0.01)


def test_fitted_people_have_the_variances_of_real_ones_and_start_with_them() -> None:
    model = SyntheticFaces.with_lfw_statistics(SIZE)
    real = model.centres(800)
    vectors = np.concatenate([vectors for _, vectors in model.pictures(real, 3)])
    owners = np.repeat(np.arange(800), 3)
    alike = SyntheticFaces.fitted_to(vectors, owners)
    assert spread(alike) == pytest.approx(spread(model), abs=0.03)
    assert (alike.centres(5)[0] @ vectors[0]) / np.linalg.norm(alike.centres(5)[0]) > 0.6


def test_people_from_a_file_come_first() -> None:
    real = np.concatenate(
        [
            vectors
            for _, vectors in SyntheticFaces.with_lfw_statistics(SIZE).pictures(np.eye(SIZE, dtype=np.float32)[:40], 1)
        ]
    )
    faces = SyntheticFaces.with_lfw_statistics(SIZE, real)
    np.testing.assert_allclose(faces.centres(60)[:40], real, atol=1e-6)
    assert faces.centres(60).shape == (60, SIZE)
    np.testing.assert_array_equal(faces.centres(60), faces.centres(60))


FILE_SIZE = 8


def test_the_description_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.npy"
    np.save(path, np.random.default_rng(1).normal(size=(30, FILE_SIZE)).astype(np.float32))
    faces = faces_from_file(path, FILE_SIZE)
    assert faces.description.startswith("30 people of people.npy")
    assert faces.faces.centres(31).shape == (31, FILE_SIZE)
    assert "synthetic" in synthetic_faces(FILE_SIZE).description


@pytest.mark.parametrize(
    "content", [np.zeros((30, 7)), np.zeros(30), np.zeros((3, FILE_SIZE)), np.zeros((30, FILE_SIZE), int)]
)
def test_a_file_without_embeddings_is_refused(tmp_path: Path, content: np.ndarray) -> None:
    path = tmp_path / "people.npy"
    np.save(path, content)
    with pytest.raises(InvalidRequest, match=r"embeddings of 8 values"):
        faces_from_file(path, FILE_SIZE)
    path.write_bytes(b"no array")
    with pytest.raises(InvalidRequest):
        faces_from_file(path, FILE_SIZE)
