import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lab.sampling import any_faces, balanced_faces

LABELS = np.array([0] * 50 + [1] * 2 + [2] * 5 + [3] * 1)


def test_identities_come_evenly_however_many_pictures_they_have() -> None:
    drawn = np.concatenate([LABELS[balanced_faces(LABELS, 8, 2, 0, step)] for step in range(200)])
    assert np.bincount(drawn).tolist() == [400] * 4


def test_a_step_is_the_same_every_time_and_another_is_not() -> None:
    first, again, other = (balanced_faces(LABELS, 4, 2, 3, step) for step in (7, 7, 8))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_faces_come_once_while_there_are_enough() -> None:
    assert len(set(any_faces(20, 20, 0, 0).tolist())) == 20
    assert len(any_faces(3, 20, 0, 0)) == 20


@given(
    labels=st.lists(st.integers(0, 6), min_size=1, max_size=60),
    count=st.integers(1, 40),
    each=st.integers(1, 5),
    step=st.integers(0, 1000),
)
def test_whatever_the_labels_as_many_as_asked_come(labels: list[int], count: int, each: int, step: int) -> None:
    owners = np.array(labels, np.int64)
    drawn = balanced_faces(owners, count, each, 0, step)
    assert len(drawn) == count
    assert len(set(owners[drawn].tolist())) == min(-(-count // each), len(set(labels)))
