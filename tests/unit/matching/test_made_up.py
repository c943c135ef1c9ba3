import numpy as np
import pytest

from app.matching.made_up import MadeUpFaces

SIZE = 192


def spread(faces: MadeUpFaces, people: int = 3000) -> tuple[float, float, float]:
    """Median cosine of two pictures of a person; mean and standard deviation of those of two people."""
    ((owners, vectors),) = list(faces.pictures(faces.people(people)[:1500], 2))
    assert owners.tolist() == np.repeat(np.arange(1500), 2).tolist()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    own = np.einsum("ij,ij->i", vectors[::2], vectors[1::2])
    others = vectors[::2][:700] @ vectors[::2][700:].T
    return float(np.median(own)), float(others.mean()), float(others.std())


def test_made_up_people_are_spread_as_those_of_lfw() -> None:
    own, mean, deviation = spread(MadeUpFaces.as_measured(SIZE))
    assert own == pytest.approx(0.75, abs=0.02)
    assert mean == pytest.approx(0.01, abs=0.01)
    assert deviation == pytest.approx(0.144, abs=0.01)


def test_people_like_real_ones_are_spread_as_they_are_and_begin_with_them() -> None:
    model = MadeUpFaces.as_measured(SIZE)
    real = model.people(800)
    vectors = np.concatenate([vectors for _, vectors in model.pictures(real, 3)])
    owners = np.repeat(np.arange(800), 3)
    alike = MadeUpFaces.like(vectors, owners)
    assert spread(alike) == pytest.approx(spread(model), abs=0.03)
    assert (alike.people(5)[0] @ vectors[0]) / np.linalg.norm(alike.people(5)[0]) > 0.6


def test_people_of_a_file_come_first_and_the_others_are_like_them() -> None:
    real = np.concatenate(
        [vectors for _, vectors in MadeUpFaces.as_measured(SIZE).pictures(np.eye(SIZE, dtype=np.float32)[:40], 1)]
    )
    faces = MadeUpFaces.as_measured(SIZE, real)
    np.testing.assert_allclose(faces.people(60)[:40], real, atol=1e-6)
    assert faces.people(60).shape == (60, SIZE)
    np.testing.assert_array_equal(faces.people(60), faces.people(60))
