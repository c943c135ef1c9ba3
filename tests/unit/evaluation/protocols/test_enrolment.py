"""Enrolment study on faces that a fake recognises by their colour."""

from pathlib import Path

import pytest

from app.core.errors import ImageError
from app.evaluation.protocols.enrolment import study_enrolment
from app.vision.analysis import FaceAnalyzer
from tests.unit.evaluation.protocols.fakes import write_people


def test_people_with_enough_pictures_are_enrolled_and_other_pictures_are_probes(
    tmp_path: Path, analyzer: FaceAnalyzer
) -> None:
    root = write_people(tmp_path, pictures=4)
    for path in sorted((root / "grey").iterdir())[2:]:
        path.unlink()
    seen: list[Path] = []
    study = study_enrolment(analyzer, root, {}, most=3, fmr=0.01, progress=seen.append)
    assert (study.people, study.probes, study.strangers) == (3, 3, 2)
    assert study.impostor == 3 * 2 + 2 * 3
    assert list(study.by_pictures) == ["1", "2", "3"]
    assert all(point.tar == point.tar_low == point.tar_high == 1 for point in study.by_pictures.values())
    assert (study.gain.share, study.gain.won, study.gain.lost) == (0, 0, 0)
    assert len(seen) == 14


def test_aliases_join_two_folders(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    study = study_enrolment(analyzer, write_people(tmp_path, pictures=2), {"green": "red", "blue": "grey"}, most=3)
    assert (study.people, study.probes, study.strangers) == (2, 2, 0)


@pytest.mark.parametrize("most", [4, 5])
def test_too_few_pictures_are_refused(tmp_path: Path, analyzer: FaceAnalyzer, most: int) -> None:
    with pytest.raises(ImageError, match=f"more than {most} pictures"):
        study_enrolment(analyzer, write_people(tmp_path, pictures=4), {}, most=most)


def test_an_empty_folder_is_refused(tmp_path: Path, analyzer: FaceAnalyzer) -> None:
    with pytest.raises(ImageError, match="more than 5 pictures"):
        study_enrolment(analyzer, tmp_path, {})
