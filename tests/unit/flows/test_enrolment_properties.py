"""Properties of the enrolment flow for any sequence of frames of any people."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.faces import AnalyzedFace, HeadPose, QualityHint
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, EnrolmentStatus
from tests.unit.flows.enrolment_frames import PLAN, POSES, STREAK, face, match, score

RUNNING = {EnrolmentState.COLLECTING, EnrolmentState.TESTING}
FORWARD = {
    EnrolmentState.COLLECTING: set(EnrolmentState),
    EnrolmentState.TESTING: set(EnrolmentState) - {EnrolmentState.COLLECTING, EnrolmentState.INCOMPLETE},
}


REACHED: set[EnrolmentState] = set()
"""States that were reached, to ensure that the properties are not met trivially."""


class EnrolmentMachine(RuleBasedStateMachine):
    """Up to three people at any distance, quality, pose and frame rate."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = EnrolmentFlow(PLAN, score)
        self.now = 0
        self.before = self.last = self.flow.status
        self.row = 0
        self.looking: HeadPose | None = None
        self.begun_by: int | None = None

    @rule(
        near=st.lists(st.integers(0, 2), max_size=2),
        pose=st.sampled_from(HeadPose),
        shade=st.integers(0, 7),
        good=st.booleans(),
        rival=st.none() | st.floats(-1, 1),
        wait=st.integers(0, 1000),
    )
    def show_a_frame(
        self, near: list[int], pose: HeadPose, shade: int, good: bool, rival: float | None, wait: int
    ) -> None:
        faces = [face(who, POSES[pose], shade=shade, hints=() if good else (QualityHint.HOLD_STILL,)) for who in near]
        self._observe(faces, rival, wait)
        usable = len(near) == 1 and good
        if not usable or pose is not self.looking:
            self.row = 0
        if usable:
            self.row, self.looking = self.row + 1, pose
        if self.flow.status.done > self.before.done:
            assert usable
            assert self.row >= STREAK
            self.begun_by = near[0] if self.begun_by is None else self.begun_by
            assert near[0] == self.begun_by

    @rule(who=st.integers(0, 1), pose=st.sampled_from(HeadPose))
    def hold_still(self, who: int, pose: HeadPose) -> None:
        for shade in range(STREAK):
            self.show_a_frame([who], pose, shade, good=True, rival=None, wait=1)

    @rule(who=st.integers(0, 1))
    def follow_the_guidance(self, who: int) -> None:
        for pose in POSES:
            self.hold_still(who, pose)
        self.show_a_frame([who], HeadPose.FRONT, 0, good=True, rival=None, wait=1)

    @rule()
    def skip_missing_poses(self) -> None:
        self._then(self.flow.skip_missing_poses())
        if self.before.can_skip_missing_poses:
            assert self.flow.status.state is EnrolmentState.TESTING

    @rule()
    def end_the_frames(self) -> None:
        self._then(self.flow.end())
        assert self.flow.status.state not in RUNNING

    @rule()
    def cancel(self) -> None:
        self._then(self.flow.cancel())
        assert self.flow.status.state not in RUNNING

    @rule()
    def time_out(self) -> None:
        self._observe([], None, PLAN.timeout_ns + 1)
        self.row = 0

    def _observe(self, faces: list[AnalyzedFace], rival: float | None, wait: int) -> None:
        self.now += wait
        matched = None if rival is None else match("Bob", rival)
        self._then(self.flow.observe(faces, self.now, [matched] * len(faces)))

    def _then(self, status: EnrolmentStatus) -> None:
        self.before, self.last = self.last, status
        REACHED.add(status.state)
        assert status is self.flow.status
        if self.before.state in FORWARD:
            assert status.state in FORWARD[self.before.state]
        else:
            assert status == self.before

    @invariant()
    def only_running_or_complete_enrolments_have_samples(self) -> None:
        status, samples = self.flow.status, self.flow.samples
        assert status.kept == len(samples)
        if status.state not in RUNNING | {EnrolmentState.COMPLETE}:
            assert samples == ()
        if status.state is EnrolmentState.COMPLETE:
            assert HeadPose.FRONT in {sample.pose for sample in samples}

    @invariant()
    def every_completed_pose_has_its_samples(self) -> None:
        held = {progress.pose for progress in self.flow.status.ring if progress.done}
        assert held == {sample.pose for sample in self.flow.samples}
        assert all(0 <= progress.share <= 1 for progress in self.flow.status.ring)

    @invariant()
    def a_passed_test_has_no_rival_as_near(self) -> None:
        test = self.flow.status.test
        if test is not None and test.passed:
            assert test.similarity >= PLAN.threshold
            assert test.similarity - test.rival_similarity >= PLAN.test_margin


@pytest.mark.hypothesis
def test_any_order_of_events_keeps_the_invariants_and_reaches_every_end() -> None:
    REACHED.clear()
    run_state_machine_as_test(EnrolmentMachine, settings=settings(max_examples=60, stateful_step_count=20))
    assert {EnrolmentState.TESTING, EnrolmentState.COMPLETE} <= REACHED
