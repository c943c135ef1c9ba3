"""A reader of badges that types like a keyboard."""

_PAUSE_NS = 2_000_000_000
"""A reader types without a pause; what somebody left half typed is forgotten."""


class Scanner:
    """Puts together what is typed outside the pad."""

    def __init__(self) -> None:
        self._typed, self._typed_ns = "", 0

    def add(self, text: str, now_ns: int) -> None:
        """A key was pressed."""
        kept = self._typed if now_ns - self._typed_ns <= _PAUSE_NS else ""
        self._typed, self._typed_ns = kept + text, now_ns

    def take(self, now_ns: int) -> str:
        """What was typed until Enter was pressed; empty where that was nothing, or too long ago."""
        number, self._typed = self._typed.strip(), ""
        return number if now_ns - self._typed_ns <= _PAUSE_NS else ""
