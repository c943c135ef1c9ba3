import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.timings import FrameStage, StageTimer, Timings, percentiles

MS = 1_000_000


def test_stages_are_summed_up_by_median_and_percentile_in_their_order() -> None:
    timings = Timings()
    for ms in range(1, 101):
        timings.record({FrameStage.TOTAL: 2 * ms * MS, FrameStage.DETECT: ms * MS})
    spreads = timings.spreads()
    assert list(spreads) == [FrameStage.DETECT, FrameStage.TOTAL]
    assert spreads[FrameStage.DETECT].p50_ms == pytest.approx(50.5)
    assert spreads[FrameStage.DETECT].p95_ms == pytest.approx(95.05)
    assert spreads[FrameStage.TOTAL].p50_ms == pytest.approx(101)


def test_only_the_last_measurements_count() -> None:
    timings = Timings(window=3)
    for ms in (900, 900, 1, 2, 3):
        timings.record({FrameStage.EMBED: ms * MS})
    assert timings.spreads()[FrameStage.EMBED].p50_ms == 2


def test_once_a_window_paints_the_total_reaches_to_the_painted_picture() -> None:
    timings = Timings()
    timings.record({FrameStage.TOTAL: 20 * MS})
    timings.record_painted(3 * MS, 40 * MS)
    assert timings.spreads()[FrameStage.TOTAL].p50_ms == 40
    assert timings.spreads()[FrameStage.DRAW].p50_ms == 3


@pytest.mark.parametrize(("fps", "frames"), [(30, 90), (10, 30), (2, 6)])
def test_the_rate_is_that_of_the_last_two_seconds(fps: int, frames: int) -> None:
    timings = Timings()
    for number in range(frames):
        timings.record_finished(number * 1_000_000_000 // fps)
    last = (frames - 1) * 1_000_000_000 // fps
    assert timings.frames_per_second(last) == pytest.approx(fps)
    assert timings.frames_per_second(last + 2_000_000_001) == 0


def test_one_frame_makes_no_rate_and_two_at_once_no_division_by_zero() -> None:
    timings = Timings()
    timings.record_finished(5)
    assert timings.frames_per_second(5) == 0
    timings.record_finished(5)
    assert np.isfinite(timings.frames_per_second(5))


def test_clear_drops_all_measurements() -> None:
    timings = Timings()
    timings.record({FrameStage.TOTAL: MS})
    timings.record_painted(MS, MS)
    for now in (1, 2):
        timings.record_finished(now)
    timings.clear()
    assert timings.spreads() == {}
    assert timings.frames_per_second(2) == 0


def test_one_thread_may_read_while_another_writes() -> None:
    timings = Timings(window=50)
    done = threading.Event()

    def write() -> None:
        for number in range(2000):
            timings.record(dict.fromkeys(FrameStage, number))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert set(timings.spreads()) in (set(), set(FrameStage))
    writer.join()


@given(st.lists(st.integers(0, 10**12), min_size=1))
def test_percentiles_are_within_the_measured_range(nanoseconds: list[int]) -> None:
    both = percentiles(np.array(nanoseconds))
    assert min(nanoseconds) / 1e6 <= both.p50_ms * (1 + 1e-9)
    assert both.p50_ms <= both.p95_ms * (1 + 1e-9)
    assert both.p95_ms <= max(nanoseconds) / 1e6 * (1 + 1e-9)


def test_consecutive_stages_are_measured_without_a_gap() -> None:
    ticks = iter([10, 15, 27])
    timer = StageTimer(lambda: next(ticks))
    timer.finish(FrameStage.DETECT)
    timer.finish(FrameStage.ALIGN)
    assert timer.durations == {FrameStage.DETECT: 5, FrameStage.ALIGN: 12}
