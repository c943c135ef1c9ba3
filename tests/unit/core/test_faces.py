from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Box, Frame, Pose, Quality, QualityHint
from tests.fakes.quality_issues import issues_for

places, sides = st.floats(-200, 500), st.floats(0, 500)
boxes = st.builds(Box, places, places, sides, sides)


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_0_and_1(a: Box, b: Box) -> None:
    assert a.iou(b) == pytest.approx(b.iou(a))
    assert 0 <= a.iou(b) <= 1


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9), st.integers(1, 9))
def test_iou_equals_the_count_of_pixels(x: int, y: int, width: int, height: int) -> None:
    mine = {(column, row) for column in range(6) for row in range(4)}
    other = {(column, row) for column in range(x, x + width) for row in range(y, y + height)}
    share = len(mine & other) / len(mine | other)
    assert Box(0, 0, 6, 4).iou(Box(x, y, width, height)) == pytest.approx(share)


@pytest.mark.parametrize("tiny", [Box(0, 0, 1e-200, 1e-200), Box(500, 500, 6e-14, 6e-14), Box(0, 0, 0, 0)])
def test_iou_of_tiny_boxes_is_at_most_1(tiny: Box) -> None:
    assert 0 <= tiny.iou(tiny) <= 1


def test_area_and_centre_of_a_box() -> None:
    assert Box(2, 4, 10, 20).area == 200
    assert Box(2, 4, 10, 20).centre == (7, 14)
    assert Box(2, 4, -10, 20).area == 0


def test_size_of_a_frame() -> None:
    frame = Frame(1, np.zeros((48, 64, 3), np.uint8), 0)
    assert (frame.width, frame.height) == (64, 48)


def test_any_quality_issue_makes_a_face_unusable() -> None:
    good = Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0)
    assert good.is_judgeable
    assert not any(replace(good, quality_issues=issues_for(hint)).is_judgeable for hint in QualityHint)
