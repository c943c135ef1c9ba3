from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ImageUnreadable
from app.core.faces import Image
from app.lab.data.folders import prepare_folder
from app.lab.errors import DataUnusable


def _align(path: Path) -> Image | None:
    """Fake alignment, by the content of the picture."""
    match path.read_text():
        case "damaged":
            raise ImageUnreadable(path=path)
        case "landscape":
            return None
        case shade:
            return np.full((8, 8, 3), int(shade), np.uint8)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    content = {"ann/1": "10", "ann/2": "11", "bob/1": "20", "cid/1": "30", "cid/2": "damaged", "dan/1": "landscape"}
    for name, text in content.items():
        path = tmp_path / "people" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted((tmp_path / "people").glob("*/*"))


def test_faces_are_cached_by_person_and_other_pictures_listed(pictures: list[Path], tmp_path: Path) -> None:
    prepared = prepare_folder(pictures, _align, 8, tmp_path / "cache")
    assert prepared.faces.identities == ("ann", "bob", "cid")
    assert prepared.faces.labels.tolist() == [0, 0, 1, 2]
    assert prepared.faces.source.take(prepared.faces.places)[:, 0, 0, 0].tolist() == [10, 11, 20, 30]
    assert prepared.unreadable == ("cid/2.png",)
    assert prepared.faceless == ("dan/1.png",)


def test_people_with_too_few_pictures_are_left_out(pictures: list[Path], tmp_path: Path) -> None:
    prepared = prepare_folder(pictures, _align, 8, tmp_path / "cache", least=2)
    assert prepared.faces.identities == ("ann",)
    assert prepared.left_out == ("bob", "cid")


def test_a_second_run_uses_the_cache(pictures: list[Path], tmp_path: Path) -> None:
    first = prepare_folder(pictures, _align, 8, tmp_path / "cache")
    again = prepare_folder(pictures, lambda path: pytest.fail(f"{path} was aligned again"), 8, tmp_path / "cache")
    assert (first.from_cache, again.from_cache) == (False, True)
    assert np.array_equal(again.faces.source.take(again.faces.places), first.faces.source.take(first.faces.places))
    assert (again.unreadable, again.faceless) == (first.unreadable, first.faceless)


def test_a_changed_picture_is_aligned_again(pictures: list[Path], tmp_path: Path) -> None:
    prepare_folder(pictures, _align, 8, tmp_path / "cache")
    pictures[0].write_text("123")
    again = prepare_folder(pictures, _align, 8, tmp_path / "cache")
    assert not again.from_cache
    assert again.faces.source.take(np.array([0]))[0, 0, 0, 0] == 123


def test_an_interrupted_alignment_starts_again(pictures: list[Path], tmp_path: Path) -> None:
    def break_off(path: Path) -> Image | None:
        if path == pictures[2]:
            raise KeyboardInterrupt
        return _align(path)

    with pytest.raises(KeyboardInterrupt):
        prepare_folder(pictures, break_off, 8, tmp_path / "cache")
    assert not prepare_folder(pictures, _align, 8, tmp_path / "cache").from_cache


def test_missing_training_data_are_reported(pictures: list[Path], tmp_path: Path) -> None:
    with pytest.raises(DataUnusable, match="there are no pictures"):
        prepare_folder([], _align, 8, tmp_path / "cache")
    with pytest.raises(DataUnusable, match="no person has 3"):
        prepare_folder(pictures, _align, 8, tmp_path / "cache", least=3)


def test_a_damaged_cache_is_reported(pictures: list[Path], tmp_path: Path) -> None:
    prepare_folder(pictures, _align, 8, tmp_path / "cache")
    next((tmp_path / "cache").glob("*.json")).write_text("{")
    with pytest.raises(DataUnusable, match="damaged"):
        prepare_folder(pictures, _align, 8, tmp_path / "cache")


def test_an_unwritable_cache_is_reported(pictures: list[Path], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DataUnusable):
        prepare_folder(pictures, _align, 8, tmp_path / "cache")
