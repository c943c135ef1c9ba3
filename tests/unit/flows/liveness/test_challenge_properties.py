"""Properties of the challenge for any sequence of frames of any faces."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.liveness import INVOLUNTARY_MOVEMENTS, TURN_MOVEMENTS, Movement, max_challenge_steps
from app.flows.liveness.challenge import ChallengeFlow, ChallengePlan, ChallengeState
from app.flows.liveness.movements import compatible_movements, draw_order
from tests.unit.flows.liveness.actor import ADA, BOB, FRAME_NS, Actor, face

SECOND = 1_000_000_000
PLAN = ChallengePlan(steps=3, window_ns=5 * SECOND, rest_ns=8 * SECOND, same_person=0.4)

Scene = tuple[Movement | None, int]
Who = tuple[int, str]

MOVEMENTS = st.none() | st.sampled_from(Movement)
SCENES = st.tuples(MOVEMENTS, st.integers(1, 30))
"""A movement or rest, and its number of frames."""

PEOPLE = {"ada": ADA, "bob": BOB, "": None}
WHO = st.sampled_from([(1, "ada"), (1, "bob"), (2, "ada"), (2, ""), (1, "")])
"""A track number, and the person; None for a face without embedding."""


def is_subsequence(order: tuple[Movement, ...], done: list[Movement]) -> bool:
    rest = iter(done)
    return all(any(movement is other for other in rest) for movement in order)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10_000), film=st.lists(SCENES, max_size=40))
def test_no_sequence_passes_without_the_movements_in_order(seed: int, film: list[Scene]) -> None:
    order = draw_order(Random(seed), PLAN.steps, PLAN.allowed)
    flow = ChallengeFlow(PLAN, Random(seed))
    now = 0
    done: list[Movement] = []
    for movement, frames in [(None, 20), *film]:
        done += [movement] if movement else []
        for _ in range(frames):
            now += FRAME_NS
            flow.observe([face(movement)], now)
    if flow.status.state is ChallengeState.PASSED:
        assert is_subsequence(order, done)
        assert flow.status.wrong <= PLAN.max_wrong


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    done=st.lists(st.sampled_from(Movement), min_size=PLAN.steps, max_size=8),
    swapped=st.integers(0, PLAN.steps - 2),
)
def test_the_order_decides_even_if_wrong_movements_are_tolerated(seed: int, done: list[Movement], swapped: int) -> None:
    """Movements with rest between them, random or with two of the order swapped: only the order can fail them."""
    order = draw_order(Random(seed), PLAN.steps, PLAN.allowed)
    exchanged = [*order]
    exchanged[swapped : swapped + 2] = reversed(exchanged[swapped : swapped + 2])
    for film in (done, exchanged):
        flow = ChallengeFlow(replace(PLAN, max_wrong=1_000), Random(seed))
        actor = Actor(flow)
        actor.show(face(), frames=20)
        for movement in film:
            actor.show(face(movement), frames=8)
            actor.show(face(), frames=12)
        assert (flow.status.state is ChallengeState.PASSED) <= is_subsequence(order, film)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10_000), film=st.lists(st.tuples(SCENES, WHO), max_size=40))
def test_only_the_face_that_made_every_movement_passes(seed: int, film: list[tuple[Scene, Who]]) -> None:
    """Only the movements since the last change of face count."""
    flow = ChallengeFlow(PLAN, Random(seed))
    now, since_change = 0, 0
    track, name = 1, "ada"
    for (movement, frames), (next_track, next_name) in film:
        if next_track != track or next_name not in {"", name}:
            since_change = 0
        track, name = next_track, next_name or name
        for _ in range(frames):
            now += FRAME_NS
            flow.observe([face(movement, track, PEOPLE[next_name])], now)
        since_change += movement is not None
        if flow.status.state is ChallengeState.PASSED:
            assert since_change >= PLAN.steps
            return


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(0, 2),
    other=st.sampled_from([face(track=2), face(embedding=BOB), face(Movement.SMILE, 2), face(Movement.SMILE, 1, BOB)]),
)
def test_a_face_swap_always_restarts(seed: int, steps: int, other: object) -> None:
    played = Actor(ChallengeFlow(PLAN, Random(seed)))
    status = played.rest()
    for _ in range(steps):
        assert status.prompt is not None
        status = played.do(status.prompt)
    assert status.answered == steps
    status = played.show(other)  # type: ignore[arg-type]
    assert (status.answered, status.restarts, status.track) == (0, 1, None)
    assert status.state is ChallengeState.WAITING


@given(
    seed=st.integers(),
    allowed=st.lists(st.sampled_from(Movement), min_size=1, unique=True),
    wanted=st.integers(1, 7),
)
def test_every_drawn_order_is_valid(seed: int, allowed: list[Movement], wanted: int) -> None:
    count = min(wanted, max_challenge_steps(allowed))
    order = draw_order(Random(seed), count, allowed)
    assert len(set(order)) == count
    assert set(order) <= set(allowed)
    assert not TURN_MOVEMENTS.isdisjoint(order) or TURN_MOVEMENTS.isdisjoint(allowed)
    assert len(INVOLUNTARY_MOVEMENTS.intersection(order)) <= 1


@given(st.sampled_from(Movement))
def test_a_movement_is_compatible_with_itself_and_involuntary_ones(movement: Movement) -> None:
    assert {movement, *INVOLUNTARY_MOVEMENTS} <= compatible_movements(movement)
