"""A slot for the newest item of a producer, such as the latest frame of a camera."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """A queue of length one: a new item replaces an item that was not taken, which is counted as dropped.

    Safe to use from several threads.

    Args:
        merge: Combines an item that was not taken with the one that replaces it; by default, the old one is discarded.
    """

    def __init__(self, merge: Callable[[T, T], T] = lambda _, newer: newer) -> None:
        self._merge = merge
        self._changed = threading.Condition()
        self._item: T | None = None
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """The number of items that were replaced before they were taken."""
        with self._changed:
            return self._dropped

    def reset_dropped(self) -> None:
        """Set the number of dropped items to 0."""
        with self._changed:
            self._dropped = 0

    def put(self, item: T) -> None:
        """Store an item in place of the one before; after `close` it is ignored."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._item is not None
            self._item = item if self._item is None else self._merge(self._item, item)
            self._changed.notify()

    def take(self, timeout_s: float = 0.0) -> T | None:
        """Remove and return the item.

        Args:
            timeout_s: Longest wait for an item, in seconds.

        Returns:
            None if there is no item.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed, timeout_s)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Drop the item, wake all threads that wait in `take`, and ignore further items."""
        with self._changed:
            self._closed = True
            self._item = None
            self._changed.notify_all()
