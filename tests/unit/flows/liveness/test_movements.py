"""Drawing of orders, and detection of movements."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from app.core.liveness import INVOLUNTARY_MOVEMENTS, TURN_MOVEMENTS, Movement, max_challenge_steps
from app.flows.liveness.movements import MovementDetector, Signals, draw_order, median_signals

REST = Signals(yaw=0.0, pitch=0.0, blink=0.1, smile=0.0, jaw_open=0.0, brows_up=0.1)
DONE = {
    Movement.BLINK: replace(REST, blink=0.6),
    Movement.TURN_LEFT: replace(REST, yaw=15.0),
    Movement.TURN_RIGHT: replace(REST, yaw=-15.0),
    Movement.LOOK_UP: replace(REST, pitch=11.0),
    Movement.SMILE: replace(REST, smile=0.5),
    Movement.OPEN_MOUTH: replace(REST, jaw_open=0.35),
    Movement.RAISE_BROWS: replace(REST, brows_up=0.6),
}


def watch(baseline: Signals = REST, *, mirrored: bool = False) -> MovementDetector:
    return MovementDetector(baseline, mirrored=mirrored)


def held(watched: MovementDetector, now: Signals, frames: int = 3) -> list[Movement]:
    """Return the movements detected while the signals are held."""
    return [made for _ in range(frames) for made in watched.detect(now)]


@pytest.mark.parametrize("movement", Movement)
def test_each_movement_is_detected_once_until_it_has_ended(movement: Movement) -> None:
    watched = watch()
    assert held(watched, DONE[movement]) == [movement]
    assert watched.active == {movement}
    assert watched.detect(REST) == []
    assert watched.active == frozenset()
    assert held(watched, DONE[movement]) == [movement]


@pytest.mark.parametrize("movement", sorted(set(Movement) - {Movement.BLINK}))
def test_a_single_frame_is_no_movement_except_a_blink(movement: Movement) -> None:
    assert watch().detect(DONE[movement]) == []
    assert watch().detect(DONE[Movement.BLINK]) == [Movement.BLINK]


def test_a_movement_that_did_not_end_is_not_detected_again() -> None:
    watched = watch()
    for _ in range(2):
        watched.detect(DONE[Movement.TURN_LEFT])
    watched.detect(replace(REST, yaw=10.0))
    assert held(watched, DONE[Movement.TURN_LEFT]) == []


def test_thresholds_are_relative_to_the_baseline() -> None:
    high_brows, askew = replace(REST, brows_up=0.7), replace(REST, yaw=-10.0)
    assert held(watch(high_brows), high_brows) == []
    assert held(watch(high_brows), replace(high_brows, brows_up=0.9)) == [Movement.RAISE_BROWS]
    assert held(watch(askew), replace(askew, yaw=5.0)) == [Movement.TURN_LEFT]


@pytest.mark.parametrize(
    ("movement", "begins", "below", "ended"),
    [
        (Movement.TURN_LEFT, replace(REST, yaw=14.0), replace(REST, yaw=13.9), replace(REST, yaw=8.9)),
        (Movement.TURN_RIGHT, replace(REST, yaw=-14.0), replace(REST, yaw=-13.9), replace(REST, yaw=-8.9)),
        (Movement.LOOK_UP, replace(REST, pitch=10.0), replace(REST, pitch=9.9), replace(REST, pitch=5.9)),
        (Movement.OPEN_MOUTH, replace(REST, jaw_open=0.3), replace(REST, jaw_open=0.29), replace(REST, jaw_open=0.17)),
    ],
)
def test_a_movement_begins_and_ends_at_its_thresholds(
    movement: Movement, begins: Signals, below: Signals, ended: Signals
) -> None:
    assert held(watch(), below) == []
    watched = watch()
    assert held(watched, begins) == [movement]
    assert held(watched, below) == []
    assert watched.active == {movement}
    watched.detect(ended)
    assert watched.active == frozenset()


def test_frames_of_a_movement_must_be_consecutive() -> None:
    watched = watch()
    for _ in range(3):
        assert watched.detect(DONE[Movement.SMILE]) == []
        assert watched.detect(REST) == []


def test_an_expression_near_its_maximum_at_rest_has_a_finite_threshold() -> None:
    smiling = replace(REST, smile=0.95)
    assert held(watch(smiling), replace(REST, smile=1.0)) == [Movement.SMILE]


def test_a_mirrored_camera_swaps_turns() -> None:
    watched = watch(mirrored=True)
    assert held(watched, DONE[Movement.TURN_LEFT]) == [Movement.TURN_RIGHT]
    assert held(watched, DONE[Movement.SMILE]) == [Movement.SMILE]


def test_the_median_ignores_outliers() -> None:
    assert median_signals([REST, DONE[Movement.BLINK], REST]) == REST


def test_all_valid_orders_are_equally_likely() -> None:
    random = Random(5)
    drawn = Counter(draw_order(random, 3, tuple(Movement)) for _ in range(12_000))
    assert len(drawn) == 138
    assert max(drawn.values()) < 2 * min(drawn.values())


@pytest.mark.parametrize("count", [0, 7, 99])
def test_an_impossible_count_raises(count: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw_order(Random(1), count, tuple(Movement))


def test_turns_can_be_excluded() -> None:
    allowed = tuple(set(Movement) - TURN_MOVEMENTS)
    assert max_challenge_steps(allowed) == 4
    assert TURN_MOVEMENTS.isdisjoint(draw_order(Random(1), 4, allowed))
    assert len(INVOLUNTARY_MOVEMENTS.intersection(draw_order(Random(1), 4, allowed))) == 1
