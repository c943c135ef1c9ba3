from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from app.camera.picture_file import read_picture
from app.camera.portraits import Portrait, load_portraits, prepare_portrait
from app.core.errors import CameraNotFound
from app.core.paths import resources_dir

SHIPPED = resources_dir() / "portraits"


def test_the_shipped_portraits_are_there_with_their_eyes_inside() -> None:
    for portrait in load_portraits(SHIPPED):
        height, width = read_picture(portrait.path).shape[:2]
        for x, y in portrait.eyes:
            assert 0 < x < width
            assert 0 < y < height


def test_each_shipped_portrait_is_credited() -> None:
    credits_page = (SHIPPED / "CREDITS.md").read_text(encoding="utf-8")
    files = {path.name for path in SHIPPED.glob("*.jpg")}
    assert files == {portrait.path.name for portrait in load_portraits(SHIPPED)}
    assert all(name in credits_page for name in files)


def test_the_middle_of_a_face_lies_below_the_eyes() -> None:
    portrait = Portrait("A", Path("a.png"), ((100.0, 50.0), (140.0, 50.0)))
    assert portrait.eye_distance == 40.0
    assert portrait.face == (120.0, 70.0)


@pytest.fixture
def portrait(tmp_path: Path) -> Portrait:
    """A grey picture with a red dot at the face."""
    image = np.full((300, 200, 3), 90, np.uint8)
    image[65:75, 115:125] = (255, 0, 0)
    Pillow.fromarray(image).save(tmp_path / "a.png")
    return Portrait("A", tmp_path / "a.png", ((100.0, 50.0), (140.0, 50.0)))


def test_a_prepared_portrait_has_the_face_at_its_position(portrait: Portrait) -> None:
    plate = prepare_portrait(portrait, 640, 480)
    x, y = (round(value) for value in plate.face)
    np.testing.assert_allclose(plate.image[y, x, :3], (255, 0, 0), atol=3)


def test_a_prepared_portrait_is_larger_than_a_frame(portrait: Portrait) -> None:
    plate = prepare_portrait(portrait, 640, 480)
    height, width, channels = plate.image.shape
    assert width > 640 * 1.3
    assert height > 480 * 1.3
    assert channels == 4
    assert plate.background.shape == (480, 640, 3)


def test_a_damaged_portrait(portrait: Portrait) -> None:
    portrait.path.write_bytes(b"")
    with pytest.raises(CameraNotFound, match="missing or damaged"):
        prepare_portrait(portrait, 640, 480)
