import threading

import pytest

from app.pipeline.slot import LatestSlot
from app.pipeline.timings import Stage, Timings


def test_the_newest_wins_and_the_dropped_are_counted() -> None:
    slot: LatestSlot[int] = LatestSlot()
    for number in range(5):
        slot.put(number)
    assert slot.take() == 4
    assert slot.take() is None
    assert slot.dropped == 4
    slot.forget_dropped()
    assert slot.dropped == 0


def test_taking_waits_for_an_item_and_closing_wakes() -> None:
    slot: LatestSlot[int] = LatestSlot()
    threading.Timer(0.02, slot.put, [7]).start()
    assert slot.take(2.0) == 7
    threading.Timer(0.02, slot.close).start()
    assert slot.take(2.0) is None
    slot.put(8)
    assert slot.take() is None


def test_nothing_is_lost_uncounted_between_threads() -> None:
    slot: LatestSlot[int] = LatestSlot()

    def write() -> None:
        for number in range(5000):
            slot.put(number)

    writer = threading.Thread(target=write)
    writer.start()
    taken: list[int] = []
    while writer.is_alive() or not taken or taken[-1] != 4999:
        item = slot.take(0.001)
        taken += [] if item is None else [item]
    writer.join()
    assert taken == sorted(set(taken))
    assert len(taken) + slot.dropped == 5000


def test_stages_are_summed_up_by_median_and_percentile() -> None:
    timings = Timings(window=100)
    for ms in range(1, 101):
        timings.record({Stage.DETECT: ms * 1_000_000, Stage.TOTAL: 2 * ms * 1_000_000})
        timings.frame_finished(ms * 20_000_000)
    spreads = timings.spreads()
    assert list(spreads) == [Stage.DETECT, Stage.TOTAL]
    assert spreads[Stage.DETECT].p50_ms == pytest.approx(50.5)
    assert spreads[Stage.DETECT].p95_ms == pytest.approx(95.05)
    assert timings.frames_per_second(2_000_000_000) == pytest.approx(50)
    assert timings.frames_per_second(9_000_000_000) == 0
    timings.painted(3_000_000, 40_000_000)
    assert timings.spreads()[Stage.TOTAL].p50_ms == 40
    assert timings.spreads()[Stage.DRAW].p50_ms == 3
    timings.clear()
    assert timings.spreads() == {}
