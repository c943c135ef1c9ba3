"""Reasons in words."""

import pytest

from app.core.audit import Detail
from app.core.reasons import FrameRun, Gate, Reasons
from app.core.settings import QualitySettings
from app.core.types import Hint
from app.ui.reason_texts import Finding, finding, finding_of
from tests.fakes.faults import FAULTS, lacking
from tests.ui.fakes import match, person


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Finding(Gate.QUALITY, 31.2, 40.0, Hint.TOO_DARK, "min_brightness"), "Too dark: 31, needs 40."),
        (Finding(Gate.QUALITY, 39.7, 40.0, Hint.TOO_DARK, "min_brightness"), "Too dark: 39.7, needs 40.0."),
        (Finding(Gate.QUALITY, 39.99999, 40.0, Hint.TOO_DARK, "min_brightness"), "Too dark: 40.0000, needs 40.0000."),
        (
            Finding(Gate.QUALITY, 0.61, 0.85, Hint.CUT_OFF, "min_inside"),
            "Cut off: 61 % of the face is in the picture, needs 85 %.",
        ),
        (Finding(Gate.QUALITY, 47.3, 40.0, Hint.LOOK_AT_CAMERA, "max_yaw"), "Turned away by 47°, at most 40°."),
        (Finding(Gate.QUALITY, 3.0, 5.0, None, "unheard_of"), "Not good enough to be judged: 3, needs 5."),
        (Finding(Gate.QUALITY), "Not good enough to be judged."),
        (Finding(Gate.SIMILARITY, 0.42, 0.53), "Not similar enough: 0.42, needs 0.53."),
        (Finding(Gate.SIMILARITY, 0.529, 0.5301), "Not similar enough: 0.529, needs 0.530."),
        (Finding(Gate.MARGIN, 0.01, 0.03), "Two people fit: 0.01 apart, needs 0.03."),
        (Finding(Gate.NOT_THIS_PERSON, 0.6, 0.9, name="Ada"), "Marked as not Ada."),
        (Finding(Gate.NOBODY_ENROLLED), "Nobody is enrolled."),
    ],
)
def test_a_finding_in_words(found: Finding, expected: str) -> None:
    assert found.sentence == expected


@pytest.mark.parametrize("hint", list(Hint))
def test_every_hint_has_a_tip_and_every_limit_a_sentence_of_its_own(hint: Hint) -> None:
    shortfall = FAULTS[hint]
    found = finding(Reasons(FrameRun(1, 10, 10), shortfalls=(shortfall,)))
    assert found is not None
    assert found.tip
    assert "Not good enough" not in found.sentence
    assert shortfall.setting in QualitySettings.model_fields


def test_who_was_accepted_has_nothing_to_explain() -> None:
    assert finding(None) is None
    assert finding(Reasons(FrameRun(1, 3, 3), match(who=person()))) is None


def test_an_event_says_the_same_as_the_live_view() -> None:
    reasons = Reasons(FrameRun(1, 10, 10), shortfalls=lacking(Hint.TOO_DARK))
    details: dict[str, Detail] = {
        "gate": "quality",
        "value": 31.2,
        "limit": 40.0,
        "hint": "too-dark",
        "setting": "min_brightness",
    }
    assert finding_of(details, "") == finding(reasons)
    assert finding_of({"gate": "not-this-person"}, "Ada") == Finding(Gate.NOT_THIS_PERSON, name="Ada")


@pytest.mark.parametrize("details", [{}, {"gate": None}, {"gate": "unheard-of"}, {"gate": 3}])
def test_an_event_that_tells_of_no_gate_has_nothing_to_explain(details: dict[str, str | int | None]) -> None:
    assert finding_of(details, "") is None


def test_a_hint_of_a_later_version_is_left_out() -> None:
    found = finding_of({"gate": "quality", "hint": "unheard-of", "value": "x"}, "")
    assert found == Finding(Gate.QUALITY)
    assert found.tip == ""
