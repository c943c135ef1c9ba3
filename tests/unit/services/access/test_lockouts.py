"""Lockouts are shared by all processes and survive an unreachable database."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import StoreError
from app.core.lockout import AttemptChannel, LockoutScope
from app.services.access.lockouts import AttemptOutcome, LockoutCounter, try_secret
from app.store.credentials.repositories import LockoutRepository
from app.store.database.sqlite import Database
from tests.fakes.camera import ManualClock

DOOR = LockoutScope(AttemptChannel.PIN, kiosk="door")
PEOPLE = LockoutScope(AttemptChannel.PIN, kiosk="door#people")
SECOND = 1_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1000 * SECOND)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[LockoutRepository]:
    with Database.open(tmp_path / "kiosk.sqlite3", busy_timeout_ms=50) as database:
        yield LockoutRepository(database)


@pytest.fixture
def counter(repository: LockoutRepository, clock: ManualClock) -> LockoutCounter:
    return LockoutCounter(repository, clock)


def fail(counter: LockoutCounter, times: int) -> int:
    return [counter.failed(DOOR) for _ in range(times)][-1]


def test_processes_share_failures_and_delays(
    counter: LockoutCounter, repository: LockoutRepository, clock: ManualClock
) -> None:
    other = LockoutCounter(repository, clock)
    assert fail(counter, 5) == 30 * SECOND
    assert other.left_ns(DOOR) == 30 * SECOND
    clock.advance(30)
    assert fail(other, 1) == 60 * SECOND
    assert counter.left_ns(DOOR) == 60 * SECOND


def test_a_success_resets_the_count_of_other_processes(
    counter: LockoutCounter, repository: LockoutRepository, clock: ManualClock
) -> None:
    other = LockoutCounter(repository, clock)
    fail(counter, 4)
    other.succeeded(DOOR)
    assert fail(counter, 1) == 0


def test_the_longest_delay_of_several_scopes_applies(counter: LockoutCounter) -> None:
    fail(counter, 5)
    assert counter.left_ns(LockoutScope(AttemptChannel.FACE, kiosk="door"), DOOR) == 30 * SECOND


def test_a_clock_set_back_does_not_extend_the_delay(
    counter: LockoutCounter, repository: LockoutRepository, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(counter, 5)
    clock.advance(20)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=1))
    started = LockoutCounter(repository, clock)
    assert started.left_ns(DOOR) == 30 * SECOND
    clock.advance(25)
    again = LockoutCounter(repository, clock)
    assert again.left_ns(DOOR) == 5 * SECOND


def test_an_unsaved_failure_is_stored_with_the_next(
    counter: LockoutCounter, repository: LockoutRepository, clock: ManualClock, tmp_path: Path
) -> None:
    blocker = sqlite3.connect(tmp_path / "kiosk.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    fail(counter, 4)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert repository.read(DOOR).failures == 0
    assert fail(counter, 1) == 30 * SECOND
    assert repository.read(DOOR).failures == 5


def test_guesses_of_parallel_processes_count_together(
    counter: LockoutCounter, repository: LockoutRepository, clock: ManualClock
) -> None:
    """Each of twenty processes checks the delay before any of them has compared its guess."""
    compared = []

    def guess(others: int) -> bool:
        compared.append(others)
        if others:
            try_secret(LockoutCounter(repository, clock), lambda: guess(others - 1), DOOR)
        return False

    assert try_secret(counter, lambda: guess(19), DOOR).outcome is AttemptOutcome.WRONG
    assert len(compared) == 5


def test_a_right_secret_does_not_reset_the_failures_of_others(
    counter: LockoutCounter, repository: LockoutRepository
) -> None:
    for number in range(3):
        own = LockoutScope(AttemptChannel.PIN, kiosk=f"own{number}")
        try_secret(counter, lambda: False, own, shared=(PEOPLE,))
        try_secret(counter, lambda: True, own, shared=(PEOPLE,))
        assert repository.read(own).failures == 0
    assert repository.read(PEOPLE).failures == 3


def test_a_secret_that_cannot_be_compared_is_not_counted(
    counter: LockoutCounter, repository: LockoutRepository
) -> None:
    def fail_to_read() -> bool:
        raise StoreError("The database cannot be read.", "")

    with pytest.raises(StoreError):
        try_secret(counter, fail_to_read, DOOR)
    assert repository.read(DOOR).failures == 0


def test_a_right_secret_at_the_limit_is_accepted_without_a_delay(counter: LockoutCounter) -> None:
    fail(counter, 4)
    assert try_secret(counter, lambda: True, DOOR).outcome is AttemptOutcome.RIGHT
    assert counter.left_ns(DOOR) == 0
