import numpy as np
import pytest

from app.matching.marks import Marks


def test_the_nearest_face_of_each_person_counts() -> None:
    marks = Marks(np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32), np.array([0, 0, 3]))
    assert marks.ruling_out(np.array([0, 1], np.float32)) == {0: pytest.approx(1), 3: pytest.approx(0.8)}
    assert Marks().ruling_out(np.array([0, 1], np.float32)) == {}


def test_faces_that_are_not_sorted_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        Marks(np.eye(2, dtype=np.float32), np.array([1, 0]))
