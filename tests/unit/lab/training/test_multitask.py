from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from app.core.errors import ModelIncompatible
from app.lab.data.augmentation import Augmentation
from app.lab.data.backgrounds import corner_patches, synthetic_patches
from app.lab.data.compositions import compose_pictures
from app.lab.data.faces import ArrayImages, FaceSet, Images
from app.lab.errors import CheckpointFailed, DataUnusable, TrainingDiverged
from app.lab.export.parity import check_detection_parity
from app.lab.export.two_heads import export_detector, export_two_heads
from app.lab.networks.architecture import SHIPPED
from app.lab.networks.mobilefacenet import FaceNetwork, count_multiply_adds_at
from app.lab.networks.two_heads import DETECTION_OUTPUTS, TwoHeadNetwork
from app.lab.training.multitask import (
    DetectionAndEmbeddingTask,
    DetectionTask,
    MultiTaskConfig,
    MultiTaskStep,
    MultiTaskTraining,
)
from app.vision.alignment import TEMPLATE
from tests.unit.lab.conftest import SMALL

NETWORK = SMALL
DETECTOR = SMALL.model_copy(update={"embedding": DETECTION_OUTPUTS})
CONFIG = MultiTaskConfig(steps=6, batch=8, mixed=False, augmentations=(Augmentation.BRIGHTNESS,))


@pytest.fixture
def faces() -> FaceSet:
    """Sixteen bright patterns with a black spot for each of the five points, of four people."""
    images = synthetic_patches(16, 64, 3) // 4 + 190
    for x, y in (TEMPLATE * 64 / 112).round().astype(int):
        images[:, y - 2 : y + 3, x - 2 : x + 3] = 0
    return FaceSet(ArrayImages(images), np.arange(16), np.repeat(np.arange(4), 4), ("a", "b", "c", "d"))


@pytest.fixture
def backgrounds() -> Images:
    return synthetic_patches(8, 64, 4) // 4


def _wanted(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Vectors close to one direction."""
    random = np.random.default_rng(5)
    return (random.normal(size=NETWORK.embedding) + random.normal(0, 0.4, (count, NETWORK.embedding))).astype(
        np.float32
    )


def _both(faces: FaceSet, around: Images, path: Path, config: MultiTaskConfig = CONFIG) -> MultiTaskTraining:
    torch.manual_seed(1)
    task = DetectionAndEmbeddingTask(TwoHeadNetwork(NETWORK), config.frozen_stages)
    return MultiTaskTraining(config, task, faces, _wanted(len(faces)), around, path)


def _losses(run: MultiTaskTraining) -> list[dict[str, float]]:
    told: list[MultiTaskStep] = []
    run.run(1, told.append)
    return [step.parts for step in told]


def test_landmarks_lie_on_the_pasted_face() -> None:
    """A black face with a white spot at each landmark, so that the brightest places are the landmarks."""
    side = 112
    face = torch.zeros(1, 3, side, side)
    for x, y in TEMPLATE.round().astype(int):
        face[:, :, y - 1 : y + 2, x - 1 : x + 2] = 1
    torch.manual_seed(2)
    made = compose_pictures(face.repeat(24, 1, 1, 1), torch.zeros(24, 3, side, side), torch.ones(24, dtype=torch.bool))
    assert not torch.equal(made.points[0], made.points[1])
    for picture, points in zip(made.pictures, made.points.round().int(), strict=True):
        assert all(float(picture[0, y - 2 : y + 3, x - 2 : x + 3].max()) > 0.4 for x, y in points.tolist())
        # Eyes above the mouth, the left eye on the left, also in mirrored faces.
        assert points[0, 0] < points[1, 0]
        assert points[0, 1] < points[3, 1]


def test_pictures_labelled_faceless_contain_only_background() -> None:
    face = torch.ones(8, 3, 64, 64)
    without_faces = compose_pictures(face, torch.zeros(8, 3, 64, 64), torch.zeros(8, dtype=torch.bool))
    with_faces = compose_pictures(face, torch.zeros(8, 3, 64, 64), torch.ones(8, dtype=torch.bool))
    assert not without_faces.present.any()
    assert float(with_faces.pictures.mean()) > float(without_faces.pictures.mean())


@pytest.mark.parametrize("cut_at", [2, 5])
def test_an_interrupted_run_resumes_identically(
    faces: FaceSet, backgrounds: Images, tmp_path: Path, cut_at: int
) -> None:
    class Killed(BaseException):
        pass

    def kill(step: MultiTaskStep) -> None:
        if step.step > cut_at:
            raise Killed

    whole = _losses(_both(faces, backgrounds, tmp_path / "whole.pt"))
    with pytest.raises(Killed):
        _both(faces, backgrounds, tmp_path / "cut.pt").run(1, kill)
    again = _both(faces, backgrounds, tmp_path / "cut.pt")
    assert again.resume()
    assert again.step == cut_at
    assert _losses(again) == whole[cut_at:]
    other = _both(faces, backgrounds, tmp_path / "cut.pt", CONFIG.model_copy(update={"seed": 1}))
    with pytest.raises(ModelIncompatible, match="another seed"):
        other.resume()


def test_both_tasks_are_learnt_and_frozen_layers_stay(faces: FaceSet, backgrounds: Images, tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"steps": 40, "batch": 16, "frozen_stages": 1, "rate": 1e-2, "new_rate": 1e-2})
    run = _both(faces, backgrounds, tmp_path / "run.pt", config)
    network = TwoHeadNetwork(NETWORK)
    torch.manual_seed(1)
    before = dict(TwoHeadNetwork(NETWORK).named_parameters())
    losses = _losses(run)
    assert losses[-1]["cosine"] > losses[0]["cosine"] + 0.2
    # A quarter of the pictures hold no face: predicting that share alone gives a loss of 0.56.
    assert losses[-1]["presence"] < 0.5
    network.load_state_dict(torch.load(tmp_path / "run.pt", weights_only=True)["network"])
    after = dict(network.named_parameters())
    changed = {name.split(".")[2] for name in after if not torch.equal(after[name], before[name])}
    assert not changed & {"stem", "stem_depthwise", "stage1"}
    assert {"stage2", "stage3", "embedding", "finder_answers"} <= changed


def test_a_diverged_run_ends(faces: FaceSet, backgrounds: Images, tmp_path: Path) -> None:
    wanted = _wanted(len(faces))
    wanted[:] = np.nan
    task = DetectionAndEmbeddingTask(TwoHeadNetwork(NETWORK), 0)
    run = MultiTaskTraining(CONFIG, task, faces, wanted, backgrounds, tmp_path / "run.pt")
    with pytest.raises(TrainingDiverged):
        run.run(1)
    assert not (tmp_path / "run.pt").exists()


def test_an_unwritable_checkpoint_is_reported(faces: FaceSet, backgrounds: Images, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CheckpointFailed):
        _both(faces, backgrounds, tmp_path / "file" / "run.pt").run(1)


def test_exported_files_match_their_networks_and_are_compared(
    faces: FaceSet, backgrounds: Images, tmp_path: Path
) -> None:
    detector = FaceNetwork(DETECTOR)
    both = TwoHeadNetwork(NETWORK)
    with torch.no_grad():
        for weight in both.parameters():
            weight.add_(torch.randn_like(weight) * 0.05)
    for task in (DetectionTask(detector), DetectionAndEmbeddingTask(both, 0)):
        MultiTaskTraining(CONFIG, task, faces, _wanted(16), backgrounds, tmp_path / f"{type(task).__name__}.pt").run(6)
    files = export_two_heads(both), export_detector(detector)
    assert check_detection_parity(both, files[0]) < 0.1
    assert check_detection_parity(detector, files[1]) < 0.1
    with pytest.raises(ModelIncompatible, match="differs from the network"):
        check_detection_parity(TwoHeadNetwork(NETWORK), files[0])


def test_the_heads_share_most_of_the_backbone() -> None:
    assert count_multiply_adds_at(TwoHeadNetwork(SHIPPED), (112, 112)) < 1.005 * count_multiply_adds_at(
        FaceNetwork(SHIPPED), (112, 112)
    )


def test_corners_come_from_readable_pictures(tmp_path: Path) -> None:
    picture = np.zeros((80, 120, 3), np.uint8)
    picture[:20, :20] = (255, 0, 0)  # blue in OpenCV's channel order
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes(b"")
    paths = sorted(tmp_path.iterdir())
    patches = corner_patches([*paths, tmp_path / "missing.png"], 32)
    assert patches.shape == (1, 32, 32, 3)
    assert patches[0, 16, 16].tolist() == [0, 0, 255]
    with pytest.raises(DataUnusable, match="no readable picture"):
        corner_patches(paths[1:], 32)
    with pytest.raises(DataUnusable, match="no readable picture"):
        corner_patches([], 32)
