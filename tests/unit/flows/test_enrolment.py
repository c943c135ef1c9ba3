from dataclasses import replace

import pytest

from app.core.faces import AnalyzedFace, HeadPose, Pose, QualityHint
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, Guidance
from app.flows.enrolment_status import EnrolmentSelfTest
from tests.unit.flows.enrolment_frames import KEPT, PLAN, POSES, QUICK, STREAK, Camera, face, match, score

ADA_TURNED = face(0, POSES[HeadPose.LEFT])


def test_five_poses_and_a_fresh_frame_complete_the_enrolment() -> None:
    camera = Camera()
    assert camera.flow.status.pose is HeadPose.FRONT
    for done, pose in enumerate(POSES, start=1):
        held = [camera.show(face(0, POSES[pose], shade=shade)).guidance for shade in range(STREAK - 1)]
        assert set(held) == {Guidance.HOLD}
        assert camera.show(face(0, POSES[pose], shade=7)).done == done
    assert camera.flow.status.state is EnrolmentState.TESTING
    assert camera.flow.status.guidance is Guidance.LOOK_AHEAD
    status = camera.show(face(shade=6))
    assert status.state is EnrolmentState.COMPLETE
    assert status.test is not None
    assert status.test == EnrolmentSelfTest(status.test.similarity, "", -1.0, passed=True, took_ns=10)
    assert status.test.similarity == pytest.approx(0.8)
    assert {sample.pose for sample in camera.flow.samples} == set(HeadPose)
    assert len(camera.flow.samples) == status.kept == 5 * KEPT


def test_progress_grows_with_the_streak_and_resets_when_it_ends() -> None:
    camera = Camera()
    shares = [camera.show(face(shade=shade)).ring[0].share for shade in range(2)]
    assert shares == pytest.approx([1 / 3, 2 / 3])
    assert camera.show().ring[0].share == 0
    camera.hold(HeadPose.FRONT)
    assert camera.show().ring[0].share == 1
    assert [progress.done for progress in camera.flow.status.ring] == [True, False, False, False, False]


def test_poses_count_in_any_order() -> None:
    camera = Camera()
    for pose in reversed(HeadPose):
        camera.hold(pose)
    assert camera.flow.status.state is EnrolmentState.TESTING


def test_turns_are_relative_to_the_frontal_pose() -> None:
    camera = Camera()
    for shade in range(STREAK):
        camera.show(face(0, Pose(5.0, -4.0, 0.0), shade=shade))
    assert camera.show(face(0, Pose(20.0, 0.0, 0.0))).guidance is Guidance.TURN
    assert camera.show(face(0, Pose(30.0, -4.0, 0.0))).guidance is Guidance.HOLD


@pytest.mark.parametrize(
    ("faces", "guidance"),
    [
        ([], Guidance.SHOW_FACE),
        ([face(), face(1)], Guidance.ONE_AT_A_TIME),
        ([face(hints=(QualityHint.TOO_DARK,))], Guidance.IMPROVE),
        ([face(covered=0.9)], Guidance.UNCOVER),
        ([face(1)], Guidance.OTHER_PERSON),
        ([face(0, Pose(14.0, 0.0, 0.0))], Guidance.TURN),
        ([face(0, Pose(36.0, 0.0, 0.0))], Guidance.TURN_LESS),
        ([face(0, Pose(45.0, 0.0, 0.0), hints=(QualityHint.LOOK_AT_CAMERA,))], Guidance.TURN_LESS),
        ([face(0, Pose(-45.0, 0.0, 0.0), hints=(QualityHint.LOOK_AT_CAMERA,))], Guidance.IMPROVE),
    ],
)
def test_an_unusable_frame_ends_the_streak_and_gives_guidance(faces: list[AnalyzedFace], guidance: Guidance) -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    camera.show(ADA_TURNED)
    status = camera.show(*faces)
    assert (status.guidance, status.done, status.pose) == (guidance, 1, HeadPose.LEFT)
    assert status.ring[1].share == 0
    if guidance is Guidance.IMPROVE:
        assert status.hints


def test_a_bystander_is_ignored() -> None:
    camera = Camera()
    assert camera.show(face(), face(1, width=40)).guidance is Guidance.HOLD


def test_another_track_starts_a_new_streak() -> None:
    camera = Camera()
    camera.show(face(track=1))
    camera.show(face(track=1))
    assert camera.show(face(track=2)).ring[0].share == pytest.approx(1 / 3)


def test_the_best_frames_are_selected_without_near_duplicates() -> None:
    camera = Camera(QUICK)
    for shade, sharpness in ((0, 100), (0, 300), (1, 200)):
        camera.show(face(shade=shade, sharpness=sharpness))
    assert [sample.quality.sharpness for sample in camera.flow.samples] == [300, 200]


def test_a_timeout_discards_the_samples() -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    camera.now += PLAN.timeout_ns
    assert camera.show(face()).state is EnrolmentState.TIMED_OUT
    assert camera.flow.samples == ()
    assert camera.flow.status.kept == 0


@pytest.mark.parametrize("frames", [1, STREAK, 5 * STREAK])
def test_a_cancel_discards_the_samples_at_any_time(frames: int) -> None:
    camera = Camera()
    for number in range(frames):
        camera.show(face(0, list(POSES.values())[number // STREAK], shade=number % 8))
    assert camera.flow.cancel().state is EnrolmentState.CANCELLED
    assert camera.flow.samples == ()
    assert camera.show(face()).state is EnrolmentState.CANCELLED


def test_a_cancel_after_the_end_has_no_effect() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    camera.show(face(shade=5))
    assert camera.flow.cancel().state is EnrolmentState.COMPLETE
    assert camera.flow.samples


def test_missing_poses_can_be_skipped_once_the_front_is_done() -> None:
    camera = Camera()
    camera.show(face())
    assert camera.flow.skip_missing_poses().state is EnrolmentState.COLLECTING
    assert camera.hold(HeadPose.FRONT).can_skip_missing_poses
    assert camera.flow.skip_missing_poses().state is EnrolmentState.TESTING
    assert camera.show(face(shade=5)).state is EnrolmentState.COMPLETE
    assert {sample.pose for sample in camera.flow.samples} == {HeadPose.FRONT}


def test_the_self_test_fails_without_a_matching_frame() -> None:
    camera = Camera(replace(QUICK, threshold=0.9))
    camera.hold(HeadPose.FRONT)
    states = [camera.show(face(shade=shade)).state for shade in (5, 6, 7)]
    assert states == [EnrolmentState.TESTING, EnrolmentState.TESTING, EnrolmentState.TEST_FAILED]
    assert camera.flow.samples == ()


def test_another_person_does_not_count_in_the_self_test() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    for _ in range(5):
        assert camera.show(face(1)).state is EnrolmentState.TESTING
    assert camera.flow.status.guidance is Guidance.OTHER_PERSON
    assert camera.show(face(shade=5)).state is EnrolmentState.COMPLETE


def test_a_lookalike_does_not_fail_the_self_test_but_is_reported() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    for _ in range(3):
        status = camera.show(face(shade=5), matched=match("Bob", 0.75))
    assert status.state is EnrolmentState.COMPLETE
    assert status.test is not None
    assert (status.test.passed, status.test.rival) == (False, "Bob")


def test_the_enrolled_person_is_not_their_own_rival() -> None:
    camera = Camera(replace(QUICK, person_id="ada"))
    camera.hold(HeadPose.FRONT)
    status = camera.show(face(shade=5), matched=match("Ada", 0.9, runner_up=0.2))
    assert status.test is not None
    assert (status.test.passed, status.test.rival_similarity) == (True, 0.2)


def test_the_end_of_a_video_tests_a_frame_that_was_not_selected() -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    status = camera.flow.end()
    assert status.state is EnrolmentState.COMPLETE
    assert status.test is not None
    assert status.test.passed
    assert camera.flow.end() is status


def test_a_video_without_the_front_is_incomplete() -> None:
    camera = Camera()
    camera.hold(HeadPose.LEFT)
    assert camera.flow.end().state is EnrolmentState.INCOMPLETE
    assert camera.flow.samples == ()


def test_single_pictures_count_for_any_pose() -> None:
    plan = replace(QUICK, streak=1, kept_per_pose=10, any_pose=True)
    camera = Camera(plan)
    for shade, pose in enumerate(POSES.values()):
        camera.show(face(0, pose, shade=shade))
    camera.show(face(1))
    status = camera.flow.end()
    assert (status.state, len(camera.flow.samples), status.test) == (EnrolmentState.COMPLETE, 5, None)
    assert EnrolmentFlow(plan, score).end().state is EnrolmentState.INCOMPLETE


def test_the_largest_covered_share_is_usable() -> None:
    assert Camera().show(face(covered=PLAN.max_covered)).guidance is Guidance.HOLD
    assert Camera().show(face(covered=PLAN.max_covered + 0.01)).guidance is Guidance.UNCOVER


def test_a_face_half_as_wide_as_the_widest_is_no_bystander() -> None:
    assert Camera().show(face(), face(1, width=50)).guidance is Guidance.ONE_AT_A_TIME
    assert Camera().show(face(), face(1, width=49)).guidance is Guidance.HOLD


def test_the_timeout_runs_from_the_first_frame_and_is_inclusive() -> None:
    for extra_ns, state in ((0, EnrolmentState.COLLECTING), (1, EnrolmentState.TIMED_OUT)):
        camera = Camera()
        camera.now = 10**12
        camera.show(face())
        camera.now += PLAN.timeout_ns - 10 + extra_ns
        assert camera.show(face()).state is state


def test_a_rival_within_the_margin_fails_the_frame() -> None:
    for margin, passed in ((0.25, True), (0.35, False)):
        camera = Camera(replace(QUICK, test_margin=margin))
        camera.hold(HeadPose.FRONT)
        test = camera.show(face(shade=5), matched=match("Bob", 0.5)).test
        assert test is not None
        assert test.similarity == pytest.approx(0.8)
        assert test.passed is passed


def test_skipping_and_ending_have_no_effect_after_the_end() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    complete = camera.show(face(shade=5))
    assert camera.flow.skip_missing_poses() == complete
    assert camera.flow.end() == complete
