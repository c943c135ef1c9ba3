import math

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.vision.detectors.region import Region, region_around, region_of_landmarks

REGIONS = st.builds(
    Region,
    x=st.floats(-50, 700),
    y=st.floats(-50, 500),
    side=st.floats(1, 900),
    angle=st.floats(-math.pi, math.pi),
)


@given(REGIONS, st.integers(8, 256))
def test_the_matrix_puts_the_centre_in_the_centre_and_keeps_the_scale(region: Region, size: int) -> None:
    matrix = region.matrix(size)
    np.testing.assert_allclose(matrix @ [size / 2, size / 2, 1], [region.x, region.y], atol=1e-6)
    right = matrix[:, :2] @ [size, 0]
    np.testing.assert_allclose(np.hypot(*right), region.side, rtol=1e-9)
    np.testing.assert_allclose(np.linalg.det(matrix[:, :2]), (region.side / size) ** 2, rtol=1e-9)


def test_a_crop_holds_what_the_region_encloses() -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[40:60, 90:110] = 255
    crop = np.zeros((32, 32, 3), np.uint8)
    Region(100, 50, 20, 0.0).crop(picture, crop)
    assert crop.min() > 0
    Region(10, 50, 20, 0.0).crop(picture, crop)
    assert crop.max() == 0


def test_the_edge_is_repeated_outside_the_picture_by_default() -> None:
    crop = np.full((32, 32, 3), 7, np.uint8)
    white = np.full((100, 100, 3), 255, np.uint8)
    Region(0, 0, 40, 0.0).crop(white, crop)
    assert crop.min() == 255
    Region(0, 0, 40, 0.0).crop(white, crop, cv2.BORDER_CONSTANT)
    assert crop[:15, :15].max() == 0
    assert crop[17:, 17:].min() == 255


def test_a_tilted_face_is_aligned_upright() -> None:
    low, high = np.array([10.0, 20.0]), np.array([110.0, 100.0])
    region = region_around(low, high, np.array([30.0, 40.0]), np.array([80.0, 90.0]))
    assert (region.x, region.y, region.side) == (60, 60, 150)
    assert math.isclose(region.angle, math.pi / 4)
    assert region.box.centre == (60, 60)


def test_the_next_region_encloses_the_landmarks(mesh: NDArray[np.float32]) -> None:
    region = region_of_landmarks(mesh)
    flat = mesh[:, :2]
    np.testing.assert_allclose([region.x, region.y], (flat.min(axis=0) + flat.max(axis=0)) / 2, rtol=1e-6)
    assert math.isclose(region.side, 1.5 * float(np.ptp(flat, axis=0).max()), rel_tol=1e-6)
    assert region.angle == 0.0
