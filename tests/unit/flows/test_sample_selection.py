from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import HeadPose, Pose
from app.flows.sample_selection import EnrolmentSample, PoseSamples, PoseTarget, select_best
from tests.unit.flows.enrolment_frames import GOOD, STRAIGHT, embedding

LEFT = PoseTarget(HeadPose.LEFT, 25.0, 0.0, 10.0, 5.0)


def sample(shade: int, score: float) -> EnrolmentSample:
    return EnrolmentSample(embedding(0, shade), GOOD, score, HeadPose.FRONT, 0)


@st.composite
def samples(draw: st.DrawFn) -> list[EnrolmentSample]:
    return [
        sample(shade, score)
        for shade, score in draw(st.lists(st.tuples(st.integers(0, 7), st.floats(0, 1)), min_size=1, max_size=12))
    ]


@given(samples(), st.integers(1, 5))
def test_the_best_sample_is_selected_and_no_near_duplicates(frames: list[EnrolmentSample], most: int) -> None:
    selected = select_best(frames, most, 0.95)
    assert selected[0].score == max(frame.score for frame in frames)
    assert 1 <= len(selected) <= most
    likeness = [float(a.embedding.vector @ b.embedding.vector) for a in selected for b in selected if a is not b]
    assert all(value < 0.95 for value in likeness)


@given(samples())
def test_adding_frames_never_lowers_the_best_score(frames: list[EnrolmentSample]) -> None:
    pose_samples = PoseSamples(LEFT, streak=1, max_selected=3, near_duplicate=0.95)
    best = 0.0
    for frame in frames:
        pose_samples.add(frame)
        assert pose_samples.selected[0].score >= best
        best = pose_samples.selected[0].score
    pose_samples.reset()
    assert pose_samples.selected == ()


def test_the_distance_of_a_pose_is_in_tolerances() -> None:
    assert LEFT.distance(Pose(25.0, 0.0, 0.0), STRAIGHT) == 0
    assert LEFT.distance(Pose(30.0, 5.0, 0.0), STRAIGHT) == 1
    assert LEFT.distance(Pose(30.0, 5.0, 0.0), Pose(5.0, 5.0, 0.0)) == 0
    assert not LEFT.is_overshot(Pose(35.0, 0.0, 0.0), STRAIGHT)
    assert LEFT.is_overshot(Pose(36.0, 0.0, 0.0), STRAIGHT)
    assert not LEFT.is_overshot(Pose(-60.0, 0.0, 0.0), STRAIGHT)


def test_a_sample_at_the_limit_is_a_near_duplicate() -> None:
    other = EnrolmentSample(embedding(1), GOOD, 0.4, HeadPose.FRONT, 0)
    assert len(select_best([sample(0, 0.5), other], 5, 0.0)) == 1
    assert len(select_best([sample(0, 0.5), other], 5, 0.01)) == 2


def test_a_streak_is_complete_at_its_length() -> None:
    pose_samples = PoseSamples(LEFT, streak=2, max_selected=3, near_duplicate=0.95)
    pose_samples.add(sample(0, 0.5))
    assert (pose_samples.share, pose_samples.is_done) == (0.5, False)
    pose_samples.end_streak()
    assert pose_samples.share == 0
    for shade in (0, 1):
        pose_samples.add(sample(shade, 0.5))
    assert (pose_samples.share, len(pose_samples.selected)) == (1.0, 2)
    pose_samples.add(sample(2, 0.9))
    assert [each.score for each in pose_samples.selected] == [0.9, 0.5, 0.5]
