"""Runs a long task step by step in the worker thread, with progress, so that it can stop between two steps."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError
from app.ui.shell.session import Session


class StepRunner(QObject):
    """Takes one value after the other from a generator.

    Signals:
        begun: The number of steps.
        advanced: The number of finished steps.
        ended: All steps are finished.
        failed: The FacelatchError that stopped the task.

    Args:
        session: Provides the slow worker, which stops the task when the window closes.
        parent: The owning QObject.
    """

    begun = Signal(int)
    advanced = Signal(int)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps: Iterator[int] | None = None

    @property
    def running(self) -> bool:
        """Whether a task is running."""
        return self._steps is not None

    def run(self, make: Callable[[], Iterator[int]], count: Callable[[], int]) -> None:
        """Start a task; do nothing while one is running.

        Args:
            make: Returns the generator; called in the worker thread.
            count: Returns the number of steps; called in the worker thread before `make`.
        """
        if self._steps is None:
            self._steps = iter(())
            self._session.slow_worker.submit(lambda: (count(), make()), self._begin, self._fail)

    def _begin(self, made: tuple[int, Iterator[int]]) -> None:
        total, self._steps = made
        self.begun.emit(total)
        self._ask()

    def _ask(self) -> None:
        steps = self._steps
        if steps is not None:
            self._session.slow_worker.submit(lambda: next(steps, None), self._take, self._fail)

    def _take(self, done: int | None) -> None:
        if done is None:
            self._steps = None
            self.ended.emit()
        else:
            self.advanced.emit(done)
            self._ask()

    def _fail(self, error: FacelatchError) -> None:
        self._steps = None
        self.failed.emit(error)
