import threading
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.latest_slot import LatestSlot


@given(st.lists(st.sampled_from(["put", "take"])))
def test_the_newest_wins_and_the_dropped_are_counted(calls: list[str]) -> None:
    slot: LatestSlot[int] = LatestSlot()
    waiting, dropped = None, 0
    for number, call in enumerate(calls):
        if call == "put":
            slot.put(number)
            waiting, dropped = number, dropped + (waiting is not None)
        else:
            assert slot.take() == waiting
            waiting = None
        assert slot.dropped == dropped


def test_the_dropped_count_can_be_reset() -> None:
    slot: LatestSlot[int] = LatestSlot()
    for number in range(3):
        slot.put(number)
    slot.reset_dropped()
    assert slot.dropped == 0
    assert slot.take() == 2


def test_a_replaced_item_is_merged_into_the_new_one() -> None:
    slot: LatestSlot[str] = LatestSlot(lambda earlier, newer: earlier + newer)
    for item in "abc":
        slot.put(item)
    assert (slot.take(), slot.dropped) == ("abc", 2)
    slot.put("d")
    assert slot.take() == "d"


def test_take_waits_for_an_item_up_to_the_timeout() -> None:
    slot: LatestSlot[int] = LatestSlot()
    assert slot.take(0.01) is None
    threading.Timer(0.02, slot.put, [7]).start()
    assert slot.take(5.0) == 7


def test_closing_wakes_waiting_threads_and_ignores_further_items() -> None:
    slot: LatestSlot[int] = LatestSlot()
    threading.Timer(0.02, slot.close).start()
    assert slot.take(5.0) is None
    slot.put(8)
    assert (slot.take(5.0), slot.dropped) == (None, 0)


def test_closing_drops_the_item() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(1)
    slot.close()
    assert slot.take() is None


def test_from_many_threads_each_item_is_taken_once_or_counted_and_none_comes_out_of_its_writers_order() -> None:
    slot: LatestSlot[tuple[int, int]] = LatestSlot()
    taken: list[tuple[int, int]] = []
    last = -1, -1

    def write(writer: int) -> None:
        for number in range(500):
            slot.put((writer, number))

    def read() -> None:
        while (item := slot.take(5.0)) not in {None, last}:
            assert item is not None
            taken.append(item)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    slot.put(last)
    reader.join()
    assert len(taken) + slot.dropped == 4 * 500
    for writer in range(4):
        numbers = [number for who, number in taken if who == writer]
        assert all(earlier < later for earlier, later in pairwise(numbers))
