"""The time limits and thresholds of the movement challenge, each at its exact value."""

from dataclasses import replace
from random import Random

import pytest

from app.core.faces import AnalyzedFace, Pose
from app.core.liveness import Movement
from app.core.settings.sections import LivenessSettings
from app.flows.liveness.challenge import (
    ChallengeEndReason,
    ChallengeFlow,
    ChallengePlan,
    ChallengeState,
    ChallengeStatus,
)
from tests.unit.flows.liveness.actor import face

MS = 1_000_000
PLAN = ChallengePlan(steps=2, window_ns=5000 * MS, rest_ns=8000 * MS, same_person=0.4, max_restarts=1)
ORDER = (Movement.SMILE, Movement.TURN_LEFT)
REST_MS = (0, 100, 200, 300, 350, 400, 450, 500)
"""Times of the frames of the shortest rest, in milliseconds."""


def turned(yaw: float = 0.0, pitch: float = 0.0) -> AnalyzedFace:
    plain = face()
    return replace(plain, quality=replace(plain.quality, pose=Pose(yaw, pitch, 0.0)))


def flow(plan: ChallengePlan = PLAN) -> ChallengeFlow:
    return ChallengeFlow(plan, Random(1), ORDER)


def rest(challenge: ChallengeFlow, times_ms: tuple[int, ...] = REST_MS, *faces: AnalyzedFace) -> ChallengeStatus:
    for at_ms, shown in zip(times_ms, faces or [face()] * len(times_ms), strict=True):
        challenge.observe([shown], at_ms * MS)
    return challenge.status


def asking(plan: ChallengePlan = PLAN) -> ChallengeFlow:
    """Return a challenge that has just shown its first prompt, at 500 ms."""
    challenge = flow(plan)
    assert rest(challenge).state is ChallengeState.ASKING
    return challenge


@pytest.mark.parametrize(
    ("times_ms", "state"),
    [
        (REST_MS, ChallengeState.ASKING),
        ((*REST_MS[:-1], 499), ChallengeState.RESTING),
        (REST_MS[1:], ChallengeState.RESTING),
        ((0, 100, 200, 300, 400, 500, 600), ChallengeState.RESTING),
    ],
)
def test_a_rest_needs_its_frames_and_its_time(times_ms: tuple[int, ...], state: ChallengeState) -> None:
    assert rest(flow(), times_ms).state is state


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (turned(yaw=7.0), ChallengeState.ASKING),
        (turned(yaw=-7.1), ChallengeState.RESTING),
        (turned(pitch=7.0), ChallengeState.ASKING),
        (turned(pitch=-7.1), ChallengeState.RESTING),
        (face(embedding=None), ChallengeState.RESTING),
    ],
)
def test_a_rest_allows_little_motion(last: AnalyzedFace, state: ChallengeState) -> None:
    assert rest(flow(), REST_MS, *[face()] * 7, last).state is state


@pytest.mark.parametrize(("yaw", "state"), [(-20.0, ChallengeState.ASKING), (20.1, ChallengeState.RESTING)])
def test_a_rest_is_near_the_frontal_pose(yaw: float, state: ChallengeState) -> None:
    assert rest(flow(), REST_MS, *[turned(yaw=yaw)] * 8).state is state


@pytest.mark.parametrize(("at_ms", "state"), [(599, ChallengeState.ASKING), (600, ChallengeState.RETURNING)])
def test_an_answer_counts_from_the_reaction_time(at_ms: int, state: ChallengeState) -> None:
    challenge = asking()
    challenge.observe([face(Movement.SMILE)], (at_ms - 30) * MS)
    assert challenge.observe([face(Movement.SMILE)], at_ms * MS).state is state


@pytest.mark.parametrize(("away_ms", "restarts"), [(700, 0), (701, 1)])
def test_a_face_is_lost_after_its_time(away_ms: int, restarts: int) -> None:
    challenge = asking()
    challenge.observe([], 800 * MS)
    assert challenge.observe([], (500 + away_ms) * MS).restarts == restarts


@pytest.mark.parametrize(("pause_ms", "restarts"), [(700, 0), (701, 1)])
def test_a_camera_stalls_after_its_time(pause_ms: int, restarts: int) -> None:
    assert asking().observe([face()], (500 + pause_ms) * MS).restarts == restarts


def test_a_camera_that_stalls_before_a_face_costs_nothing() -> None:
    challenge = flow()
    challenge.observe([], 0)
    status = challenge.observe([face()], 5000 * MS)
    assert (status.state, status.restarts) == (ChallengeState.RESTING, 0)


@pytest.mark.parametrize(("at_ms", "state"), [(5500, ChallengeState.ASKING), (5501, ChallengeState.FAILED)])
def test_a_movement_has_its_window(at_ms: int, state: ChallengeState) -> None:
    challenge = asking()
    for now_ms in (*range(1000, 5500, 500), at_ms):
        status = challenge.observe([face()], now_ms * MS)
    assert status.state is state
    assert status.time_left_ns == 0


@pytest.mark.parametrize(("at_ms", "state"), [(8000, ChallengeState.WAITING), (8001, ChallengeState.GIVEN_UP)])
def test_coming_to_rest_has_its_window_from_the_first_frame(at_ms: int, state: ChallengeState) -> None:
    challenge = flow()
    for now_ms in (*range(0, 8000, 500), at_ms):
        status = challenge.observe([], now_ms * MS)
    assert status.state is state


@pytest.mark.parametrize(("max_wrong", "state"), [(1, ChallengeState.ASKING), (0, ChallengeState.FAILED)])
def test_wrong_movements_are_tolerated_up_to_the_limit(max_wrong: int, state: ChallengeState) -> None:
    challenge = asking(replace(PLAN, max_wrong=max_wrong))
    for now_ms in (640, 680):
        status = challenge.observe([face(Movement.TURN_LEFT)], now_ms * MS)
    assert (status.state, status.wrong) == (state, 1)


def test_a_wrong_movement_during_the_return_counts() -> None:
    challenge = asking(replace(PLAN, max_wrong=0))
    for now_ms in (640, 680):
        challenge.observe([face(Movement.SMILE)], now_ms * MS)
    smiling_and_turned = replace(face(Movement.SMILE), quality=turned(yaw=22.0).quality)
    for now_ms in (720, 760):
        status = challenge.observe([smiling_and_turned], now_ms * MS)
    assert (status.state, status.end) == (ChallengeState.FAILED, ChallengeEndReason.WRONG_MOVEMENTS)


def test_without_restarts_the_first_loss_ends_the_challenge() -> None:
    challenge = asking(replace(PLAN, max_restarts=0))
    status = challenge.observe([face(track=2)], 600 * MS)
    assert (status.state, status.end) == (ChallengeState.FAILED, ChallengeEndReason.FACE_CHANGED)


def test_the_plan_follows_the_settings_and_knows_its_longest_duration() -> None:
    settings = LivenessSettings(steps=3, window_s=4.0, rest_s=6.0, mirrored_input=True)
    plan = ChallengePlan.of(settings, 0.3, max_restarts=1)
    assert (plan.steps, plan.window_ns, plan.rest_ns) == (3, 4000 * MS, 6000 * MS)
    assert (plan.mirrored, plan.same_person, plan.allowed) == (True, 0.3, settings.movements)
    assert plan.longest_ns == 2 * (6000 + 2 * 3 * 4000) * MS
