from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import QualityHint
from app.core.match_decision import (
    DecisionReasons,
    FrameRun,
    Match,
    NegativeMatch,
    OperatingPoint,
    RejectionReason,
    Verdict,
    canonical_fmr,
)
from app.core.people import Person
from tests.fakes.quality_issues import issues_for


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


ADA = Person("ada", "Ada", datetime(2026, 1, 1, tzinfo=UTC), 1)
RUN = FrameRun(7, 9, 3)
STRANGER = Match(Verdict.NO_MATCH, ADA, 0.42, 0.3, 0.53, 1e-3, 0.03)


@pytest.mark.parametrize(
    ("match", "gate", "figures"),
    [
        (replace(STRANGER, verdict=Verdict.MATCH, similarity=0.71), None, (0.71, 0.53)),
        (STRANGER, RejectionReason.SIMILARITY, (0.42, 0.53)),
        (
            replace(STRANGER, verdict=Verdict.AMBIGUOUS, similarity=0.6, runner_up=0.59),
            RejectionReason.MARGIN,
            (0.01, 0.03),
        ),
        (replace(STRANGER, negative_match=NegativeMatch(ADA, 0.6, 0.8)), RejectionReason.NOT_THIS_PERSON, (0.6, 0.8)),
        (Match(Verdict.GALLERY_EMPTY, None, -1.0, None, 0.53, 1.0), RejectionReason.GALLERY_EMPTY, (None, None)),
    ],
)
def test_rejection_reason_value_and_limit(
    match: Match, gate: RejectionReason | None, figures: tuple[float | None, float | None]
) -> None:
    reasons = DecisionReasons(RUN, match)
    assert reasons.rejection is gate
    assert (reasons.value, reasons.limit) == pytest.approx(figures)


def test_unjudged_face_reports_its_first_quality_issue() -> None:
    reasons = DecisionReasons(RUN, quality_issues=issues_for(QualityHint.TOO_DARK, QualityHint.HOLD_STILL))
    assert reasons.rejection is RejectionReason.QUALITY
    assert (reasons.value, reasons.limit) == (31.2, 40.0)
    assert (DecisionReasons(RUN).rejection, DecisionReasons(RUN).value, DecisionReasons(RUN).limit) == (
        RejectionReason.QUALITY,
        None,
        None,
    )


def test_match_with_another_person_excluded_is_accepted() -> None:
    accepted = replace(STRANGER, verdict=Verdict.MATCH, similarity=0.71, negative_match=NegativeMatch(ADA, 0.6, 0.8))
    reasons = DecisionReasons(RUN, accepted)
    assert reasons.rejection is None
    assert (reasons.value, reasons.limit) == (0.71, 0.53)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_verdict_match_is_accepted(verdict: Verdict) -> None:
    match = Match(verdict, None, 0.9, 0.5, 0.53, 1e-6)
    assert match.accepted is (verdict is Verdict.MATCH)
    assert match.margin == pytest.approx(0.4)
    assert replace(match, runner_up=None).margin is None
