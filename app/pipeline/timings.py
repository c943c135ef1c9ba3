"""Durations of the stages of a frame, over the last few seconds."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter_ns

import numpy as np

_WINDOW = 150
"""Measurements kept of each stage: five seconds at 30 frames per second."""


class FrameStage(StrEnum):
    """The stages of a frame, in order.

    CAPTURE is decoding, conversion and waiting, after the device has delivered the frame. TOTAL is the time from
    delivery to the result or, with a window, to the painted picture.
    """

    CAPTURE = "capture"
    DETECT = "detect"
    ALIGN = "align"
    EMBED = "embed"
    LIVENESS = "liveness"
    MATCH = "match"
    DRAW = "draw"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Median, 95th and 99th percentile of a set of durations, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


class StageTimer:
    """Measures the stages of one frame, which follow one another without a gap.

    Args:
        counter: Returns a time in nanoseconds that never decreases.
    """

    def __init__(self, counter: Callable[[], int] = perf_counter_ns) -> None:
        self._counter = counter
        self._since = counter()
        self.durations: dict[FrameStage, int] = {}

    def finish(self, stage: FrameStage) -> None:
        """Record the time since the last stage ended as the duration of `stage`."""
        now = self._counter()
        self.durations[stage] = now - self._since
        self._since = now


class Timings:
    """Rolling durations of every stage. Safe to use from several threads.

    Args:
        window: Measurements kept of each stage.
    """

    def __init__(self, window: int = _WINDOW) -> None:
        self._lock = threading.Lock()
        self._values: dict[FrameStage, deque[int]] = {stage: deque(maxlen=window) for stage in FrameStage}
        self._painted: deque[int] = deque(maxlen=window)
        self._finished: deque[int] = deque(maxlen=window)

    def record(self, durations: Mapping[FrameStage, int]) -> None:
        """Add the durations of a frame's stages, in nanoseconds."""
        with self._lock:
            for stage, nanoseconds in durations.items():
                self._values[stage].append(nanoseconds)

    def record_painted(self, draw_ns: int, total_ns: int) -> None:
        """Add a painted picture. From the first one on, TOTAL is the time until the picture is painted.

        Args:
            draw_ns: Duration of the drawing, in nanoseconds.
            total_ns: Time since the device delivered the frame, in nanoseconds.
        """
        with self._lock:
            self._values[FrameStage.DRAW].append(draw_ns)
            self._painted.append(total_ns)

    def record_finished(self, now_ns: int) -> None:
        """Count a frame for `frames_per_second`."""
        with self._lock:
            self._finished.append(now_ns)

    def spreads(self) -> dict[FrameStage, Percentiles]:
        """The percentiles of the stages measured so far, in order."""
        with self._lock:
            kept = {stage: np.array(values) for stage, values in self._values.items() if values}
            if self._painted:
                kept[FrameStage.TOTAL] = np.array(self._painted)
        return {stage: percentiles(values) for stage, values in kept.items()}

    def frames_per_second(self, now_ns: int) -> float:
        """The rate of the frames finished in the last two seconds."""
        with self._lock:
            recent = [stamp for stamp in self._finished if now_ns - stamp <= 2_000_000_000]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) * 1e9 / max(recent[-1] - recent[0], 1)

    def clear(self) -> None:
        """Drop all measurements, as after a change of source."""
        with self._lock:
            for values in self._values.values():
                values.clear()
            self._painted.clear()
            self._finished.clear()


def percentiles(nanoseconds: np.ndarray) -> Percentiles:
    """The percentiles of a set of durations.

    Args:
        nanoseconds: (n,), at least one duration in nanoseconds.
    """
    p50, p95, p99 = np.percentile(nanoseconds, [50, 95, 99]) / 1e6
    return Percentiles(float(p50), float(p95), float(p99))
