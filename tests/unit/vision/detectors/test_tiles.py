"""Small and distant faces in consecutive frames."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.faces import Box, Face, Frame, Image
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.direct import DirectVideoDetector
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.detectors.region import TILES_WITHOUT_FACES, TileSchedule, all_tiles


@pytest.mark.parametrize(("height", "width", "count"), [(720, 1280, 26), (480, 640, 6), (300, 400, 0)])
def test_all_tiles_are_searched_in_turn(height: int, width: int, count: int) -> None:
    image, tiles = np.empty((height, width, 3), np.uint8), TileSchedule()
    every = all_tiles(height, width)
    assert len(every) == count
    rounds = -(-count // TILES_WITHOUT_FACES) or 1
    searched = [square for _ in range(rounds) for square in tiles.next(image, TILES_WITHOUT_FACES)]
    assert searched == every
    assert tiles.next(image, TILES_WITHOUT_FACES) == every[:TILES_WITHOUT_FACES]


def test_every_point_of_a_picture_is_well_inside_some_tile() -> None:
    for y in range(50, 671, 30):
        for x in range(50, 1231, 30):
            assert any(
                min(x - square.box.x, y - square.box.y) >= 50
                and min(square.box.x + square.side - x, square.box.y + square.side - y) >= 50
                for square in all_tiles(720, 1280)
                if square.side == 400
            )


def test_another_frame_size_restarts_the_tiles() -> None:
    tiles = TileSchedule()
    tiles.next(np.empty((720, 1280, 3), np.uint8), TILES_WITHOUT_FACES)
    assert (
        tiles.next(np.empty((480, 640, 3), np.uint8), TILES_WITHOUT_FACES) == all_tiles(480, 640)[:TILES_WITHOUT_FACES]
    )


def followed(detector: DirectVideoDetector, image: Image, frames: int) -> list[Box]:
    """The faces after a number of frames of a still picture."""
    faces: list[Face] = []
    for number in range(1, frames + 1):
        faces = detector.detect(Frame(number, image, number * 33_000_000))
    return [face.box for face in faces]


def test_a_distant_face_is_found_within_a_quarter_of_a_second_and_tracked(
    finder: BlazeFace, face_mesh: FaceMesh, blendshapes: BlendshapeNetwork, hopper: Image
) -> None:
    scale = 200 / max(hopper.shape[:2])
    small = np.asarray(cv2.resize(hopper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    image: Image = np.full((720, 1280, 3), 120, np.uint8)
    image[450 : 450 + small.shape[0], 900 : 900 + small.shape[1]] = small
    assert finder.find(image) == []
    detector = DirectVideoDetector(finder, face_mesh, blendshapes, max_faces=4)
    assert len(followed(detector, image, 7)) == 1
    assert len(followed(detector, image, 20)) == 1


def test_a_distant_face_is_found_within_two_seconds_while_a_near_one_is_tracked(
    finder: BlazeFace, face_mesh: FaceMesh, blendshapes: BlendshapeNetwork, hopper: Image, collins: Image
) -> None:
    image: Image = np.full((720, 1280, 3), 120, np.uint8)
    image[: min(len(hopper), 600), :480] = cv2.resize(hopper, (480, 600))[:600]
    detector = DirectVideoDetector(finder, face_mesh, blendshapes, max_faces=4)
    assert len(followed(detector, image, 20)) == 1
    image[420:700, 960:1200] = cv2.resize(collins, (240, 280), interpolation=cv2.INTER_AREA)
    assert len(followed(detector, image, 75)) == 2


@pytest.mark.eval
def test_a_group_is_found_in_which_the_whole_picture_shows_none(
    finder: BlazeFace, face_mesh: FaceMesh, blendshapes: BlendshapeNetwork, eval_dir: Path
) -> None:
    image = read_picture(eval_dir / "photos" / "t1.jpg")
    assert image.shape[:2] == (886, 1280)
    assert finder.find(image) == []
    boxes = followed(DirectVideoDetector(finder, face_mesh, blendshapes, max_faces=16), image, 60)
    for x, y in ((115, 330), (320, 215), (520, 340), (800, 395), (955, 130), (1180, 330)):
        assert any(box.x < x < box.x + box.width and box.y < y < box.y + box.height for box in boxes)
