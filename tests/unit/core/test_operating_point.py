from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.operating_point import OperatingPoint, canonical_fmr


@pytest.mark.parametrize("point", OperatingPoint)
def test_a_point_is_named_by_its_rate(point: OperatingPoint) -> None:
    assert f"{point.fmr:.0e}" == point.value.replace("e-", "e-0")
    assert canonical_fmr(point) == canonical_fmr(point.fmr) == point.value


@given(st.floats(1e-6, 1e-2))
def test_a_spelling_is_near_what_was_meant_and_its_own(rate: float) -> None:
    spelt = canonical_fmr(rate)
    assert float(spelt) == pytest.approx(rate, rel=0.005)
    assert canonical_fmr(spelt) == canonical_fmr(Decimal(spelt)) == canonical_fmr(float(spelt)) == spelt


@pytest.mark.parametrize(
    "value", ["", "strict", None, "nan", "inf", "-1e-4", 0, 1, "9.999e-7", "1.001e-2", [1e-4], True]
)
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="Use a rate"):
        canonical_fmr(value)
