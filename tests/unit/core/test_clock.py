from datetime import UTC, timedelta

from app.core.clock import Clock, SystemClock


def test_system_clock_is_monotonic_and_in_utc() -> None:
    clock: Clock = SystemClock()
    before, first = clock.monotonic_ns(), clock.now()
    assert clock.monotonic_ns() >= before > 0
    assert timedelta(0) <= clock.now() - first < timedelta(minutes=1)
    assert first.tzinfo is UTC
