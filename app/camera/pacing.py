"""Pacing: the frame rate of files and of the demo, and the waits before a lost source is opened again."""

import time
from collections.abc import Callable

from app.core.clock import Clock

Sleep = Callable[[float], None]
"""Waits for a number of seconds."""


class Pacer:
    """Keeps a steady frame rate; it does not catch up on frames that a slow reader missed.

    Args:
        fps: Frames per second, above 0.
        clock: Measures time.
        sleep: Waits.
        paced: False disables all waits.
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
        # A camera drops frames that are not read: after a pause, the rhythm starts from now.
        self._due_ns = (due if now - due < self._interval_ns else now) + self._interval_ns
        return now


FIRST_S = 0.5
LONGEST_S = 5.0


class Backoff:
    """Waits that double from 0.5 s to 5 s, so that a camera that returns is found soon and at low cost.

    Args:
        first_s: The first wait, in seconds.
        longest_s: No wait is longer, in seconds.
    """

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def next_wait(self) -> float:
        """The wait after one more failure, in seconds."""
        wait, self._next_s = self._next_s, min(self._next_s * 2, self._longest_s)
        return wait

    def reset(self) -> None:
        """Start with the first wait again, after the source has delivered a frame."""
        self._next_s = self._first_s
