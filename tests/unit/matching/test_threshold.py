import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.threshold import FmrCurve

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


curves = st.lists(st.tuples(st.floats(0.1, 2), st.floats(0.001, 0.5)), min_size=2, max_size=6).map(
    lambda steps: FmrCurve(
        [
            (10 ** -sum(down for down, _ in steps[: i + 1]), sum(up for _, up in steps[: i + 1]) - 1)
            for i in range(len(steps))
        ]
    )
)


@given(curves, st.floats(-1, 1), st.floats(-1, 1), st.floats(1e-12, 0.9))
def test_any_fmr_curve_falls_is_a_share_and_inverts_itself(curve: FmrCurve, a: float, b: float, fmr: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= curve.fmr_at(high) <= curve.fmr_at(low) <= 1
    assert curve.fmr_at(curve.threshold_for(fmr)) == pytest.approx(fmr, rel=1e-6)


def test_steep_curves_do_not_overflow_and_nan_has_an_fmr_of_one() -> None:
    steep = FmrCurve([(1e-2, 0.35), (1e-4, 0.3501)])
    assert (steep.fmr_at(-1), steep.fmr_at(1)) == (1, 0)
    assert CURVE.fmr_at(float("nan")) == 1


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(1e-2, 0.3)],
        [(1e-3, 0.3), (1e-2, 0.4)],
        [(1e-2, 0.4), (1e-3, 0.3)],
        [(1e-2, 0.3), (1e-2, 0.4)],
        [(1e-2, 0.3), (1e-3, 0.3)],
    ],
)
def test_points_that_make_no_curve_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="point"):
        FmrCurve(points)
