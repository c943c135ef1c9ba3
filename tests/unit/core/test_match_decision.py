from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.match_decision import (
    Match,
    OperatingPoint,
    Verdict,
    canonical_fmr,
)


@pytest.mark.parametrize("point", OperatingPoint)
def test_operating_point_is_named_by_its_rate(point: OperatingPoint) -> None:
    assert f"{point.fmr:.0e}" == point.value.replace("e-", "e-0")
    assert canonical_fmr(point) == canonical_fmr(point.fmr) == point.value


@pytest.mark.parametrize("rate", ["1e-6", "1e-2"])
def test_both_ends_of_the_range_are_valid(rate: str) -> None:
    assert canonical_fmr(rate) == rate


@given(st.floats(1e-6, 1e-2))
def test_canonical_fmr_is_close_and_idempotent(rate: float) -> None:
    spelt = canonical_fmr(rate)
    assert float(spelt) == pytest.approx(rate, rel=0.005)
    assert canonical_fmr(spelt) == canonical_fmr(Decimal(spelt)) == canonical_fmr(float(spelt)) == spelt


@pytest.mark.parametrize(
    "value", ["", "strict", None, "nan", "inf", "-1e-4", 0, 1, "9.999e-7", "1.001e-2", [1e-4], True]
)
def test_invalid_rates_are_rejected(value: object) -> None:
    with pytest.raises(ValueError, match="Use a rate"):
        canonical_fmr(value)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_verdict_match_is_accepted(verdict: Verdict) -> None:
    match = Match(verdict, None, 0.9, 0.5, 0.53, 1e-6)
    assert match.accepted is (verdict is Verdict.MATCH)
    assert match.margin == pytest.approx(0.4)
    assert replace(match, runner_up=None).margin is None
