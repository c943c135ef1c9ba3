import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Box, Match, Verdict

sides = st.floats(0, 500)
boxes = st.builds(Box, st.floats(-200, 500), st.floats(-200, 500), sides, sides)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_a_share(a: Box, b: Box) -> None:
    assert a.iou(b) == pytest.approx(b.iou(a))
    assert 0 <= a.iou(b) <= 1 + 1e-9


def test_overlap_of_known_boxes() -> None:
    assert Box(0, 0, 10, 10).iou(Box(0, 0, 10, 10)) == 1
    assert Box(0, 0, 10, 10).iou(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert Box(0, 0, 10, 10).iou(Box(20, 0, 10, 10)) == 0
    assert Box(2, 4, 10, 20).centre == (7, 14)


def test_only_a_match_is_accepted() -> None:
    for verdict in Verdict:
        match = Match(verdict, None, 0.9, 0.5, 0.53, 1e-6)
        assert match.accepted is (verdict is Verdict.MATCH)
        assert match.margin == pytest.approx(0.4)
