"""Verification protocols on faces that a fake recognises by their colour."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import ImageError, ImageUnreadable
from app.evaluation.protocols.lists import PicturePair, TemplateMember, TemplatePair
from app.evaluation.protocols.pictures import embed_pictures
from app.evaluation.protocols.verification import (
    LFW_FOLD_SIZE,
    VerificationReport,
    evaluate_all_pairs,
    evaluate_templates,
    verify_pairs,
)
from app.vision.analysis import FaceAnalyzer
from tests.unit.evaluation.protocols.fakes import ROOT, embed_by_name, write_people


def run_pairs(
    analyzer: FaceAnalyzer, root: Path, listed: list[PicturePair], seen: list[Path] | None = None
) -> VerificationReport:
    progress: list[Path] = [] if seen is None else seen
    return verify_pairs(lambda paths: embed_pictures(analyzer, paths, progress.append), root, listed, LFW_FOLD_SIZE)[0]


def pairs(count: int) -> list[PicturePair]:
    random = np.random.default_rng(3)
    names = ["red", "green", "blue", "grey"]
    chosen = []
    for i in range(count):
        a, b = random.choice(4, 2, replace=False)
        first, second = names[a], names[a if i % 2 else b]
        chosen.append(PicturePair(f"{first}/{first}_0001.png", f"{second}/{second}_0002.png", genuine=bool(i % 2)))
    return chosen


def test_distinct_people_are_verified_without_error(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    seen: list[Path] = []
    report = run_pairs(analyzer, write_people(tmp_path), pairs(1200), seen)
    assert report.accuracy_mean == 1
    assert report.folds == (1.0, 1.0)
    assert report.eer == 0
    assert report.tar_at_fmr == {"1e-2": 1, "1e-3": 1}
    assert (report.pairs, report.not_detected) == (1200, 0)
    assert len(seen) == 8


def test_a_short_list_is_one_fold(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = run_pairs(analyzer, write_people(tmp_path), pairs(40))
    assert report.folds == (1.0,)
    assert report.accuracy_std == 0


def test_wrong_labels_lower_the_accuracy(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    listed = pairs(600)
    wrong = [PicturePair(p.first, p.second, genuine=not p.genuine) for p in listed[:60]]
    assert run_pairs(analyzer, write_people(tmp_path), wrong + listed[60:]).accuracy_mean == pytest.approx(0.9)


def test_a_pair_with_a_picture_without_a_face_counts_as_rejected(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    root = write_people(tmp_path)
    cv2.imwrite(str(root / "red" / "red_0001.png"), np.zeros((160, 160, 3), np.uint8))
    listed = pairs(600)
    report = run_pairs(analyzer, root, listed)
    assert report.not_detected == 1
    lost = sum(pair.genuine and "red_0001" in pair.first for pair in listed)
    assert report.accuracy_mean == pytest.approx(1 - lost / 600)


def test_a_missing_picture_is_named(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageUnreadable, match=r"unknown_0001\.png"):
        run_pairs(
            analyzer,
            write_people(tmp_path),
            [PicturePair("unknown/unknown_0001.png", "red/red_0001.png", genuine=True)],
        )


def test_pairs_of_one_kind_are_refused(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageError, match="of one kind"):
        run_pairs(analyzer, write_people(tmp_path), [pair for pair in pairs(20) if pair.genuine])


def test_all_pairs_are_counted_once(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = evaluate_all_pairs(analyzer, write_people(tmp_path, pictures=3), {})
    assert report.genuine == 4 * 3
    assert report.impostor == 12 * 11 // 2 - 12
    assert report.rank1 == 1
    point = report.operating_points["1e-2"]
    assert point.tar == 1
    assert point.tar_low < point.tar_high == pytest.approx(1)


def test_aliases_join_two_folders(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    report = evaluate_all_pairs(analyzer, write_people(tmp_path, pictures=2), {"green": "red"})
    assert report.genuine == 6 + 1 + 1


def test_a_single_person_is_refused(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageError, match="Fewer than two people"):
        evaluate_all_pairs(analyzer, tmp_path, {})


MEMBERS = [
    *(TemplateMember(f"a/{angle}.jpg", "1", str(angle % 2)) for angle in (0, 2, 3)),
    TemplateMember("a/10.jpg", "2", "0"),
    TemplateMember("b/90.jpg", "3", "0"),
    TemplateMember("b/none.jpg", "4", "0"),
]
PAIRS = [
    TemplatePair("1", "2", genuine=True),
    *(TemplatePair(first, "3", genuine=False) for first in ("1", "2") for _ in range(5)),
    TemplatePair("3", "4", genuine=True),
]


def test_templates_report() -> None:
    report = evaluate_templates(ROOT, MEMBERS, PAIRS, embed_by_name)
    assert report.facts["templates"] == 4
    assert report.facts["empty_templates"] == 1
    assert report.figures["tar_at_fmr_1e-1"].value == 0.5  # the pair with the empty template is rejected
    assert report.trials["tar_at_fmr_1e-1"].right == (1, 0)


def test_inconsistent_template_lists_are_refused() -> None:
    with pytest.raises(ImageError, match="“9” is in a pair"):
        evaluate_templates(ROOT, MEMBERS, [*PAIRS, TemplatePair("1", "9", genuine=True)], embed_by_name)
    with pytest.raises(ImageError, match="of one kind"):
        evaluate_templates(ROOT, MEMBERS, PAIRS[:1], embed_by_name)


def test_templates_without_any_face_are_all_rejected() -> None:
    report = evaluate_templates(ROOT, MEMBERS, PAIRS, lambda _: {})
    assert report.figures["tar_at_fmr_1e-1"].value == 0
