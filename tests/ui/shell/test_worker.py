"""The worker thread."""

from functools import partial
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.core.errors import FacelatchError, StoreLocked
from app.ui.shell.worker import Worker


def nothing(_: object) -> None: ...


def test_results_arrive_in_order(qtbot: QtBot) -> None:
    worker, told = Worker(), list[object]()
    for number in range(3):
        worker.submit(partial(int, number), told.append, nothing)
    qtbot.waitUntil(lambda: told == [0, 1, 2])
    assert worker.close(1.0)


def test_exceptions_arrive_as_errors(qtbot: QtBot) -> None:
    worker, told = Worker(), list[FacelatchError]()

    def fail() -> None:
        raise StoreLocked(path="people.sqlite3")

    worker.submit(fail, nothing, told.append)
    qtbot.waitUntil(lambda: [type(error) for error in told] == [StoreLocked])
    assert worker.close(1.0)


def test_close_finishes_tasks_without_delivering(qtbot: QtBot) -> None:
    worker, begun, go_on = Worker(), Event(), Event()
    done, told = list[int](), list[object]()

    def first() -> int:
        begun.set()
        go_on.wait(5)
        done.append(0)
        return 0

    worker.submit(first, told.append, nothing)
    for number in (1, 2):
        worker.submit(partial(done.append, number), told.append, nothing)
    assert begun.wait(5)
    qtbot.wait(10)
    go_on.set()
    assert worker.close(5.0)
    qtbot.wait(10)
    assert done == [0, 1, 2]
    assert told == []


@pytest.mark.parametrize("waiting", [0, 3])
def test_close_times_out_and_drops_the_rest(waiting: int) -> None:
    worker, go_on, done = Worker(), Event(), list[int]()
    worker.submit(lambda: go_on.wait(5), nothing, nothing)
    for number in range(waiting):
        worker.submit(partial(done.append, number), nothing, nothing)
    assert not worker.close(0.05)
    go_on.set()
    worker._thread.join(5)
    assert not worker._thread.is_alive()
    assert done == []
