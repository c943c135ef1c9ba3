from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.core.people import Person
from app.core.reasons import FrameRun, Gate, Reasons
from app.core.types import Hint, Match, RuledOut, Verdict
from tests.fakes.faults import lacking

ADA = Person("ada", "Ada", datetime(2026, 1, 1, tzinfo=UTC), 1)
RUN = FrameRun(7, 9, 3)
STRANGER = Match(Verdict.NO_MATCH, ADA, 0.42, 0.3, 0.53, 1e-3, 0.03)


@pytest.mark.parametrize(
    ("match", "gate", "figures"),
    [
        (replace(STRANGER, verdict=Verdict.MATCH, similarity=0.71), None, (0.71, 0.53)),
        (STRANGER, Gate.SIMILARITY, (0.42, 0.53)),
        (replace(STRANGER, verdict=Verdict.AMBIGUOUS, similarity=0.6, runner_up=0.59), Gate.MARGIN, (0.01, 0.03)),
        (replace(STRANGER, ruled_out=RuledOut(ADA, 0.6, 0.8)), Gate.NOT_THIS_PERSON, (0.6, 0.8)),
        (Match(Verdict.NOBODY_ENROLLED, None, -1.0, None, 0.53, 1.0), Gate.NOBODY_ENROLLED, (None, None)),
    ],
)
def test_a_comparison_names_its_gate_and_by_how_much(
    match: Match, gate: Gate | None, figures: tuple[float | None, float | None]
) -> None:
    reasons = Reasons(RUN, match)
    assert reasons.gate is gate
    assert (reasons.value, reasons.limit) == pytest.approx(figures)


def test_a_face_that_was_not_judged_names_the_first_thing_to_mend() -> None:
    reasons = Reasons(RUN, shortfalls=lacking(Hint.TOO_DARK, Hint.HOLD_STILL))
    assert reasons.gate is Gate.QUALITY
    assert (reasons.value, reasons.limit) == (31.2, 40.0)
    assert (Reasons(RUN).gate, Reasons(RUN).value, Reasons(RUN).limit) == (Gate.QUALITY, None, None)


def test_somebody_accepted_instead_of_whom_it_was_marked_as_not_is_accepted() -> None:
    accepted = replace(STRANGER, verdict=Verdict.MATCH, similarity=0.71, ruled_out=RuledOut(ADA, 0.6, 0.8))
    assert Reasons(RUN, accepted).gate is None
