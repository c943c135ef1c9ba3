"""Lockout delays, which neither clocks nor restarts shorten."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.lockout import AttemptChannel, ClockReading, LockoutRecord, LockoutScope, lasts_until_reset
from app.flows.lockout import BADGE_LIMITS, Lockout, LockoutLimits, delay_ns, elapsed_ns, limits_of

SECOND = 1_000_000_000
LIMITS = LockoutLimits(5, None)
PERSON = LockoutScope(AttemptChannel.FACE, person_id="a")
DOOR = LockoutScope(AttemptChannel.FACE, kiosk="door")
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float, *, wall: float | None = None) -> ClockReading:
    return ClockReading(round(seconds * SECOND), START + timedelta(seconds=seconds if wall is None else wall))


def failed(times: int, seconds: float = 0.0) -> Lockout:
    lockout = Lockout(LIMITS, LockoutRecord(), at(seconds))
    for _ in range(times):
        lockout.record_failure(at(seconds))
    return lockout


@pytest.mark.parametrize(
    ("failures", "seconds"), [(4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (13, 3600), (10**6, 3600)]
)
def test_the_delay_starts_at_the_fifth_failure_and_doubles_up_to_an_hour(failures: int, seconds: int) -> None:
    assert delay_ns(failures, LIMITS) == seconds * SECOND


def test_with_attack_detection_the_delay_starts_at_the_tenth_failure() -> None:
    limits = limits_of(PERSON, has_pad=True)
    assert delay_ns(9, limits) == 0
    assert delay_ns(10, limits) == 30 * SECOND


@pytest.mark.parametrize(
    ("scope", "has_pad", "overall"), [(s, p, 100 if p else 50) for s in (PERSON, DOOR) for p in (False, True)]
)
def test_the_overall_limit_ends_by_a_reset_only(scope: LockoutScope, has_pad: bool, overall: int) -> None:
    limits = limits_of(scope, has_pad=has_pad)
    assert not lasts_until_reset(delay_ns(overall - 1, limits))
    assert lasts_until_reset(delay_ns(overall, limits))


def test_strangers_cause_no_delay_at_a_kiosk_before_the_overall_limit() -> None:
    assert [delay_ns(failures, limits_of(DOOR, has_pad=False)) for failures in range(50)] == [0] * 50


def test_a_reset_ends_the_delay_of_another_process() -> None:
    lockout, other = failed(5), failed(5)
    lockout.merge(other.reset(at(1)), at(1))
    assert lockout.left_ns(at(1)) == 0
    assert lockout.record.failures == 0


def test_a_failure_counted_in_advance_is_withdrawn_with_its_delay() -> None:
    lockout = failed(5)
    assert lockout.withdraw_failure(at(0)).failures == 4
    assert lockout.left_ns(at(0)) == 0


def test_unknown_badges_are_forgotten_one_a_minute_and_delay_for_five_minutes_at_most() -> None:
    lockout = Lockout(BADGE_LIMITS, LockoutRecord(), at(0))
    for _ in range(100):
        lockout.record_failure(at(0))
    assert lockout.left_ns(at(0)) == 300 * SECOND
    assert lockout.record_failure(at(600)).failures == 91
    assert lockout.record_failure(at(600 + 3600 * 2)).failures == 1


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
    assert Lockout(LIMITS, stored, at(10)).left_ns(at(10)) == 20 * SECOND


def test_setting_the_wall_clock_forward_does_not_shorten_a_delay() -> None:
    stored = failed(5).record
    assert Lockout(LIMITS, stored, at(1, wall=10_000)).left_ns(at(1)) == 29 * SECOND


def test_after_a_restamp_a_wall_clock_set_back_costs_one_delay_at_most() -> None:
    now = at(20, wall=-10_000)
    lockout = Lockout(LIMITS, failed(5).record, now)
    assert lockout.left_ns(now) == 30 * SECOND
    stored = lockout.restamp(now)
    later = at(45, wall=-9_975)
    assert Lockout(LIMITS, stored, later).left_ns(later) == 5 * SECOND


def test_after_a_reboot_only_the_uptime_counts() -> None:
    stored = failed(5, seconds=1000).record
    now = ClockReading(12 * SECOND, START + timedelta(seconds=5000))
    assert Lockout(LIMITS, stored, now).left_ns(now) == 18 * SECOND


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
        return Lockout(LIMITS, self.stored, self.now)

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
            delay = delay_ns(self.consecutive, LIMITS) / SECOND
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
