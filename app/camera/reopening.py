"""How long to wait before a lost source is opened again."""

FIRST_S = 0.5
LONGEST_S = 5.0


class Backoff:
    """Waits that double from half a second to five, so that a camera that is back is found soon and cheaply.

    Args:
        first_s: The first wait, in seconds.
        longest_s: No wait is longer, in seconds.
    """

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def next_wait(self) -> float:
        """How many seconds to wait after one more failure."""
        wait, self._next_s = self._next_s, min(self._next_s * 2, self._longest_s)
        return wait

    def reset(self) -> None:
        """Begin with the first wait again: the source gave a frame."""
        self._next_s = self._first_s
