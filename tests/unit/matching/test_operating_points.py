import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.operating_points import FmrCurve

POINTS = [(1e-2, 0.35), (1e-3, 0.45), (1e-4, 0.53), (1e-6, 0.64)]
CURVE = FmrCurve(POINTS)


@pytest.mark.parametrize(("fmr", "threshold"), POINTS)
def test_measured_points_come_back(fmr: float, threshold: float) -> None:
    assert CURVE.threshold_for(fmr) == pytest.approx(threshold)
    assert CURVE.fmr_at(threshold) == pytest.approx(fmr)


@given(st.floats(1e-9, 0.5))
def test_rate_and_threshold_are_inverse(fmr: float) -> None:
    assert CURVE.fmr_at(CURVE.threshold_for(fmr)) == pytest.approx(fmr, rel=1e-6)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_higher_similarity_is_never_reached_by_more_strangers(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert CURVE.fmr_at(high) <= CURVE.fmr_at(low) <= 1


@pytest.mark.parametrize("points", [[], [(1e-2, 0.3)], [(1e-3, 0.3), (1e-2, 0.4)], [(1e-2, 0.4), (1e-3, 0.3)]])
def test_points_that_make_no_curve_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="point"):
        FmrCurve(points)
