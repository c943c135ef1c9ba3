"""Cues on a source rather than on a face: virtual cameras, and frames that repeat."""

from collections import deque
from collections.abc import Callable
from hashlib import blake2b

import numpy as np

from app.core.faces import Frame
from app.core.liveness import CueName, CueResult, LivenessVerdict

_VERDICTS = {None: LivenessVerdict.NOT_RUN, True: LivenessVerdict.FAILED, False: LivenessVerdict.PASSED}

_ROWS, _COLUMNS = 24, 32
"""Grid of the pixels that are compared. Sensor noise makes each differ from frame to frame, so that two frames of a
camera never agree in all of them."""

_MEMORY_FRAMES = 900
_WINDOW_FRAMES = 30
_DENY_SHARE = 0.5
_LEAST_CONTRAST = 4.0
"""Standard deviation of the sampled values below which a frame is ignored: an unlit sensor repeats the same black."""


class CameraCue:
    """Fails if a program poses as a camera.

    Args:
        is_virtual: Returns whether the camera is virtual; None if that is unknown or not checked.
    """

    def __init__(self, is_virtual: Callable[[], bool | None]) -> None:
        self._is_virtual = is_virtual

    def observe(self, _frame: Frame) -> None:
        """Do nothing: the verdict does not depend on the frames."""

    def result(self) -> CueResult:
        """The verdict on the camera as it is known now."""
        return CueResult(CueName.CAMERA, _VERDICTS[self._is_virtual()])


class RepeatsCue:
    """Fails if half of the frames of the last second repeat earlier ones, as in a still picture or a looped film.

    A frame that equals the one before it counts only from the fourth in a row on: slow cameras deliver each frame two
    or three times in the dark.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}
        self._order: deque[bytes] = deque()
        self._repeated: deque[bool] = deque(maxlen=_WINDOW_FRAMES)
        self._last = b""
        self._same_in_a_row = 0

    def observe(self, frame: Frame) -> None:
        """See `SourceCue.observe`."""
        rows = np.linspace(0, frame.height - 1, _ROWS).astype(int)
        columns = np.linspace(0, frame.width - 1, _COLUMNS).astype(int)
        sample = frame.image[np.ix_(rows, columns)]
        if sample.std() < _LEAST_CONTRAST:
            return
        mark = blake2b(sample.tobytes(), digest_size=16).digest()
        self._repeated.append(self._is_repeated(mark))
        self._remember(mark)

    def result(self) -> CueResult:
        """NOT_ENOUGH for the first second; PASSED only means that no frames repeat."""
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
