from pathlib import Path

import numpy as np
import pytest

from app.core.errors import InvalidRequest
from app.services.bench_faces import faces_from_file, made_up_faces

SIZE = 8


def test_people_of_a_file_are_named_in_the_report(tmp_path: Path) -> None:
    path = tmp_path / "people.npy"
    np.save(path, np.random.default_rng(1).normal(size=(30, SIZE)).astype(np.float32))
    faces = faces_from_file(path, SIZE)
    assert faces.words.startswith("30 people of people.npy")
    assert faces.faces.people(31).shape == (31, SIZE)
    assert "made up" in made_up_faces(SIZE).words


@pytest.mark.parametrize("content", [np.zeros((30, 7)), np.zeros(30), np.zeros((3, SIZE)), np.zeros((30, SIZE), int)])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: np.ndarray) -> None:
    path = tmp_path / "people.npy"
    np.save(path, content)
    with pytest.raises(InvalidRequest, match=r"embeddings of 8 values"):
        faces_from_file(path, SIZE)
    path.write_bytes(b"no array")
    with pytest.raises(InvalidRequest):
        faces_from_file(path, SIZE)
