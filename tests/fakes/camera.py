"""A manual clock, scripted frame sources, and a fake `cv2.VideoCapture`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import cv2
import numpy as np

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.source import SourceInfo, SourceKind
from app.core.errors import CameraError, CameraLost
from app.core.faces import Image

RED = (255, 0, 0)


def plain(colour: tuple[int, int, int] = RED, width: int = 64, height: int = 48) -> Image:
    """Return a picture of one RGB colour."""
    return np.full((height, width, 3), colour, np.uint8)


class ManualClock:
    """A clock that advances only by `advance` and `sleep`."""

    def __init__(self, start_ns: int = 1_000_000_000) -> None:
        self.ns = start_ns
        self.slept: list[float] = []

    def monotonic_ns(self) -> int:
        return self.ns

    def now(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.ns / 1000)

    def advance(self, seconds: float) -> None:
        self.ns += round(seconds * 1e9)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)


@dataclass(frozen=True, slots=True)
class Show:
    """Deliver a picture a number of times; more than once simulates a frozen device."""

    image: Image
    times: int = 1


@dataclass(frozen=True, slots=True)
class Black:
    """Deliver black pictures."""

    times: int = 1


@dataclass(frozen=True, slots=True)
class Stall:
    """Let time pass before the next step."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lose:
    """Fail at this read."""


@dataclass(frozen=True, slots=True)
class End:
    """Deliver None from here on."""


Step = Show | Black | Stall | Lose | End


class ScriptedSource(BaseSource):
    """A source that follows a script, one frame every `interval` seconds of its clock.

    Args:
        script: Steps, in order; then the source ends.
        clock: Advanced with each frame.
        kind: Kind that it reports.
        interval: Seconds between frames.
        refuses: Error raised by `open`.
    """

    def __init__(
        self,
        script: Iterable[Step],
        clock: ManualClock,
        *,
        kind: SourceKind = SourceKind.WEBCAM,
        interval: float = 1 / 30,
        refuses: CameraError | None = None,
    ) -> None:
        super().__init__("Scripted", clock)
        self._time = clock
        self._script = iter(script)
        self._kind = kind
        self._interval = interval
        self._refuses = refuses
        self._pending: Iterator[Image] = iter(())
        self.closed_times = 0

    def _start(self) -> SourceInfo:
        if self._refuses is not None:
            raise self._refuses
        return SourceInfo(self._kind, self._name, 64, 48, 1 / self._interval)

    def _next(self) -> CapturedImage | None:
        image = next(self._pending, None)
        while image is None:
            step = next(self._script, End())
            if isinstance(step, End):
                self._script = iter(())
                return None
            self._pending = self._carry_out(step)
            image = next(self._pending, None)
        self._time.advance(self._interval)
        return image, self._time.monotonic_ns()

    def _carry_out(self, step: Show | Black | Stall | Lose) -> Iterator[Image]:
        match step:
            case Show(image, times):
                return repeat(image, times)
            case Black(times):
                return repeat(np.zeros((48, 64, 3), np.uint8), times)
            case Stall(seconds):
                self._time.advance(seconds)
                return iter(())
            case Lose():
                raise CameraLost(camera=self._name)

    def _stop(self) -> None:
        self.closed_times += 1


class FakeCapture:
    """Fake of `cv2.VideoCapture`.

    Args:
        pictures: Frames to deliver, RGB; None is a frame that cannot be decoded.
        opens: Whether it opens.
        fps: Frame rate that it reports.
    """

    def __init__(self, pictures: Iterable[Image | None] = (), *, opens: bool = True, fps: float = 30.0) -> None:
        self._pictures = iter(pictures)
        self._opens = opens
        self._current: Image | None = None
        self.properties: dict[int, float] = {cv2.CAP_PROP_FPS: fps}
        self.asked: list[int] = []
        self.released = 0
        self.opened_with: tuple[int | str, int, tuple[int, ...]] | None = None

    def __call__(self, target: int | str, backend: int, parameters: Sequence[int]) -> "FakeCapture":
        """Act as its own factory."""
        self.opened_with = (target, backend, tuple(parameters))
        return self

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._opens and not self.released

    def grab(self) -> bool:
        try:
            self._current = next(self._pictures)
        except StopIteration:
            return False
        return True

    def retrieve(self) -> tuple[bool, Any]:
        if self._current is None:
            return False, None
        return True, np.ascontiguousarray(self._current[..., ::-1])

    def get(self, prop: int, /) -> float:
        return self.properties.get(prop, 0.0)

    def set(self, prop: int, value: float, /) -> bool:
        self.asked.append(prop)
        self.properties[prop] = value
        return True

    def release(self) -> None:
        self.released += 1
