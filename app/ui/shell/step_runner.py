"""Work that is done in steps in a worker's thread, so that it shows how far it is and can be broken off between two."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError
from app.ui.shell.session import Session


class StepRunner(QObject):
    """Asks a generator for one value after the other.

    Signals:
        begun: How many there are altogether.
        advanced: How many are done.
        ended: All are done.
        failed: Why they are not (a FacelatchError).

    Args:
        session: Whose slow worker does it, and which breaks it off when the window closes.
        parent: Owns it.
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
        """Whether it goes on."""
        return self._steps is not None

    def run(self, make: Callable[[], Iterator[int]], count: Callable[[], int]) -> None:
        """Begin; nothing happens while it runs.

        Args:
            make: Gives the generator; called in the worker's thread.
            count: How many there are; likewise, before.
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
