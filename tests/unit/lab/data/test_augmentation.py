import pytest
import torch

from app.lab.data.augmentation import ALL, Augmentation, Augmenter


@pytest.fixture
def faces() -> torch.Tensor:
    return torch.rand(16, 3, 1, 1).expand(16, 3, 56, 56) * torch.linspace(0.3, 0.7, 56)


@pytest.mark.parametrize("name", ALL)
def test_each_augmentation_changes_faces_and_keeps_their_range(name: Augmentation, faces: torch.Tensor) -> None:
    changed = Augmenter([name])(faces)
    assert changed.shape == faces.shape
    assert not torch.equal(changed, faces)
    assert 0 <= changed.min() <= changed.max() <= 1


def test_the_same_seed_gives_the_same_faces(faces: torch.Tensor) -> None:
    made = []
    for _ in range(2):
        torch.manual_seed(4)
        made.append(Augmenter()(faces))
    assert torch.equal(*made)


def test_no_augmentation_changes_nothing(faces: torch.Tensor) -> None:
    assert torch.equal(Augmenter([])(faces), faces)


def test_occlusion_covers_thirty_percent_of_a_face() -> None:
    covered = Augmenter([Augmentation.OCCLUSION], occlusion_share=1.0)(torch.zeros(32, 3, 112, 112))
    assert (covered != 0).float().mean().item() == pytest.approx(0.3, abs=0.02)


def test_occlusion_applies_to_some_faces() -> None:
    covered = Augmenter([Augmentation.OCCLUSION])(torch.zeros(64, 3, 56, 56)).flatten(1).amax(dim=1) > 0
    assert 0.25 < covered.float().mean() < 0.75


def test_noise_has_the_documented_strength() -> None:
    changed = Augmenter([Augmentation.NOISE])(torch.full((8, 3, 112, 112), 0.5))
    assert changed.std().item() == pytest.approx(0.01, rel=0.05)


def test_rotation_is_limited_to_fifteen_degrees() -> None:
    line = torch.zeros(64, 3, 113, 113)
    line[..., 56, :] = 1
    turned = Augmenter([Augmentation.ROTATION])(line)[:, 0, :, 100].argmax(dim=1) - 56
    assert turned.abs().max() <= 44 * 0.2679 + 1
    assert turned.min() < -5
    assert turned.max() > 5


def test_mix_blends_some_faces_with_others_of_the_batch() -> None:
    faces = torch.linspace(0, 1, 64).view(64, 1, 1, 1).expand(64, 3, 8, 8)
    mixed = Augmenter([Augmentation.MIX])(faces)
    changed = (mixed != faces).flatten(1).any(dim=1)
    assert 0.25 < changed.float().mean() < 0.75
    assert torch.equal(mixed.amin(dim=(1, 2, 3)), mixed.amax(dim=(1, 2, 3)))
