"""Delivers frames at the rate of a camera."""

import time
from collections.abc import Callable

from app.core.clock import Clock

Sleep = Callable[[float], None]
"""Waits for so many seconds."""


class Pacer:
    """Keeps to a steady rate, without hurrying to make up for a reader that was slow.

    Args:
        fps: Frames a second, above 0.
        clock: Tells the time.
        sleep: Waits.
        paced: False never waits.
    """

    def __init__(self, fps: float, clock: Clock, sleep: Sleep = time.sleep, *, paced: bool = True) -> None:
        self._interval_ns = round(1e9 / fps)
        self._clock = clock
        self._sleep = sleep
        self._paced = paced
        self._due_ns: int | None = None

    def wait(self) -> int:
        """Wait until the next frame is due.

        Returns:
            The monotonic time now, in nanoseconds.
        """
        now = self._clock.monotonic_ns()
        if not self._paced:
            return now
        due = now if self._due_ns is None else self._due_ns
        if due > now:
            self._sleep((due - now) / 1e9)
            now = self._clock.monotonic_ns()
        # A camera drops what nobody read: after a pause the rhythm starts anew.
        self._due_ns = (due if now - due < self._interval_ns else now) + self._interval_ns
        return now
