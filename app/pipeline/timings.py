"""How long each stage takes, over the last few seconds."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

_WINDOW = 150
"""Frames remembered: five seconds at 30 frames a second."""


class FrameStage(StrEnum):
    """The parts of a frame's way, in order.

    CAPTURE is decoding, converting and handing over, after the device has delivered; TOTAL reaches from delivery to the
    result, and where there is a window, to the painted picture.
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
    """Median, 95th and 99th percentile, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


class Timings:
    """Rolling measurements of every stage. Safe to use from several threads.

    Args:
        window: How many measurements of each stage are remembered.
    """

    def __init__(self, window: int = _WINDOW) -> None:
        self._lock = threading.Lock()
        self._values: dict[FrameStage, deque[int]] = {stage: deque(maxlen=window) for stage in FrameStage}
        self._painted: deque[int] = deque(maxlen=window)
        self._finished: deque[int] = deque(maxlen=window)

    def record(self, durations: Mapping[FrameStage, int]) -> None:
        """Add nanoseconds by stage."""
        with self._lock:
            for stage, nanoseconds in durations.items():
                self._values[stage].append(nanoseconds)

    def painted(self, draw_ns: int, total_ns: int) -> None:
        """Add a picture that a window has painted; from the first on, TOTAL reaches to the painted picture.

        Args:
            draw_ns: What drawing it took.
            total_ns: Since the device delivered it.
        """
        with self._lock:
            self._values[FrameStage.DRAW].append(draw_ns)
            self._painted.append(total_ns)

    def frame_finished(self, now_ns: int) -> None:
        """Count a frame for the rate."""
        with self._lock:
            self._finished.append(now_ns)

    def spreads(self) -> dict[FrameStage, Percentiles]:
        """The stages measured so far, in order."""
        with self._lock:
            kept = {stage: np.array(values) for stage, values in self._values.items() if values}
            if self._painted:
                kept[FrameStage.TOTAL] = np.array(self._painted)
        return {stage: percentiles(values) for stage, values in kept.items()}

    def frames_per_second(self, now_ns: int) -> float:
        """Over the frames of the last two seconds."""
        with self._lock:
            recent = [stamp for stamp in self._finished if now_ns - stamp <= 2_000_000_000]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) * 1e9 / max(recent[-1] - recent[0], 1)

    def clear(self) -> None:
        """Forget everything, as after a change of source."""
        with self._lock:
            for values in self._values.values():
                values.clear()
            self._painted.clear()
            self._finished.clear()


def percentiles(nanoseconds: np.ndarray) -> Percentiles:
    """Median, 95th and 99th percentile of a set of durations.

    Args:
        nanoseconds: (n,), n of at least 1.
    """
    p50, p95, p99 = np.percentile(nanoseconds, [50, 95, 99]) / 1e6
    return Percentiles(float(p50), float(p95), float(p99))
