"""Cues that look at no picture."""

from collections import deque
from collections.abc import Callable
from hashlib import blake2b

import numpy as np

from app.core.faces import Frame
from app.core.liveness import CueName, CueResult, LivenessVerdict

_VERDICTS = {None: LivenessVerdict.NOT_RUN, True: LivenessVerdict.FAILED, False: LivenessVerdict.PASSED}


class CameraCue:
    """Denies when a program poses as a camera.

    Args:
        is_virtual: Whether the camera is one of those; None where that is not known, or not asked.
    """

    def __init__(self, is_virtual: Callable[[], bool | None]) -> None:
        self._is_virtual = is_virtual

    def observe(self, _frame: Frame) -> None:
        """Frames tell nothing more."""

    def result(self) -> CueResult:
        """What is known now."""
        return CueResult(CueName.CAMERA, _VERDICTS[self._is_virtual()])


_ROWS, _COLUMNS = 24, 32
"""Pixels looked at. Each carries the noise of its own photosite, so that no two pictures of a camera agree in all."""

_MEMORY_FRAMES = 900
_WINDOW_FRAMES = 30
_DENY_SHARE = 0.5
_LEAST_CONTRAST = 4.0
"""Standard deviation below which a picture says nothing: an unlit sensor gives the same black each time."""


class RepeatsCue:
    """Denies when half of the last second's frames had been seen before.

    A frame that equals the one right before it is counted only from the fourth in a row on: slow cameras in the dark
    deliver each picture twice or thrice.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}
        self._order: deque[bytes] = deque()
        self._repeated: deque[bool] = deque(maxlen=_WINDOW_FRAMES)
        self._last = b""
        self._same_in_a_row = 0

    def observe(self, frame: Frame) -> None:
        """Take in one frame."""
        rows = np.linspace(0, frame.height - 1, _ROWS).astype(int)
        columns = np.linspace(0, frame.width - 1, _COLUMNS).astype(int)
        sample = frame.image[np.ix_(rows, columns)]
        if sample.std() < _LEAST_CONTRAST:
            return
        mark = blake2b(sample.tobytes(), digest_size=16).digest()
        self._repeated.append(self._is_repeated(mark))
        self._remember(mark)

    def result(self) -> CueResult:
        """NOT_ENOUGH until a second's frames were seen; PASSED means no more than that nothing was repeated."""
        share = sum(self._repeated) / max(len(self._repeated), 1)
        evidence = {"repeated": share, "frames": float(len(self._repeated))}
        if len(self._repeated) < _WINDOW_FRAMES:
            verdict = LivenessVerdict.NOT_ENOUGH
        else:
            verdict = LivenessVerdict.FAILED if share >= _DENY_SHARE else LivenessVerdict.PASSED
        return CueResult(CueName.REPEATS, verdict, evidence)

    def _is_repeated(self, mark: bytes) -> bool:
        if mark == self._last:
            self._same_in_a_row += 1
            return self._same_in_a_row > 3
        self._same_in_a_row = 0
        self._last = mark
        return mark in self._seen

    def _remember(self, mark: bytes) -> None:
        self._order.append(mark)
        self._seen[mark] = self._seen.get(mark, 0) + 1
        if len(self._order) > _MEMORY_FRAMES:
            oldest = self._order.popleft()
            self._seen[oldest] -= 1
            if not self._seen[oldest]:
                del self._seen[oldest]
