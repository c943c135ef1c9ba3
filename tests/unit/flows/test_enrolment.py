from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import AnalyzedFace, Box, Embedding, Face, Hint, Pose, Quality
from app.flows.enrolment import EnrolmentFlow, EnrolmentPlan, EnrolmentState, Guidance

PLAN = EnrolmentPlan(wanted=3, interval_ns=100, timeout_ns=10_000, same_person=0.45)
GOOD = Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0)
NO_POINTS = np.zeros((478, 3), np.float32)


def face(who: int = 0, width: float = 100, hints: tuple[Hint, ...] = ()) -> AnalyzedFace:
    embedding = None if hints else Embedding(np.eye(8, dtype=np.float32)[who], "m")
    return AnalyzedFace(Face(Box(0, 0, width, width), NO_POINTS), replace(GOOD, hints=hints), embedding)


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


frames = st.lists(st.tuples(st.lists(st.integers(0, 3), max_size=3), st.integers(0, 400), st.booleans()), max_size=40)


@given(frames)
def test_only_one_person_is_ever_taken_and_never_too_many(film: list[tuple[list[int], int, bool]]) -> None:
    flow, now, last = EnrolmentFlow(PLAN), 0, 0
    for who, wait, good in film:
        now += wait
        before = flow.status.taken
        status = flow.observe([face(w, hints=() if good else (Hint.HOLD_STILL,)) for w in who], now)
        if status.taken > before:
            assert (len(who), good) == (1, True)
            assert before == 0 or now - last >= PLAN.interval_ns
            last = now
    assert len(flow.samples) <= PLAN.wanted
    vectors = {tuple(sample.embedding.vector) for sample in flow.samples}
    assert len(vectors) <= 1
