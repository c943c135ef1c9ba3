"""What a test waits for without polling: a list that notifies, and a clock that a test moves forward."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from app.core.clock import SystemClock

T = TypeVar("T")


class NotifyingList(list[T]):
    """A list that other threads append to and a test waits for.

    Args:
        items: Initial items.
        condition: Notified after each append; lists that a test waits for together share one.
    """

    def __init__(self, items: Iterable[T] = (), condition: threading.Condition | None = None) -> None:
        super().__init__(items)
        self._condition = condition or threading.Condition()

    def append(self, item: T) -> None:
        """Append an item and notify."""
        with self._condition:
            super().append(item)
            self._condition.notify_all()

    def until(self, predicate: Callable[[], bool], seconds: float = 8.0) -> None:
        """Wait until a predicate on the list holds.

        Args:
            predicate: Called after each append.
            seconds: Longest wait.

        Raises:
            AssertionError: The predicate does not hold in time.
        """
        with self._condition:
            assert self._condition.wait_for(predicate, seconds), list(self)

    def until_length(self, length: int) -> "NotifyingList[T]":
        """Wait until the list has at least this length, and return it."""
        self.until(lambda: len(self) >= length)
        return self


class ShiftedClock(SystemClock):
    """The system clock, which a test moves forward."""

    def __init__(self) -> None:
        self._shift_s = 0.0

    def advance(self, seconds: float) -> None:
        """Move both clocks forward."""
        self._shift_s += seconds

    def now(self) -> datetime:
        """Return the shifted wall clock."""
        return super().now() + timedelta(seconds=self._shift_s)

    def monotonic_ns(self) -> int:
        """Return the shifted monotonic clock."""
        return super().monotonic_ns() + round(self._shift_s * 1e9)
