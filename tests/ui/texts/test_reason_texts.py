"""Reasons in words."""

import pytest

from app.core.audit import Detail
from app.core.decision import Check, decide
from app.core.faces import QualityHint
from app.core.settings.sections import QualitySettings
from app.ui.texts.reason_texts import Rejection, rejection_of_decision, rejection_of_event
from tests.fakes.pipeline import match, person
from tests.fakes.quality_issues import QUALITY_ISSUES, issues_for


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            Rejection(Check.QUALITY, 31.2, 40.0, QualityHint.TOO_DARK, "min_brightness"),
            "Too dark: 31, needs 40.",
        ),
        (
            Rejection(Check.QUALITY, 39.7, 40.0, QualityHint.TOO_DARK, "min_brightness"),
            "Too dark: 39.7, needs 40.0.",
        ),
        (
            Rejection(Check.QUALITY, 39.99999, 40.0, QualityHint.TOO_DARK, "min_brightness"),
            "Too dark: 40.0000, needs 40.0000.",
        ),
        (
            Rejection(Check.QUALITY, 0.61, 0.85, QualityHint.CUT_OFF, "min_inside"),
            "Cut off: 61 % of the face is in the picture, needs 85 %.",
        ),
        (
            Rejection(Check.QUALITY, 47.3, 40.0, QualityHint.LOOK_AT_CAMERA, "max_yaw"),
            "Turned away by 47°, at most 40°.",
        ),
        (Rejection(Check.QUALITY, 3.0, 5.0, None, "unheard_of"), "Not good enough to be judged: 3, needs 5."),
        (Rejection(Check.QUALITY), "Not good enough to be judged."),
        (Rejection(Check.SIMILARITY, 0.42, 0.53), "Not similar enough: 0.42, needs 0.53."),
        (Rejection(Check.SIMILARITY, 0.529, 0.5301), "Not similar enough: 0.529, needs 0.530."),
        (Rejection(Check.MARGIN, 0.01, 0.03), "Two people fit: 0.01 apart, needs 0.03."),
        (Rejection(Check.NOT_THIS_PERSON, 0.6, 0.9, name="Ada"), "Marked as not Ada."),
        (Rejection(Check.GALLERY_EMPTY), "No people are enrolled."),
    ],
)
def test_rejection_sentence_and_tip(found: Rejection, expected: str) -> None:
    assert found.sentence == expected


@pytest.mark.parametrize("hint", list(QualityHint))
def test_every_hint_has_a_tip_and_every_limit_a_sentence(hint: QualityHint) -> None:
    quality_issue = QUALITY_ISSUES[hint]
    found = rejection_of_decision(decide(None, quality_issues=(quality_issue,)))
    assert found is not None
    assert found.tip
    assert "Not good enough" not in found.sentence
    assert quality_issue.setting in QualitySettings.model_fields


def test_accepted_face_has_no_rejection() -> None:
    assert rejection_of_decision(None) is None
    assert rejection_of_decision(decide(match(who=person()))) is None


def test_event_and_live_view_give_the_same_rejection() -> None:
    decision = decide(None, quality_issues=issues_for(QualityHint.TOO_DARK))
    details: dict[str, Detail] = {
        "gate": "quality",
        "value": 31.2,
        "limit": 40.0,
        "hint": "too-dark",
        "setting": "min_brightness",
    }
    assert rejection_of_event(details, "") == rejection_of_decision(decision)
    assert rejection_of_event({"gate": "not-this-person"}, "Ada") == Rejection(Check.NOT_THIS_PERSON, name="Ada")


@pytest.mark.parametrize("details", [{}, {"gate": None}, {"gate": "unheard-of"}, {"gate": 3}])
def test_event_without_gate_has_no_rejection(details: dict[str, str | int | None]) -> None:
    assert rejection_of_event(details, "") is None


def test_unknown_hint_is_ignored() -> None:
    found = rejection_of_event({"gate": "quality", "hint": "unheard-of", "value": "x"}, "")
    assert found == Rejection(Check.QUALITY)
    assert found.tip == ""
