"""Delays are the same for every process, and outlast a database that cannot be reached."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.lockout import Channel, LockoutScope
from app.flows.lockout import FAILURES
from app.services.kiosk.lockouts import LockoutKeeper
from app.store.database import Database
from app.store.lockouts import LockoutRepository
from tests.fakes.camera import ManualClock

DOOR = LockoutScope(Channel.FACE, kiosk="door")
SECOND = 1_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1000 * SECOND)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[LockoutRepository]:
    with Database.open(tmp_path / "kiosk.sqlite3", busy_timeout_ms=50) as database:
        yield LockoutRepository(database)


@pytest.fixture
def keeper(repository: LockoutRepository, clock: ManualClock) -> LockoutKeeper:
    return LockoutKeeper(repository, clock, FAILURES)


def fail(keeper: LockoutKeeper, times: int) -> int:
    return [keeper.failed(DOOR) for _ in range(times)][-1]


def test_another_process_sees_the_delay_and_adds_to_it(
    keeper: LockoutKeeper, repository: LockoutRepository, clock: ManualClock
) -> None:
    other = LockoutKeeper(repository, clock, FAILURES)
    assert fail(keeper, 5) == 30 * SECOND
    assert other.left_ns(DOOR) == 30 * SECOND
    clock.advance(30)
    assert fail(other, 1) == 60 * SECOND
    assert keeper.left_ns(DOOR) == 60 * SECOND


def test_a_success_in_one_process_ends_the_count_of_the_other(
    keeper: LockoutKeeper, repository: LockoutRepository, clock: ManualClock
) -> None:
    other = LockoutKeeper(repository, clock, FAILURES)
    fail(keeper, 4)
    other.succeeded(DOOR)
    assert fail(keeper, 1) == 0


def test_the_strictest_of_several_counts(keeper: LockoutKeeper) -> None:
    fail(keeper, 5)
    assert keeper.left_ns(LockoutScope(Channel.PIN, kiosk="door"), DOOR) == 30 * SECOND


def test_a_clock_that_was_set_back_costs_the_rest_of_the_delay_once(
    keeper: LockoutKeeper, repository: LockoutRepository, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(keeper, 5)
    clock.advance(20)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=1))
    started = LockoutKeeper(repository, clock, FAILURES)
    assert started.left_ns(DOOR) == 30 * SECOND
    clock.advance(25)
    again = LockoutKeeper(repository, clock, FAILURES)
    assert again.left_ns(DOOR) == 5 * SECOND


def test_what_could_not_be_written_is_written_with_the_next(
    keeper: LockoutKeeper, repository: LockoutRepository, clock: ManualClock, tmp_path: Path
) -> None:
    blocker = sqlite3.connect(tmp_path / "kiosk.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    fail(keeper, 4)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert repository.read(DOOR).failures == 0
    assert fail(keeper, 1) == 30 * SECOND
    assert repository.read(DOOR).failures == 5
