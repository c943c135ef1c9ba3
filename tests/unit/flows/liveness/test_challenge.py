"""The movement challenge, performed by an actor."""

from random import Random

import pytest

from app.core.liveness import LivenessVerdict, Movement
from app.flows.liveness.challenge import ChallengeEndReason, ChallengeFlow, ChallengePlan, ChallengeState
from tests.unit.flows.liveness.actor import BOB, FRAME_NS, Actor, face

SECOND = 1_000_000_000
PLAN = ChallengePlan(steps=3, window_ns=5 * SECOND, rest_ns=8 * SECOND, same_person=0.4)


def actor(plan: ChallengePlan = PLAN, seed: int = 1) -> Actor:
    return Actor(ChallengeFlow(plan, Random(seed)))


def wrong_for(prompt: Movement | None) -> Movement:
    return Movement.TURN_LEFT if prompt is not Movement.TURN_LEFT else Movement.OPEN_MOUTH


@pytest.mark.parametrize("seed", range(40))
def test_the_prompted_movements_pass(seed: int) -> None:
    status = actor(seed=seed).obey()
    assert (status.state, status.answered, status.wrong) == (ChallengeState.PASSED, 3, 0)
    assert status.result.verdict is LivenessVerdict.PASSED


def test_a_static_picture_times_out() -> None:
    still = actor()
    still.rest()
    status = still.until(lambda status: status.is_over, face())
    assert (status.state, status.end) == (ChallengeState.FAILED, ChallengeEndReason.TOO_SLOW)
    assert status.verdict is LivenessVerdict.FAILED


def test_the_time_left_runs_down_from_the_window() -> None:
    waiting = actor()
    first = waiting.rest()
    assert (first.time_left_ns, first.window_ns) == (5 * SECOND, 5 * SECOND)
    assert waiting.show(face(), frames=10).time_left_ns == 5 * SECOND - 10 * FRAME_NS


def test_a_second_wrong_movement_fails() -> None:
    played = actor()
    wrong = wrong_for(played.rest().prompt)
    assert played.do(wrong).state is ChallengeState.ASKING
    status = played.do(wrong)
    assert (status.state, status.end, status.wrong) == (ChallengeState.FAILED, ChallengeEndReason.WRONG_MOVEMENTS, 2)


@pytest.mark.parametrize("movement", [Movement.BLINK, Movement.RAISE_BROWS])
def test_involuntary_movements_are_not_wrong(movement: Movement) -> None:
    played = actor(ChallengePlan(2, 5 * SECOND, 8 * SECOND, 0.4, (Movement.SMILE, Movement.OPEN_MOUTH)))
    played.rest()
    for _ in range(3):
        assert played.do(movement).wrong == 0
    assert played.obey().state is ChallengeState.PASSED


def test_an_answer_faster_than_the_reaction_time_does_not_count() -> None:
    hasty = Actor(ChallengeFlow(PLAN, Random(1)), frame_ns=20_000_000)
    prompt = hasty.rest().prompt
    assert hasty.show(face(prompt), frames=4).state is ChallengeState.ASKING
    assert hasty.show(face(prompt), frames=100).state is ChallengeState.ASKING


def test_a_movement_that_began_before_its_prompt_does_not_count() -> None:
    played = actor(ChallengePlan(1, 5 * SECOND, 8 * SECOND, 0.4, (Movement.SMILE,)))
    played.until(lambda status: status.state is ChallengeState.ASKING, face(Movement.SMILE))
    assert played.show(face(Movement.SMILE), frames=60).state is ChallengeState.ASKING


def test_staying_turned_away_is_too_slow() -> None:
    played = actor()
    prompt = played.rest().prompt
    played.show(face(), frames=6)
    assert played.show(face(prompt), frames=20).state is ChallengeState.RETURNING
    status = played.until(lambda status: status.is_over, face(prompt))
    assert status.end is ChallengeEndReason.TOO_SLOW


def test_a_face_without_embedding_does_not_complete_the_return() -> None:
    played = actor(ChallengePlan(1, 5 * SECOND, 8 * SECOND, 0.4))
    prompt = played.rest().prompt
    played.show(face(), frames=6)
    played.show(face(prompt), frames=6)
    assert played.show(face(embedding=None), frames=20).state is ChallengeState.RETURNING
    assert played.show(face()).state is ChallengeState.PASSED


@pytest.mark.parametrize("other", [face(track=2), face(embedding=BOB)], ids=["number", "looks"])
def test_another_face_restarts_and_the_second_time_fails(other: object) -> None:
    played = actor()
    prompt = played.rest().prompt
    assert prompt is not None
    assert played.do(prompt).answered == 1
    status = played.show(other)  # type: ignore[arg-type]
    assert (status.state, status.answered, status.restarts, status.track) == (ChallengeState.WAITING, 0, 1, None)
    played.rest()
    status = played.show(other)  # type: ignore[arg-type]
    assert (status.state, status.end) == (ChallengeState.FAILED, ChallengeEndReason.FACE_CHANGED)


def test_a_restart_draws_a_new_order_that_can_be_passed() -> None:
    same = 0
    for seed in range(20):
        played = actor(seed=seed)
        first = played.rest().prompt
        played.show(face(track=2))
        same += played.rest().prompt is first
        assert played.obey().state is ChallengeState.PASSED
    assert same < 15


def test_a_short_absence_does_not_restart() -> None:
    played = actor()
    played.rest()
    assert played.show(frames=20).state is ChallengeState.ASKING
    assert played.obey().restarts == 0


def test_a_long_absence_restarts_and_the_second_time_gives_up() -> None:
    played = actor()
    played.rest()
    assert played.show(frames=25).restarts == 1
    played.rest()
    status = played.show(frames=25)
    assert (status.state, status.end) == (ChallengeState.GIVEN_UP, ChallengeEndReason.FACE_LOST)
    assert status.verdict is LivenessVerdict.NOT_ENOUGH


def test_a_stalled_camera_counts_as_a_lost_face() -> None:
    played = actor()
    played.rest()
    played.now += SECOND
    assert played.show(face()).restarts == 1


def test_a_face_that_never_rests_is_given_up() -> None:
    played = actor()
    for _ in range(300):
        played.show(face(Movement.TURN_LEFT), face(track=2))
        status = played.show(face())
    assert (status.state, status.end) == (ChallengeState.GIVEN_UP, ChallengeEndReason.NEVER_AT_REST)
    assert status.result.evidence["answered"] == 0


def test_no_face_is_given_up() -> None:
    assert actor().until(lambda status: status.is_over).end is ChallengeEndReason.NEVER_AT_REST


def test_leaving_before_the_first_prompt_costs_no_restart_and_gains_no_time() -> None:
    played = actor()
    for _ in range(30):
        played.show(face(), frames=5)
        status = played.show(face(track=2))
    assert (status.restarts, status.is_over) == (0, False)
    assert status.time_left_ns == 8 * SECOND - 179 * FRAME_NS


def test_a_mirrored_camera_swaps_left_and_right() -> None:
    turns = (Movement.TURN_LEFT, Movement.TURN_RIGHT)
    opposite = dict(zip(turns, reversed(turns), strict=True))
    played = actor(ChallengePlan(2, 5 * SECOND, 8 * SECOND, 0.4, turns, mirrored=True))
    status = played.rest()
    while status.prompt is not None:
        status = played.do(opposite[status.prompt])
    assert status.state is ChallengeState.PASSED


def test_a_face_without_expression_shows_no_movement() -> None:
    plain = face()
    blank = type(plain)(type(plain.face)(plain.face.box, plain.face.landmarks, 1), plain.quality, plain.embedding)
    assert actor().until(lambda status: status.is_over, blank).end is ChallengeEndReason.NEVER_AT_REST


def test_frames_after_the_end_have_no_effect() -> None:
    played = actor()
    over = played.obey()
    assert played.show(face(track=9), frames=50) == over
