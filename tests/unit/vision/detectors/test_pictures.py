"""Single pictures with faces of all sizes."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.faces import Face, Frame, Image
from app.vision.detectors.multi_scale import MAX_PIXELS, scales
from app.vision.detectors.pictures import PictureFaceDetector

Point = tuple[int, int]
SEEN = {
    "src_friends.jpg": [(365, 272), (667, 381)],
    "src_meeting.jpg": [(284, 490), (429, 329), (603, 263), (733, 442), (779, 176)],
    "t1.jpg": [(115, 330), (320, 215), (520, 340), (800, 395), (955, 130), (1180, 330)],
    "two_people.jpg": [(309, 136), (863, 164)],
    "astronaut.png": [(226, 124)],
}
"""The faces that a person counts in the pictures of the evaluation data, by their noses."""


def inside(face: Face, point: Point) -> bool:
    box = face.box
    return box.x < point[0] < box.x + box.width and box.y < point[1] < box.y + box.height


def pasted(picture: Image, portrait: Image, places: list[Point], width: int) -> Image:
    """A copy of a picture with small portraits, the face of each about half as wide."""
    scale = width / portrait.shape[1]
    small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    into = picture.copy()
    for x, y in places:
        into[y : y + small.shape[0], x : x + small.shape[1]] = small
    return into


@pytest.mark.parametrize("width", [45, 60, 90, 160, 400])
def test_all_faces_of_a_crowd_are_found(picture_detector: PictureFaceDetector, hopper: Image, width: int) -> None:
    places = [(x, y) for y in range(40, 900, 520) for x in range(30, 1100, 430)]
    crowd = pasted(np.full((1100, 1600, 3), 110, np.uint8), hopper, places, width)
    faces = picture_detector.detect(Frame(1, crowd, 0))
    assert len(faces) == len(places) == 6
    height = width * hopper.shape[0] / hopper.shape[1]
    for x, y in places:
        assert any(x < face.box.centre[0] < x + width and y < face.box.centre[1] < y + height for face in faces)


def test_a_small_face_behind_a_large_one_is_found_unless_only_prominent_ones_are_wanted(
    picture_detector: PictureFaceDetector, hopper: Image, collins: Image
) -> None:
    wide = np.full((1000, 1500, 3), 110, np.uint8)
    wide[:800, :600] = cv2.resize(hopper, (600, 800))
    wide = pasted(wide, collins, [(1200, 300)], 200)
    assert len(picture_detector.detect(Frame(1, wide, 0))) == 2
    (face,) = picture_detector.detect(Frame(1, wide, 0), least_share=0.5)
    assert face.box.centre[0] < 600


def test_a_long_narrow_picture_is_searched(picture_detector: PictureFaceDetector, hopper: Image) -> None:
    strip = pasted(np.full((300, 20_000, 3), 110, np.uint8), hopper, [(19_500, 20)], 150)
    (face,) = picture_detector.detect(Frame(1, strip, 0))
    assert 19_500 < face.box.centre[0] < 19_650


def test_a_picture_smaller_than_the_network_is_searched(picture_detector: PictureFaceDetector, hopper: Image) -> None:
    small = np.asarray(cv2.resize(hopper, (60, 72), interpolation=cv2.INTER_AREA), np.uint8)
    assert len(picture_detector.detect(Frame(1, small, 0))) == 1
    assert picture_detector.detect(Frame(1, np.zeros((1, 1, 3), np.uint8), 0)) == []


@pytest.mark.parametrize("size", [(3000, 4000), (10_000, 10_000)])
def test_the_largest_scale_is_bounded(size: tuple[int, int]) -> None:
    searched = scales(np.broadcast_to(np.uint8(0), (*size, 3)))
    assert searched == sorted(searched)
    assert searched[-1] ** 2 * size[0] * size[1] == pytest.approx(MAX_PIXELS)


@pytest.mark.eval
@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("scale", [1.0, 0.5, 0.33])
def test_the_faces_that_a_person_counts_are_found(
    picture_detector: PictureFaceDetector, eval_dir: Path, name: str, scale: float
) -> None:
    picture = read_picture(eval_dir / "photos" / name)
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    faces = picture_detector.detect(Frame(1, small, 0))
    for x, y in SEEN[name]:
        assert any(inside(face, (round(x * scale), round(y * scale))) for face in faces)
    assert len(faces) <= len(SEEN[name]) + 1
