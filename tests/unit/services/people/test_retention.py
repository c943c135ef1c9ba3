"""Expired people are erased at the start and every hour."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import StoreLocked
from app.core.people import Person
from app.services.people.retention import RetentionScheduler
from tests.unit.services.kiosk.bench import Bench


def test_runs_at_the_start_and_after_each_interval() -> None:
    runs, third_run = [0], threading.Event()

    def erase() -> list[Person]:
        runs[0] += 1
        if runs[0] == 3:
            third_run.set()
        return []

    with RetentionScheduler(erase, every_s=0.01) as scheduler:
        scheduler.start()
        scheduler.start()
        assert third_run.wait(5)


def test_a_failed_run_is_logged_and_repeated(caplog: pytest.LogCaptureFixture) -> None:
    attempts = threading.Semaphore(0)

    def erase() -> list[Person]:
        attempts.release()
        raise StoreLocked(path="people.sqlite3")

    with RetentionScheduler(erase, every_s=0.01) as scheduler:
        scheduler.start()
        assert all(attempts.acquire(timeout=5) for _ in range(2))
    assert "could not be erased" in caplog.text


def test_close_does_not_wait_for_the_interval() -> None:
    begun = threading.Event()

    def erase() -> list[Person]:
        begun.set()
        return []

    scheduler = RetentionScheduler(erase)
    scheduler.start()
    assert begun.wait(5)
    scheduler.close()
    scheduler.close()
    assert not any(thread.name == "retention" for thread in threading.enumerate())


def test_nothing_runs_before_the_start_or_after_the_end() -> None:
    runs = threading.Event()

    def erase() -> list[Person]:
        runs.set()
        return []

    scheduler = RetentionScheduler(erase)
    scheduler.close()
    scheduler.start()
    assert not any(thread.name == "retention" for thread in threading.enumerate())
    assert not runs.is_set()


def test_expired_people_are_erased_from_the_database(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "kiosk.sqlite3")
    try:
        expired = bench.enrol("Ada", 0, delete_after=bench.clock.now() + timedelta(days=1))
        other = bench.enrol("Bob", 1)
        bench.clock.advance(2 * 86400)
        done = threading.Event()

        def erase() -> list[Person]:
            erased = bench.store.delete_expired(bench.clock.now())
            done.set()
            return erased

        with RetentionScheduler(erase) as scheduler:
            scheduler.start()
            assert done.wait(5)
        left = {person.id for person in bench.store.all()}
        assert left == {other.id}
        assert expired.id not in left
    finally:
        bench.database.close()
