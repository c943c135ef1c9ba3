import numpy as np
import pytest

from app.core.faces import Image
from app.vision.detectors.blazeface import BlazeFace, anchors, decode, merge


def test_there_are_896_anchors() -> None:
    centres = anchors()
    assert centres.shape == (896, 2)
    np.testing.assert_allclose(centres[:2], [[1 / 32, 1 / 32]] * 2)
    np.testing.assert_allclose(centres[2], [3 / 32, 1 / 32])
    np.testing.assert_allclose(centres[512:518], [[1 / 16, 1 / 16]] * 6)
    np.testing.assert_allclose(centres[-1], [15 / 16, 15 / 16])


def test_decoding_undoes_the_anchor_and_the_scale() -> None:
    raw = np.array([[12.8, 0, 25.6, 51.2, *([6.4, -6.4] * 6)]], np.float32)
    (points,) = decode(raw, np.array([[0.5, 0.5]], np.float32))
    np.testing.assert_allclose(points[:2], [[0.5, 0.3], [0.7, 0.7]], atol=1e-6)
    np.testing.assert_allclose(points[2:], [[0.55, 0.45]] * 6, atol=1e-6)


def box(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y + side], *[[x, y]] * 6]


def test_overlapping_detections_are_averaged_by_their_scores() -> None:
    points = np.array([box(0.2, 0.2, 0.2), box(0.7, 0.7, 0.2), box(0.22, 0.2, 0.2)], np.float32)
    faces = merge(points, np.array([0.6, 0.95, 0.9]))
    np.testing.assert_allclose(faces[0], points[1], atol=1e-6)
    np.testing.assert_allclose(faces[1][0, 0], (0.6 * 0.2 + 0.9 * 0.22) / 1.5, atol=1e-6)
    assert len(faces) == 2


def test_a_detection_without_extent_is_not_merged() -> None:
    points = np.array([box(0.2, 0.2, 0.0), box(0.2, 0.2, 0.0)], np.float32)
    assert len(merge(points, np.array([0.6, 0.7]))) == 2


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_uniform_picture_contains_no_face(finder: BlazeFace, value: int) -> None:
    assert finder.find(np.full((480, 640, 3), value, np.uint8)) == []


def test_a_portrait_contains_one_face(finder: BlazeFace, hopper: Image) -> None:
    (region,) = finder.find(hopper)
    assert abs(region.x - 265) < 40
    assert abs(region.y - 215) < 60
    assert abs(region.angle) < 0.2
