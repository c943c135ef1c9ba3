from app.core.unlock import Deadline
from tests.fakes.camera import ManualClock


def test_deadline_counts_down_and_passes() -> None:
    clock = ManualClock()
    deadline = Deadline.after(clock, 2.5)
    assert deadline.remaining_s == 2.5
    clock.sleep(1.5)
    assert deadline.remaining_s == 1.0
    assert not deadline.passed
    clock.sleep(9.0)
    assert deadline.remaining_s == 0.0
    assert deadline.passed


def test_deadline_passes_exactly_at_its_time() -> None:
    clock = ManualClock()
    deadline = Deadline.after(clock, 1.0)
    clock.ns = deadline.at_ns - 1
    assert not deadline.passed
    clock.ns = deadline.at_ns
    assert deadline.passed
