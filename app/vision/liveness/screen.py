"""A cue on the moiré pattern that the pixels of a screen leave in a picture of it."""

from collections import deque
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.vision.liveness.base import FrameStride

_EVERY = 3
"""The cue processes every n-th frame: the pattern is permanent."""

_LOOKS = 8
_DENY_LOOKS = 6
"""Processed frames that the verdict is based on, and how many of them must show the pattern."""

_PEAK = 2.8
"""Least moiré strength of a screen. Live clips stay below 2.2; simulated screens whose pixels are at least as coarse as
the camera's are above 3.5."""

_FINE = 0.12
"""Frequency above which a face has no regular pattern of its own, in cycles per pixel."""

_SIDES = (128, 64)
"""Sides of the analysed patch, in pixels: the largest that the face fills."""


class ScreenCue:
    """Fails if a fine regular pattern covers the face.

    Screens whose pixels are finer than the camera's leave no pattern.
    """

    def __init__(self) -> None:
        self._stride = FrameStride(_EVERY)
        self._peaks: deque[float] = deque(maxlen=_LOOKS)

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""
        if self._stride.is_due():
            patch = _patch(frame, face)
            if patch is not None:
                self._peaks.append(moire_strength(patch))

    def skip_frame(self) -> None:
        """See `FaceCue.skip_frame`."""
        self._stride.skip()

    def result(self) -> CueResult:
        """NOT_ENOUGH until enough frames with a large enough face were processed."""
        if len(self._peaks) < _LOOKS:
            return CueResult(CueName.SCREEN, LivenessVerdict.NOT_ENOUGH, {"looks": float(len(self._peaks))})
        denies = sum(peak > _PEAK for peak in self._peaks) >= _DENY_LOOKS
        verdict = LivenessVerdict.FAILED if denies else LivenessVerdict.PASSED
        return CueResult(CueName.SCREEN, verdict, {"pattern": float(np.median(self._peaks))})


def moire_strength(patch: NDArray[np.float32]) -> float:
    """The moiré strength of a patch: how far the strongest fine frequency exceeds the mean of its ring.

    Args:
        patch: (side, side), float32, luminance 0 to 255; side is 64 or 128.

    Returns:
        A difference of natural logarithms of the spectrum's magnitude.
    """
    window, rings, counts, fine = _tables(len(patch))
    spectrum = cv2.dft((patch - patch.mean()) * window, flags=cv2.DFT_COMPLEX_OUTPUT)
    strength = np.log1p(cv2.magnitude(spectrum[..., 0], spectrum[..., 1]))
    usual = np.bincount(rings, strength.ravel()) / counts
    return float((strength.ravel() - usual[rings])[fine].max())


def _patch(frame: Frame, face: AnalyzedFace) -> NDArray[np.float32] | None:
    box = face.face.box
    side = next((side for side in _SIDES if side <= box.width * 1.2), None)
    if side is None or side > min(frame.width, frame.height):
        return None
    left = int(np.clip(box.centre[0] - side / 2, 0, frame.width - side))
    top = int(np.clip(box.centre[1] - side / 2, 0, frame.height - side))
    part = np.ascontiguousarray(frame.image[top : top + side, left : left + side])
    return cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)


@cache
def _tables(side: int) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Window, ring of each frequency, number of frequencies in each ring, and indices of the fine frequencies."""
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    across, down = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side))
    radius = np.hypot(across, down).ravel()
    rings = np.round(radius * side).astype(np.intp)
    return window, rings, np.bincount(rings), np.flatnonzero(radius > _FINE)
