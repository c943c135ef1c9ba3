"""A thread for everything that may wait for the disk, so that the window does not."""

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
    """Runs tasks one after the other in its own thread and delivers each result in the window's thread.

    The thread is a daemon: a database locked by another program must not keep the window from closing.
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
        """Run `work` in the worker thread, then one of two callbacks in the window's thread.

        Args:
            work: The task.
            done: Called with the result of `work`.
            failed: Called with the error; an unexpected exception arrives as `Bug`.
        """

        def task() -> Callable[[], None]:
            try:
                outcome = work()
            except FacelatchError as error:
                problem = error
            except Exception as error:  # an exception would end the thread and all later tasks
                log.exception("a task failed")
                problem = Bug(problem=repr(error), log=log_file())
            else:
                return lambda: done(outcome)
            return lambda: failed(problem)

        self._tasks.put(task)

    def close(self, timeout_s: float) -> bool:
        """Finish the submitted tasks, which may be changes and their audit entries, without delivering their results.

        Args:
            timeout_s: Longest wait in seconds.

        Returns:
            False after the timeout: the running task ends on its own, the remaining ones are dropped.
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
