import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.faces import Face, Image
from app.vision.alignment import ANCHORS, TEMPLATE, align, similarity_transform
from app.vision.detectors.base import face_from_landmarks

angles = st.floats(-np.pi, np.pi)
scales = st.floats(0.1, 10)
shifts = st.floats(-500, 500)


@given(angle=angles, scale=scales, x=shifts, y=shifts)
def test_a_similarity_is_recovered_exactly(angle: float, scale: float, x: float, y: float) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (TEMPLATE @ turn.T + [x, y]).astype(np.float32)
    found = similarity_transform(TEMPLATE, moved)
    np.testing.assert_allclose(found, np.column_stack([turn, [x, y]]), atol=2e-2 * scale)


def test_points_that_do_not_fit_are_brought_as_close_as_can_be() -> None:
    random = np.random.default_rng(3)
    source = random.uniform(0, 100, (5, 2)).astype(np.float32)
    target = random.uniform(0, 100, (5, 2)).astype(np.float32)
    best = similarity_transform(source, target)

    def error(matrix: NDArray[np.float64]) -> float:
        return float((((source @ matrix[:, :2].T + matrix[:, 2]) - target) ** 2).sum())

    for row in range(2):
        for column in range(3):
            other = best.copy()
            step = 1e-2
            other[row, column] += step
            # Keep the other matrix a similarity, else it could fit better.
            if column < 2:
                other[1 - row, 1 - column] += step if row == column else -step
            assert error(other) >= error(best)


def test_points_all_in_one_place_do_not_divide_by_zero() -> None:
    assert np.isfinite(similarity_transform(np.ones((5, 2), np.float32), TEMPLATE)).all()


@pytest.mark.parametrize("enlarged", [0.7, 1.0, 3.0, 8.0])
def test_eyes_nose_and_mouth_land_on_the_template(enlarged: float) -> None:
    """Coloured spots at the five points of a face are at the template's positions, at every size of face."""
    picture = np.zeros((900, 900, 3), np.uint8)
    points = np.tile(np.array([450, 450, 0], np.float32), (478, 1))
    points[list(ANCHORS), :2] = (TEMPLATE - 56) * enlarged + 450
    points[0, :2] = points[list(ANCHORS), :2].min(axis=0)
    for x, y in points[list(ANCHORS), :2]:
        cv2.circle(picture, (round(float(x)), round(float(y))), max(2, round(2 * enlarged)), (255, 255, 255), -1)
    aligned = align(picture, face_from_landmarks(points))
    assert aligned.image.shape == (112, 112, 3)
    assert aligned.scale == pytest.approx(1 / enlarged, rel=1e-3)
    grey = cv2.GaussianBlur(aligned.image[..., 0], (0, 0), 1.5).astype(float)
    for x, y in TEMPLATE:
        patch = grey[round(y) - 5 : round(y) + 6, round(x) - 5 : round(x) + 6]
        rows, columns = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]]
        centre = (patch * columns).sum() / patch.sum() - 5, (patch * rows).sum() / patch.sum() - 5
        assert np.hypot(centre[0] + round(x) - x, centre[1] + round(y) - y) < 0.8


def test_a_large_face_is_averaged_down_and_not_sampled() -> None:
    """Fine stripes become grey; sampling single pixels would leave them black and white."""
    picture = np.zeros((1600, 1600, 3), np.uint8)
    picture[:, ::2] = 255
    points = np.tile(np.array([800, 800, 0], np.float32), (478, 1))
    points[list(ANCHORS), :2] = (TEMPLATE - 56) * 11 + 800
    points[0, :2], points[2, :2] = (300, 300), (1300, 1300)
    grey = align(picture, face_from_landmarks(points)).image[40:80, 40:80]
    assert grey.std() < 10
    assert grey.mean() == pytest.approx(127.5, abs=3)


def test_a_face_outside_of_the_picture_comes_out_black(face: Face) -> None:
    away = face_from_landmarks(face.landmarks + np.array([5000, 5000, 0], np.float32))
    assert align(np.full((300, 300, 3), 200, np.uint8), away).image.max() == 0
    large = face_from_landmarks(face.landmarks * np.array([9, 9, 9], np.float32) + np.array([9000, 0, 0], np.float32))
    assert align(np.full((300, 300, 3), 200, np.uint8), large).image.max() == 0


def test_the_picture_is_not_written_to(hopper: Image, face: Face) -> None:
    before = hopper.copy()
    align(hopper, face)
    np.testing.assert_array_equal(hopper, before)


def test_another_side_scales_the_template(face: Face) -> None:
    picture = np.full((400, 400, 3), 90, np.uint8)
    assert align(picture, face, side=64).image.shape == (64, 64, 3)
    assert align(picture, face, side=64).scale == pytest.approx(align(picture, face).scale * 64 / 112)
