"""One place for the newest thing."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Holds at most one item: the newest wins, and those that were never taken are counted."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """How many items were replaced before anybody took them."""
        with self._changed:
            return self._dropped

    def reset_dropped(self) -> None:
        """Count anew from here."""
        with self._changed:
            self._dropped = 0

    def put(self, item: T) -> None:
        """Lay down the newest item; after `close` it is ignored."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._item is not None
            self._item = item
            self._changed.notify()

    def take(self, timeout_s: float = 0.0) -> T | None:
        """Take the newest item away, waiting up to `timeout_s` seconds for one; None when there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed, timeout_s)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Wake whoever waits, and take nothing more."""
        with self._changed:
            self._closed = True
            self._item = None
            self._changed.notify_all()
