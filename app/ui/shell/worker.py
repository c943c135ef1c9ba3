"""One thread for whatever may wait for the disk, so that the window never does."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.core.errors import Bug, FacelatchError
from app.core.logging import log_file

log = logging.getLogger(__name__)

T = TypeVar("T")
Task = Callable[[], Callable[[], None]]


class Worker(QObject):
    """Does tasks one after the other in its own thread, and brings each outcome back to the window's.

    The thread is a daemon: a database that another program holds must not keep the window from closing.
    """

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._closed = self._given_up = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def submit(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[FacelatchError], None]
    ) -> None:
        """Do `work` in the thread, then call `done` with what it gave, or `failed`, in the window's thread."""

        def task() -> Callable[[], None]:
            try:
                outcome = work()
            except FacelatchError as error:
                problem = error
            except Exception as error:  # the outermost of a task: one that ended the thread would end all to come
                log.exception("a task failed")
                problem = Bug(problem=repr(error), log=log_file())
            else:
                return lambda: done(outcome)
            return lambda: failed(problem)

        self._tasks.put(task)

    def close(self, timeout_s: float) -> bool:
        """Do what has been submitted, since it may be a change or its audit entry; outcomes are no longer delivered.

        Returns:
            False when that takes longer than `timeout_s`; the task in hand is left to end by itself, the others go.
        """
        self._closed = True
        self._tasks.put(None)
        self._thread.join(timeout_s)
        self._given_up = self._thread.is_alive()
        return not self._given_up

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None and not self._given_up:
            outcome = task()
            if not self._closed:
                self._finished.emit(outcome)

    def _deliver(self, outcome: Callable[[], None]) -> None:
        if not self._closed:
            outcome()
