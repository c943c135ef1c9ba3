"""Lockout delays, which neither clocks nor restarts shorten."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.lockout import ClockReading, LockoutRecord
from app.flows.lockout import FAILURE_LIMIT, FAILURE_LIMIT_WITH_PAD, Lockout, delay_ns, elapsed_ns

SECOND = 1_000_000_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float, *, wall: float | None = None) -> ClockReading:
    return ClockReading(round(seconds * SECOND), START + timedelta(seconds=seconds if wall is None else wall))


def failed(times: int, seconds: float = 0.0) -> Lockout:
    lockout = Lockout(FAILURE_LIMIT, LockoutRecord(), at(seconds))
    for _ in range(times):
        lockout.record_failure(at(seconds))
    return lockout


@pytest.mark.parametrize(
    ("failures", "seconds"), [(4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (13, 3600), (10**6, 3600)]
)
def test_the_delay_starts_at_the_fifth_failure_and_doubles_up_to_an_hour(failures: int, seconds: int) -> None:
    assert delay_ns(failures, FAILURE_LIMIT) == seconds * SECOND


def test_with_attack_detection_the_delay_starts_at_the_tenth_failure() -> None:
    assert delay_ns(9, FAILURE_LIMIT_WITH_PAD) == 0
    assert delay_ns(10, FAILURE_LIMIT_WITH_PAD) == 30 * SECOND


def test_the_fifth_consecutive_failure_locks_for_30_s() -> None:
    assert failed(4).left_ns(at(0)) == 0
    lockout = failed(5)
    assert lockout.left_ns(at(0)) == 30 * SECOND
    assert lockout.left_ns(at(29.5)) == SECOND // 2
    assert lockout.left_ns(at(30)) == 0


def test_a_success_resets_the_count() -> None:
    lockout = failed(4)
    lockout.record_success(at(1))
    for _ in range(4):
        lockout.record_failure(at(2))
    assert lockout.left_ns(at(2)) == 0


def test_a_success_does_not_end_a_delay() -> None:
    lockout = failed(5)
    assert lockout.record_success(at(10)).failures == 5
    assert lockout.left_ns(at(10)) == 20 * SECOND


def test_the_next_failure_after_the_delay_doubles_it() -> None:
    lockout = failed(5)
    lockout.record_failure(at(31))
    assert lockout.left_ns(at(31)) == 60 * SECOND


def test_a_failure_never_shortens_a_delay() -> None:
    lockout = failed(14)
    assert lockout.left_ns(at(0)) == 3600 * SECOND
    lockout.record_failure(at(10))
    assert lockout.left_ns(at(10)) == 3600 * SECOND


def test_a_stored_delay_continues_in_the_next_process() -> None:
    stored = failed(5).record
    assert Lockout(FAILURE_LIMIT, stored, at(10)).left_ns(at(10)) == 20 * SECOND


def test_setting_the_wall_clock_forward_does_not_shorten_a_delay() -> None:
    stored = failed(5).record
    assert Lockout(FAILURE_LIMIT, stored, at(1, wall=10_000)).left_ns(at(1)) == 29 * SECOND


def test_after_a_restamp_a_wall_clock_set_back_costs_one_delay_at_most() -> None:
    now = at(20, wall=-10_000)
    lockout = Lockout(FAILURE_LIMIT, failed(5).record, now)
    assert lockout.left_ns(now) == 30 * SECOND
    stored = lockout.restamp(now)
    later = at(45, wall=-9_975)
    assert Lockout(FAILURE_LIMIT, stored, later).left_ns(later) == 5 * SECOND


def test_after_a_reboot_only_the_uptime_counts() -> None:
    stored = failed(5, seconds=1000).record
    now = ClockReading(12 * SECOND, START + timedelta(seconds=5000))
    assert Lockout(FAILURE_LIMIT, stored, now).left_ns(now) == 18 * SECOND


def test_the_wall_clock_does_not_affect_a_running_lockout() -> None:
    lockout = failed(5)
    assert lockout.left_ns(at(10, wall=90_000)) == 20 * SECOND
    assert lockout.left_ns(at(10, wall=-90_000)) == 20 * SECOND


def test_a_merged_record_can_lengthen_but_not_shorten_a_delay() -> None:
    lockout = failed(5)
    lockout.merge(LockoutRecord(0, 0, at(1)), at(1))
    assert lockout.left_ns(at(1)) == 29 * SECOND
    lockout.merge(LockoutRecord(8, 240 * SECOND, at(1)), at(1))
    assert lockout.left_ns(at(1)) == 240 * SECOND
    assert lockout.record.failures == 8


def test_elapsed_time_is_never_negative() -> None:
    assert elapsed_ns(at(10), at(10)) == 0
    assert elapsed_ns(at(10), at(11, wall=-5)) == 0
    assert elapsed_ns(at(10), at(10, wall=100)) == 0


PROCESS = st.integers(0, 1)


class LockoutMachine(RuleBasedStateMachine):
    """Two processes that share one record: no sequence of clock changes, restarts and suspends shortens a delay."""

    def __init__(self) -> None:
        super().__init__()
        self.real = 0.0
        self.uptime = 50.0
        self.wall_ahead = 0.0
        self.free_at = 0.0
        self.consecutive = 0
        self.stored = LockoutRecord()
        self.lockouts = [self.start(), self.start()]

    @property
    def now(self) -> ClockReading:
        return ClockReading(round(self.uptime * SECOND), START + timedelta(seconds=self.real + self.wall_ahead))

    def start(self) -> Lockout:
        return Lockout(FAILURE_LIMIT, self.stored, self.now)

    def process(self, number: int) -> Lockout:
        """Let a process read the record, as it does before any other step."""
        self.lockouts[number].merge(self.stored, self.now)
        return self.lockouts[number]

    @rule(seconds=st.floats(0, 4000))
    def wait(self, seconds: float) -> None:
        self.real += seconds
        self.uptime += seconds

    @rule(seconds=st.floats(0, 4000))
    def suspend(self, seconds: float) -> None:
        """Suspend the machine: only the wall clock advances."""
        self.real += seconds

    @rule(seconds=st.floats(-1e6, 1e6))
    def set_the_clock(self, seconds: float) -> None:
        self.wall_ahead += seconds

    @rule(number=PROCESS)
    def restart_a_process(self, number: int) -> None:
        self.lockouts[number] = self.start()

    @rule(off=st.floats(0, 4000), booting=st.floats(0, 60))
    def reboot(self, off: float, booting: float) -> None:
        self.real += off + booting
        self.uptime = booting
        self.lockouts = [self.start(), self.start()]

    @rule(number=PROCESS)
    def restamp(self, number: int) -> None:
        self.stored = self.process(number).restamp(self.now)

    @rule(number=PROCESS, times=st.integers(1, 7))
    def fail(self, number: int, times: int) -> None:
        for _ in range(times):
            self.stored = self.process(number).record_failure(self.now)
            self.consecutive += 1
            delay = delay_ns(self.consecutive, FAILURE_LIMIT) / SECOND
            self.free_at = max(self.free_at, self.real + delay) if delay else self.free_at

    @rule(number=PROCESS)
    def succeed(self, number: int) -> None:
        lockout = self.process(number)
        if lockout.left_ns(self.now) == 0:
            self.consecutive = 0
        self.stored = lockout.record_success(self.now)

    @invariant()
    def no_attempt_is_allowed_early(self) -> None:
        for number in (0, 1):
            if self.process(number).left_ns(self.now) == 0:
                assert self.real >= self.free_at - 1e-6

    @invariant()
    def no_delay_exceeds_an_hour(self) -> None:
        for number in (0, 1):
            assert self.process(number).left_ns(self.now) <= 3600 * SECOND


TestLockoutMachine = LockoutMachine.TestCase
TestLockoutMachine.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
