from dataclasses import replace

import pytest

from app.core.faces import AnalyzedFace, HeadPose, Pose, QualityHint
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, Guidance
from app.flows.enrolment_status import EnrolmentSelfTest
from tests.unit.flows.enrolment_frames import KEPT, PLAN, POSES, QUICK, STREAK, Camera, face, match, score

ADA_TURNED = face(0, POSES[HeadPose.LEFT])


def test_five_directions_are_held_and_a_fresh_frame_proves_the_pictures() -> None:
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


def test_the_ring_fills_with_the_streak_and_empties_when_it_breaks() -> None:
    camera = Camera()
    shares = [camera.show(face(shade=shade)).ring[0].share for shade in range(2)]
    assert shares == pytest.approx([1 / 3, 2 / 3])
    assert camera.show().ring[0].share == 0
    camera.hold(HeadPose.FRONT)
    assert camera.show().ring[0].share == 1
    assert [progress.done for progress in camera.flow.status.ring] == [True, False, False, False, False]


def test_directions_count_in_whatever_order_they_come() -> None:
    camera = Camera()
    for pose in reversed(HeadPose):
        camera.hold(pose)
    assert camera.flow.status.state is EnrolmentState.TESTING


def test_turns_are_counted_from_where_the_person_looks_to_the_front() -> None:
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
        ([face(1)], Guidance.SOMEONE_ELSE),
        ([face(0, Pose(14.0, 0.0, 0.0))], Guidance.TURN),
        ([face(0, Pose(36.0, 0.0, 0.0))], Guidance.TURN_LESS),
        ([face(0, Pose(45.0, 0.0, 0.0), hints=(QualityHint.LOOK_AT_CAMERA,))], Guidance.TURN_LESS),
        ([face(0, Pose(-45.0, 0.0, 0.0), hints=(QualityHint.LOOK_AT_CAMERA,))], Guidance.IMPROVE),
    ],
)
def test_a_frame_that_does_not_count_breaks_the_streak_and_says_why(
    faces: list[AnalyzedFace], guidance: Guidance
) -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    camera.show(ADA_TURNED)
    status = camera.show(*faces)
    assert (status.guidance, status.done, status.pose) == (guidance, 1, HeadPose.LEFT)
    assert status.ring[1].share == 0
    if guidance is Guidance.IMPROVE:
        assert status.hints


def test_a_bystander_far_behind_does_not_disturb() -> None:
    camera = Camera()
    assert camera.show(face(), face(1, width=40)).guidance is Guidance.HOLD


def test_another_face_in_the_same_place_begins_its_own_streak() -> None:
    camera = Camera()
    camera.show(face(track=1))
    camera.show(face(track=1))
    assert camera.show(face(track=2)).ring[0].share == pytest.approx(1 / 3)


def test_the_best_frames_are_kept_and_no_two_alike() -> None:
    camera = Camera(QUICK)
    for shade, sharpness in ((0, 100), (0, 300), (1, 200)):
        camera.show(face(shade=shade, sharpness=sharpness))
    assert [sample.quality.sharpness for sample in camera.flow.samples] == [300, 200]


def test_too_long_leaves_nothing() -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    camera.now += PLAN.timeout_ns
    assert camera.show(face()).state is EnrolmentState.TIMED_OUT
    assert camera.flow.samples == ()
    assert camera.flow.status.kept == 0


@pytest.mark.parametrize("frames", [1, STREAK, 5 * STREAK])
def test_a_cancel_leaves_nothing_at_any_moment(frames: int) -> None:
    camera = Camera()
    for number in range(frames):
        camera.show(face(0, list(POSES.values())[number // STREAK], shade=number % 8))
    assert camera.flow.cancel().state is EnrolmentState.CANCELLED
    assert camera.flow.samples == ()
    assert camera.show(face()).state is EnrolmentState.CANCELLED


def test_a_cancel_comes_too_late_after_the_end() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    camera.show(face(shade=5))
    assert camera.flow.cancel().state is EnrolmentState.COMPLETE
    assert camera.flow.samples


def test_who_cannot_turn_goes_on_without_once_the_front_is_there() -> None:
    camera = Camera()
    camera.show(face())
    assert camera.flow.skip_missing_poses().state is EnrolmentState.COLLECTING
    assert camera.hold(HeadPose.FRONT).can_skip_missing_poses
    assert camera.flow.skip_missing_poses().state is EnrolmentState.TESTING
    assert camera.show(face(shade=5)).state is EnrolmentState.COMPLETE
    assert {sample.pose for sample in camera.flow.samples} == {HeadPose.FRONT}


def test_the_self_test_fails_when_no_fresh_frame_fits_the_pictures() -> None:
    camera = Camera(replace(QUICK, threshold=0.9))
    camera.hold(HeadPose.FRONT)
    states = [camera.show(face(shade=shade)).state for shade in (5, 6, 7)]
    assert states == [EnrolmentState.TESTING, EnrolmentState.TESTING, EnrolmentState.TEST_FAILED]
    assert camera.flow.samples == ()


def test_somebody_else_in_the_self_test_is_not_judged_by_it() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    for _ in range(5):
        assert camera.show(face(1)).state is EnrolmentState.TESTING
    assert camera.flow.status.guidance is Guidance.SOMEONE_ELSE
    assert camera.show(face(shade=5)).state is EnrolmentState.COMPLETE


def test_a_lookalike_does_not_fail_the_test_but_stands_in_it() -> None:
    camera = Camera(QUICK)
    camera.hold(HeadPose.FRONT)
    for _ in range(3):
        status = camera.show(face(shade=5), matched=match("Bob", 0.75))
    assert status.state is EnrolmentState.COMPLETE
    assert status.test is not None
    assert (status.test.passed, status.test.rival) == (False, "Bob")


def test_who_gets_the_pictures_is_nobodys_rival() -> None:
    camera = Camera(replace(QUICK, person_id="ada"))
    camera.hold(HeadPose.FRONT)
    status = camera.show(face(shade=5), matched=match("Ada", 0.9, runner_up=0.2))
    assert status.test is not None
    assert (status.test.passed, status.test.rival_similarity) == (True, 0.2)


def test_a_film_that_ends_is_tried_on_a_frame_that_was_not_kept() -> None:
    camera = Camera()
    camera.hold(HeadPose.FRONT)
    status = camera.flow.end()
    assert status.state is EnrolmentState.COMPLETE
    assert status.test is not None
    assert status.test.passed
    assert camera.flow.end() is status


def test_a_film_without_the_front_gives_nothing() -> None:
    camera = Camera()
    camera.hold(HeadPose.LEFT)
    assert camera.flow.end().state is EnrolmentState.INCOMPLETE
    assert camera.flow.samples == ()


def test_single_pictures_count_whatever_they_show() -> None:
    plan = replace(QUICK, streak=1, kept_per_pose=10, any_pose=True)
    camera = Camera(plan)
    for shade, pose in enumerate(POSES.values()):
        camera.show(face(0, pose, shade=shade))
    camera.show(face(1))
    status = camera.flow.end()
    assert (status.state, len(camera.flow.samples), status.test) == (EnrolmentState.COMPLETE, 5, None)
    assert EnrolmentFlow(plan, score).end().state is EnrolmentState.INCOMPLETE
