"""The match decision on runs of frames."""

from dataclasses import dataclass, field

import pytest

from app.core.faces import Embedding
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.kiosk.face_run import RunRule
from app.flows.kiosk.run_tracker import Matched, NotMatched, RunTracker
from app.flows.kiosk.types import BeginRun, DenialReason, KioskRules, Observation
from tests.unit.flows.kiosk.film import ADA, BOB, face

RULES = KioskRules(run=RunRule(frames=2, gap_ns=1000, fresh_ns=1000), reject_after_ns=100)
Outcome = tuple[Verdict, Person | None]
ADA_MATCHES, BOB_MATCHES = (Verdict.MATCH, ADA), (Verdict.MATCH, BOB)
NO_MATCH, AMBIGUOUS, EMPTY = (Verdict.NO_MATCH, ADA), (Verdict.AMBIGUOUS, ADA), (Verdict.GALLERY_EMPTY, None)


@dataclass
class ScriptedAccess:
    """Returns the given comparisons: for each frame that of the run, then that of the frame."""

    comparisons: list[Outcome] = field(default_factory=list)

    def compare(self, probe: Embedding) -> Match:
        verdict, person = self.comparisons.pop(0)
        return Match(verdict, person, 0.5, None, 0.4, 1e-4)

    def denial_reason(self, person: Person) -> DenialReason | None:
        return None


class Frames:
    """Shows frames of one face to a tracker."""

    def __init__(self) -> None:
        self.tracker = RunTracker(RULES)
        self.tracker.follow(Observation([face()], ScriptedAccess(), 0))

    def decide(
        self, at_ns: int, of_run: Outcome, of_frame: Outcome, claimed: Person | None = None
    ) -> Matched | NotMatched | None:
        seen = Observation([face()], ScriptedAccess([of_run, of_frame]), at_ns)
        self.tracker.follow(seen)
        return self.tracker.decide(seen, claimed)


def test_a_run_and_its_latest_frame_must_match_the_same_person() -> None:
    decision = Frames().decide(10, ADA_MATCHES, ADA_MATCHES)
    assert isinstance(decision, Matched)
    assert decision.person == ADA


@pytest.mark.parametrize(
    ("of_run", "of_frame", "reason"),
    [
        (NO_MATCH, NO_MATCH, DenialReason.NOT_RECOGNISED),
        (NO_MATCH, ADA_MATCHES, DenialReason.NOT_RECOGNISED),
        (AMBIGUOUS, NO_MATCH, DenialReason.AMBIGUOUS),
        (ADA_MATCHES, NO_MATCH, DenialReason.NOT_RECOGNISED),
        (ADA_MATCHES, AMBIGUOUS, DenialReason.AMBIGUOUS),
        (EMPTY, EMPTY, DenialReason.GALLERY_EMPTY),
        (ADA_MATCHES, BOB_MATCHES, DenialReason.AMBIGUOUS),
    ],
)
def test_a_run_that_fails_to_match_is_rejected_after_the_rejection_time(
    of_run: Outcome, of_frame: Outcome, reason: DenialReason
) -> None:
    frames = Frames()
    assert frames.decide(10, of_run, of_frame) is None
    assert frames.decide(109, of_run, of_frame) is None
    decision = frames.decide(110, of_run, of_frame)
    assert isinstance(decision, NotMatched)
    assert decision.reason is reason


def test_a_match_restarts_the_rejection_time() -> None:
    frames = Frames()
    frames.decide(10, NO_MATCH, NO_MATCH)
    frames.decide(60, ADA_MATCHES, ADA_MATCHES)
    assert frames.decide(110, NO_MATCH, NO_MATCH) is None
    assert frames.decide(209, NO_MATCH, NO_MATCH) is None
    assert isinstance(frames.decide(210, NO_MATCH, NO_MATCH), NotMatched)


def test_a_new_run_restarts_the_rejection_time() -> None:
    frames = Frames()
    frames.decide(10, NO_MATCH, NO_MATCH)
    frames.tracker.follow(Observation([], ScriptedAccess(), 20))
    began = frames.tracker.follow(Observation([face()], ScriptedAccess(), 30))
    assert began == BeginRun(2, 1)
    assert frames.decide(120, NO_MATCH, NO_MATCH) is None


def test_a_reset_restarts_the_rejection_time() -> None:
    frames = Frames()
    frames.decide(10, NO_MATCH, NO_MATCH)
    frames.tracker.reset()
    frames.tracker.follow(Observation([face()], ScriptedAccess(), 20))
    assert frames.decide(110, NO_MATCH, NO_MATCH) is None


def test_a_match_with_another_person_than_the_claimed_one_is_rejected_immediately() -> None:
    assert isinstance(Frames().decide(10, ADA_MATCHES, ADA_MATCHES, claimed=ADA), Matched)
    decision = Frames().decide(10, ADA_MATCHES, ADA_MATCHES, claimed=BOB)
    assert isinstance(decision, NotMatched)
    assert decision.reason is DenialReason.NOT_RECOGNISED


def test_an_incomplete_run_is_not_decided() -> None:
    tracker = RunTracker(RULES)
    seen = Observation([face()], ScriptedAccess(), 0)
    assert tracker.follow(seen) == BeginRun(1, 1)
    assert tracker.decide(seen, None) is None
    tracker.reset()
    assert (tracker.run, tracker.track) == (None, 0)
    assert tracker.decide(seen, None) is None
