"""Those whose time is up are erased where no window is open."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import StoreLocked
from app.core.people import Person
from app.services.people.retention import RetentionThread
from tests.unit.services.kiosk.bench import Bench


def test_at_once_and_then_again_and_again() -> None:
    times, thrice = [0], threading.Event()

    def erase() -> list[Person]:
        times[0] += 1
        if times[0] == 3:
            thrice.set()
        return []

    with RetentionThread(erase, every_s=0.01):
        assert thrice.wait(5)


def test_what_fails_is_said_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Semaphore(0)

    def erase() -> list[Person]:
        tried.release()
        raise StoreLocked(path="people.sqlite3")

    with RetentionThread(erase, every_s=0.01):
        assert all(tried.acquire(timeout=5) for _ in range(2))
    assert "could not be erased" in caplog.text


def test_closing_does_not_wait_for_the_hour() -> None:
    begun = threading.Event()

    def erase() -> list[Person]:
        begun.set()
        return []

    thread = RetentionThread(erase)
    assert begun.wait(5)
    thread.close()
    thread.close()
    assert not any(alive.name == "retention" for alive in threading.enumerate())


def test_whoever_is_due_is_gone_from_the_database(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "kiosk.sqlite3")
    try:
        due = bench.enrol("Ada", 0, delete_after=bench.clock.now() + timedelta(days=1))
        kept = bench.enrol("Bob", 1)
        bench.clock.advance(2 * 86400)
        done = threading.Event()

        def erase() -> list[Person]:
            gone = bench.store.delete_expired(bench.clock.now())
            done.set()
            return gone

        with RetentionThread(erase):
            assert done.wait(5)
        left = {person.id for person in bench.store.all()}
        assert left == {kept.id}
        assert due.id not in left
    finally:
        bench.database.close()
