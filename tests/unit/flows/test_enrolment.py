from dataclasses import replace

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.core.types import AnalyzedFace, Box, Embedding, Face, Hint, Pose, Quality
from app.flows.enrolment import EnrolmentFlow, EnrolmentPlan, EnrolmentState, Guidance
from tests.fakes.faults import lacking

PLAN = EnrolmentPlan(wanted=3, interval_ns=100, timeout_ns=10_000, same_person=0.45)
GOOD = Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0)
NO_POINTS = np.zeros((478, 3), np.float32)


def face(who: int = 0, width: float = 100, hints: tuple[Hint, ...] = ()) -> AnalyzedFace:
    embedding = None if hints else Embedding(np.eye(8, dtype=np.float32)[who], "m")
    return AnalyzedFace(Face(Box(0, 0, width, width), NO_POINTS), replace(GOOD, shortfalls=lacking(*hints)), embedding)


def test_pictures_are_taken_at_intervals_until_there_are_enough() -> None:
    flow = EnrolmentFlow(PLAN)
    taken = [flow.observe([face()], now).taken for now in (0, 50, 100, 150, 200)]
    assert taken == [1, 1, 2, 2, 3]
    assert flow.status.state is EnrolmentState.COMPLETE
    assert len(flow.samples) == 3
    assert flow.observe([face()], 900).taken == 3


@pytest.mark.parametrize(
    ("faces", "guidance"),
    [
        ([], Guidance.SHOW_FACE),
        ([face(), face(1)], Guidance.ONE_AT_A_TIME),
        ([face(hints=(Hint.TOO_DARK,))], Guidance.IMPROVE),
        ([face(1)], Guidance.SOMEONE_ELSE),
    ],
)
def test_a_frame_that_cannot_be_used_is_not_taken_and_says_why(faces: list[AnalyzedFace], guidance: Guidance) -> None:
    flow = EnrolmentFlow(PLAN)
    flow.observe([face()], 0)
    status = flow.observe(faces, 500)
    assert (status.taken, status.guidance) == (1, guidance)
    assert status.hints == ((Hint.TOO_DARK,) if guidance is Guidance.IMPROVE else ())


def test_a_bystander_far_behind_does_not_disturb() -> None:
    assert EnrolmentFlow(PLAN).observe([face(), face(1, width=40)], 0).taken == 1


def test_too_long_leaves_nothing() -> None:
    flow = EnrolmentFlow(PLAN)
    flow.observe([face()], 0)
    assert flow.observe([face()], 10_001).state is EnrolmentState.TIMED_OUT
    assert flow.samples == ()


def test_a_cancel_leaves_nothing_and_comes_too_late_after_the_end() -> None:
    flow = EnrolmentFlow(PLAN)
    flow.observe([face()], 0)
    assert flow.cancel().state is EnrolmentState.CANCELLED
    assert flow.samples == ()
    assert flow.observe([face()], 500).state is EnrolmentState.CANCELLED
    done = EnrolmentFlow(replace(PLAN, wanted=1))
    done.observe([face()], 0)
    assert done.cancel().state is EnrolmentState.COMPLETE
    assert len(done.samples) == 1


class EnrolmentMachine(RuleBasedStateMachine):
    """Up to three people before the camera, near and far, well and badly seen, at any pace."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = EnrolmentFlow(PLAN)
        self.now = 0
        self.taken_at: list[int] = []
        self.first: int | None = None

    @rule(
        near=st.lists(st.integers(0, 2), max_size=2),
        far=st.lists(st.integers(0, 2), max_size=1),
        good=st.booleans(),
        wait=st.integers(0, 300),
    )
    def a_frame_comes(self, near: list[int], far: list[int], good: bool, wait: int) -> None:
        self.now += wait
        before = self.flow.status
        hints = () if good else (Hint.HOLD_STILL,)
        faces = [face(who, hints=hints) for who in near] + [face(who, width=30) for who in far if near]
        status = self.flow.observe(faces, self.now)
        if before.state is not EnrolmentState.COLLECTING:
            assert status == before
        elif status.taken > before.taken:
            self._taken(near, good=good)

    def _taken(self, near: list[int], *, good: bool) -> None:
        assert len(near) == 1
        assert good
        self.first = near[0] if self.first is None else self.first
        assert near[0] == self.first
        assert not self.taken_at or self.now - self.taken_at[-1] >= PLAN.interval_ns
        self.taken_at.append(self.now)

    @precondition(lambda self: self.taken_at)
    @rule()
    def somebody_gives_up(self) -> None:
        before = self.flow.status
        after = self.flow.cancel()
        if before.state is not EnrolmentState.COLLECTING:
            assert after == before

    @precondition(lambda self: self.taken_at)
    @rule()
    def it_takes_too_long(self) -> None:
        self.now += PLAN.timeout_ns + 1

    @invariant()
    def pictures_are_there_while_collecting_and_when_complete_and_never_too_many(self) -> None:
        status, pictures = self.flow.status, len(self.flow.samples)
        kept = status.state in {EnrolmentState.COLLECTING, EnrolmentState.COMPLETE}
        assert status.taken == pictures == (len(self.taken_at) if kept else 0)
        assert pictures <= PLAN.wanted
        assert (status.state is EnrolmentState.COMPLETE) is (pictures == PLAN.wanted)


def test_any_order_of_events_keeps_the_promises() -> None:
    run_state_machine_as_test(EnrolmentMachine, settings=settings(max_examples=30, stateful_step_count=20))
