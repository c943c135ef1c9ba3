"""The health of a camera, judged from its frames: stalled, frozen or dark."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Image

STALLED_AFTER_S = 2.0
FROZEN_AFTER_S = 3.0
DARK_AFTER_S = 1.0
DARK_MEAN = 8.0
DARK_SPREAD = 4.0
"""Mean and standard deviation of a dark frame, of 255. A covered sensor has noise of one or two levels; a lit face in a
dark room spreads over more."""

_SAMPLES_A_SIDE = 32
_NS = 1_000_000_000


class HealthState(StrEnum):
    """The health of a source."""

    HEALTHY = "healthy"
    STALLED = "stalled"
    FROZEN = "frozen"
    DARK = "dark"


class FrameHealth:
    """Observes the frames of one source. Does no I/O and reads no clock.

    A single frame that is lit and differs from the one before makes the source healthy. If a source is both dark and
    frozen, it is reported as dark: a closed cover is more likely than a frozen device, and a covered sensor may repeat
    the same frame.

    ```mermaid
    stateDiagram-v2
        [*] --> healthy
        healthy --> stalled: no frame for more than 2 s
        healthy --> dark: only dark frames for more than 1 s
        healthy --> frozen: live, the same picture for more than 3 s
        frozen --> dark: only dark frames for more than 1 s
        dark --> stalled: no frame for more than 2 s
        frozen --> stalled: no frame for more than 2 s
        stalled --> healthy: a frame
        stalled --> dark: a dark frame, as those before the stall
        stalled --> frozen: the same frame as before the stall
        dark --> healthy: a lit frame
        frozen --> healthy: another picture
    ```

    Args:
        live: Whether the source is live (`SourceInfo.live`); a film may contain still frames.
        started_ns: Monotonic time at which the source was opened, in nanoseconds.
    """

    def __init__(self, *, live: bool, started_ns: int) -> None:
        self._live = live
        self._state = HealthState.HEALTHY
        self._last_frame_ns = started_ns
        self._sample = b""
        self._same_since_ns = started_ns
        self._dark_since_ns: int | None = None

    @property
    def state(self) -> HealthState:
        """The health as of the last observation."""
        return self._state

    def observe_frame(self, image: Image, now_ns: int) -> HealthState:
        """Update the health with a frame.

        Args:
            image: height × width × 3, uint8.
            now_ns: Monotonic time in nanoseconds, never less than before.
        """
        sample = _sample_pixels(image)
        self._note_change(sample.tobytes(), now_ns)
        self._note_darkness(sample, now_ns)
        self._last_frame_ns = now_ns
        self._state = self._after_frame(now_ns)
        return self._state

    def observe_silence(self, now_ns: int) -> HealthState:
        """Update the health with the fact that no frame has come until `now_ns`."""
        if now_ns - self._last_frame_ns > STALLED_AFTER_S * _NS:
            self._state = HealthState.STALLED
        return self._state

    def _note_change(self, sample: bytes, now_ns: int) -> None:
        if sample != self._sample:
            self._sample = sample
            self._same_since_ns = now_ns

    def _note_darkness(self, sample: NDArray[np.uint8], now_ns: int) -> None:
        if sample.mean() >= DARK_MEAN or sample.std() >= DARK_SPREAD:
            self._dark_since_ns = None
        elif self._dark_since_ns is None:
            self._dark_since_ns = now_ns

    def _after_frame(self, now_ns: int) -> HealthState:
        if self._dark_since_ns is not None and now_ns - self._dark_since_ns > DARK_AFTER_S * _NS:
            return HealthState.DARK
        if self._live and now_ns - self._same_since_ns > FROZEN_AFTER_S * _NS:
            return HealthState.FROZEN
        return HealthState.HEALTHY


def _sample_pixels(image: Image) -> NDArray[np.uint8]:
    """About a thousand pixels of an image; the noise of a real sensor changes some of them in every frame."""
    down, across = (max(1, side // _SAMPLES_A_SIDE) for side in image.shape[:2])
    return np.ascontiguousarray(image[down // 2 :: down, across // 2 :: across])
