"""A stand-in for what speaks."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class FakeVoice:
    """Speaks until a test says that it is done, and remembers what it was asked."""

    spoken: list[tuple[str, str]] = field(default_factory=list)
    stopped: int = 0
    closed: bool = False
    on_end: Callable[[], None] | None = None

    def start(self, text: str, language: str, on_end: Callable[[], None]) -> None:
        assert self.on_end is None, "two texts at a time"
        self.spoken.append((text, language))
        self.on_end = on_end

    def stop(self) -> None:
        self.stopped += 1

    def close(self) -> None:
        self.closed = True

    def end(self) -> None:
        on_end, self.on_end = self.on_end, None
        assert on_end is not None
        on_end()
