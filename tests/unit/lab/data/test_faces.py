import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.lab.data.faces import ArrayImages, FaceSet, sample_balanced_faces, sample_faces, to_network_input


@pytest.fixture
def faces() -> FaceSet:
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    return FaceSet(ArrayImages(images), np.arange(5), np.array([0, 1, 1, 2, 2]), ("ann", "bob", "cid"))


def test_excluding_people_keeps_the_faces_of_others(faces: FaceSet) -> None:
    rest = faces.without({"bob", "unknown"})
    assert rest.identities == ("ann", "cid")
    assert rest.labels.tolist() == [0, 1, 1]
    assert (rest.batch(np.arange(3))[:, 0, 0, 0] * 255).tolist() == pytest.approx([0, 3, 4])


def test_people_with_enough_faces_stay(faces: FaceSet) -> None:
    assert faces.with_at_least(2).identities == ("bob", "cid")
    assert len(faces.with_at_least(3)) == 0


def test_network_input_matches_the_shipped_network() -> None:
    given = to_network_input(torch.tensor([0.0, 1.0]).view(1, 1, 1, 2))
    assert given.flatten().tolist() == [-127.5 / 128, 127.5 / 128]


def test_downscaling_averages_pixels() -> None:
    stripes = torch.zeros(1, 3, 112, 112)
    stripes[..., ::2] = 1
    assert to_network_input(stripes, (56, 56))[..., 4:-4].abs().max() < 0.02


LABELS = np.array([0] * 50 + [1] * 2 + [2] * 5 + [3] * 1)


def test_identities_are_balanced_regardless_of_picture_count() -> None:
    drawn = np.concatenate([LABELS[sample_balanced_faces(LABELS, 8, 2, 0, step)] for step in range(200)])
    assert np.bincount(drawn).tolist() == [400] * 4


def test_sampling_depends_on_the_step() -> None:
    first, again, other = (sample_balanced_faces(LABELS, 4, 2, 3, step) for step in (7, 7, 8))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_faces_do_not_repeat_while_there_are_enough() -> None:
    assert len(set(sample_faces(20, 20, 0, 0).tolist())) == 20
    assert len(sample_faces(3, 20, 0, 0)) == 20


@given(
    labels=st.lists(st.integers(0, 6), min_size=1, max_size=60),
    count=st.integers(1, 40),
    each=st.integers(1, 5),
    step=st.integers(0, 1000),
)
def test_any_labels_give_the_requested_count(labels: list[int], count: int, each: int, step: int) -> None:
    owners = np.array(labels, np.int64)
    drawn = sample_balanced_faces(owners, count, each, 0, step)
    assert len(drawn) == count
    assert len(set(owners[drawn].tolist())) == min(-(-count // each), len(set(labels)))
