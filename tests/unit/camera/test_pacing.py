import pytest

from app.camera.pacing import Backoff, Pacer
from tests.fakes.camera import ManualClock


def test_the_first_frame_is_immediate_and_the_others_are_paced() -> None:
    clock = ManualClock(start_ns=0)
    pacer = Pacer(10.0, clock, clock.sleep)
    assert [pacer.wait() for _ in range(3)] == [0, 100_000_000, 200_000_000]


def test_a_slow_reader_does_not_change_the_rhythm() -> None:
    clock = ManualClock(start_ns=0)
    pacer = Pacer(10.0, clock, clock.sleep)
    pacer.wait()
    clock.advance(0.07)
    assert pacer.wait() == 100_000_000
    assert clock.slept == [pytest.approx(0.03)]


def test_missed_frames_are_not_made_up_for() -> None:
    clock = ManualClock(start_ns=0)
    pacer = Pacer(10.0, clock, clock.sleep)
    pacer.wait()
    clock.advance(60.0)
    stamps = [pacer.wait() for _ in range(3)]
    assert stamps == [60_000_000_000, 60_100_000_000, 60_200_000_000]


def test_unpaced_never_waits() -> None:
    clock = ManualClock(start_ns=7)
    pacer = Pacer(10.0, clock, clock.sleep, paced=False)
    assert [pacer.wait(), pacer.wait()] == [7, 7]
    assert clock.slept == []


def test_waits_double_up_to_five_seconds() -> None:
    backoff = Backoff()
    assert [backoff.next_wait() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_waits_restart_after_a_success() -> None:
    backoff = Backoff()
    backoff.next_wait()
    backoff.next_wait()
    backoff.reset()
    assert backoff.next_wait() == 0.5
