import numpy as np
import pytest
import torch

from app.lab.faces import ArrayImages, FaceSet, as_input


@pytest.fixture
def faces() -> FaceSet:
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    return FaceSet(ArrayImages(images), np.arange(5), np.array([0, 1, 1, 2, 2]), ("ann", "bob", "cid"))


def test_without_somebody_the_others_keep_their_faces(faces: FaceSet) -> None:
    rest = faces.without({"bob", "nobody"})
    assert rest.identities == ("ann", "cid")
    assert rest.labels.tolist() == [0, 1, 1]
    assert (rest.batch(np.arange(3))[:, 0, 0, 0] * 255).tolist() == pytest.approx([0, 3, 4])


def test_those_with_enough_faces_stay(faces: FaceSet) -> None:
    assert faces.with_at_least(2).identities == ("bob", "cid")
    assert len(faces.with_at_least(3)) == 0


def test_input_is_what_the_shipped_network_takes() -> None:
    given = as_input(torch.tensor([0.0, 1.0]).view(1, 1, 1, 2))
    assert given.flatten().tolist() == [-127.5 / 128, 127.5 / 128]


def test_smaller_inputs_are_averaged_not_skipped() -> None:
    stripes = torch.zeros(1, 3, 112, 112)
    stripes[..., ::2] = 1
    assert as_input(stripes, (56, 56))[..., 4:-4].abs().max() < 0.02
