"""The protocols, on faces that a fake recognises by their colour."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import ImageError, ImageUnreadable
from app.core.faces import AlignedFace, Embedding, Face, Frame
from app.core.settings.sections import QualitySettings
from app.evaluation.protocols.lists import PicturePair
from app.evaluation.protocols.verification import evaluate_all_pairs, evaluate_pairs
from app.vision.analysis import FaceAnalyzer
from app.vision.detectors.base import face_from_landmarks
from app.vision.embedding import l2_normalize


class OneFaceEach:
    """A face in the middle of every picture that is not black, and one in the corner."""

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        if frame.image.max() == 0:
            return []
        grid = np.random.default_rng(1).uniform(-20, 20, (478, 3)).astype(np.float32)
        middle = np.array([frame.width / 2, frame.height / 2, 0], np.float32)
        return [face_from_landmarks(grid + 25), face_from_landmarks(grid + middle)]

    def close(self) -> None:
        pass


class ByColour:
    """Embeds a face as its mean colour."""

    side = 112
    provider = "colour"

    def embed(self, faces: list[AlignedFace]) -> list[Embedding]:
        means = np.array([face.image.reshape(-1, 3).mean(axis=0) - 128 for face in faces], np.float32)
        return [Embedding(vector, "colour") for vector in l2_normalize(means)]


@pytest.fixture
def analyzer() -> FaceAnalyzer:
    return FaceAnalyzer(OneFaceEach(), ByColour(), QualitySettings(), embed_all=True)  # type: ignore[arg-type]


def people(root: Path, pictures: int = 3) -> Path:
    """Four people of different colours, each picture a little different."""
    random = np.random.default_rng(2)
    colours = {"red": (250, 20, 20), "green": (20, 250, 20), "blue": (20, 20, 250), "grey": (160, 160, 160)}
    for name, colour in colours.items():
        (root / name).mkdir()
        for i in range(1, pictures + 1):
            shade = np.clip(np.array(colour) + random.integers(-5, 6, 3), 1, 255).astype(np.uint8)
            cv2.imwrite(str(root / name / f"{name}_{i:04d}.png"), np.full((160, 160, 3), shade[::-1], np.uint8))
    return root


def pairs(count: int) -> list[PicturePair]:
    random = np.random.default_rng(3)
    names = ["red", "green", "blue", "grey"]
    chosen = []
    for i in range(count):
        a, b = random.choice(4, 2, replace=False)
        first, second = names[a], names[a if i % 2 else b]
        chosen.append(PicturePair(f"{first}/{first}_0001.png", f"{second}/{second}_0002.png", genuine=bool(i % 2)))
    return chosen


def test_people_who_are_easy_to_tell_apart_are_told_apart(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    seen: list[Path] = []
    report = evaluate_pairs(analyzer, people(tmp_path), pairs(1200), seen.append)
    assert report.accuracy_mean == 1
    assert report.folds == (1.0, 1.0)
    assert report.eer == 0
    assert report.tar_at_fmr == {"1e-2": 1, "1e-3": 1}
    assert (report.pairs, report.not_detected) == (1200, 0)
    assert len(seen) == 8


def test_a_short_list_is_one_fold(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = evaluate_pairs(analyzer, people(tmp_path), pairs(40))
    assert report.folds == (1.0,)
    assert report.accuracy_std == 0


def test_wrong_labels_cost_accuracy(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    listed = pairs(600)
    wrong = [PicturePair(p.first, p.second, genuine=not p.genuine) for p in listed[:60]]
    assert evaluate_pairs(analyzer, people(tmp_path), wrong + listed[60:]).accuracy_mean == pytest.approx(0.9)


def test_a_pair_with_a_picture_without_a_face_counts_as_rejected(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    root = people(tmp_path)
    cv2.imwrite(str(root / "red" / "red_0001.png"), np.zeros((160, 160, 3), np.uint8))
    listed = pairs(600)
    report = evaluate_pairs(analyzer, root, listed)
    assert report.not_detected == 1
    lost = sum(pair.genuine and "red_0001" in pair.first for pair in listed)
    assert report.accuracy_mean == pytest.approx(1 - lost / 600)


def test_a_missing_picture_is_named(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageUnreadable, match=r"nobody_0001\.png"):
        evaluate_pairs(
            analyzer, people(tmp_path), [PicturePair("nobody/nobody_0001.png", "red/red_0001.png", genuine=True)]
        )


def test_pairs_of_one_kind_measure_nothing(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageError, match="of one kind"):
        evaluate_pairs(analyzer, people(tmp_path), [pair for pair in pairs(20) if pair.genuine])


def test_all_pairs_are_counted_once(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = evaluate_all_pairs(analyzer, people(tmp_path, pictures=3), {})
    assert report.genuine == 4 * 3
    assert report.impostor == 12 * 11 // 2 - 12
    assert report.rank1 == 1
    point = report.operating_points["1e-2"]
    assert point.tar == 1
    assert point.tar_low < point.tar_high == pytest.approx(1)


def test_aliases_join_two_folders(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = evaluate_all_pairs(analyzer, people(tmp_path, pictures=2), {"green": "red"})
    assert report.genuine == 6 + 1 + 1


def test_one_person_alone_measures_nothing(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageError, match="Fewer than two people"):
        evaluate_all_pairs(analyzer, tmp_path, {})
