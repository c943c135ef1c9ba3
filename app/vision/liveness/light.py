"""A cue on the light challenge: whether a face reflects the colours that the screen in front of it shows.

A living face reflects them, with the delay of screen and camera. A replay was recorded before the colours were drawn at
random, and its own light outshines them; a wall behind the face is too far away to reflect as much.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import CueName, CueResult, LightStimulus, LivenessVerdict

_SKIN = np.array([10, 151, 50, 280, 101, 330, 205, 425, 117, 346])
"""Landmarks on the forehead and the cheeks."""

_PATCH = 4
"""Half the side of the patch that is averaged around each landmark, in pixels."""

_LAGS_NS = tuple(range(0, 420_000_000, 30_000_000))
_LEAST_FRAMES = 40
_PASSES, _SILENT = 0.6, 0.25
"""Limits of the correlation with the shown sequence at its best lag: the skin passes from the first on, and is silent
below the second."""

_LEAST_GAIN = 0.006
"""Least change of the skin's chroma per unit of the screen's chroma: smaller ones are within the camera's noise."""


class LightCue:
    """Correlates the chroma of a face's skin with the chroma of the screen.

    Args:
        light: The colours that the screen shows, by time.
    """

    def __init__(self, light: LightStimulus) -> None:
        self._colour_at = light.colour_at
        self._end_ns = light.end_ns
        self._times: list[int] = []
        self._skin: list[NDArray[np.float64]] = []
        self._wall: list[NDArray[np.float64]] = []
        self._result: CueResult | None = None

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""
        if self._result is not None:
            return
        if frame.captured_ns > self._end_ns + _LAGS_NS[-1]:
            self._result = self._conclude()
        elif self._colour_at(frame.captured_ns) is not None:
            self._times.append(frame.captured_ns)
            self._skin.append(_chroma(skin_colour(frame, face)))
            self._wall.append(_chroma(wall_colour(frame, face)))

    def skip_frame(self) -> None:
        """Do nothing: during a light challenge every frame has new landmarks."""

    def result(self) -> CueResult:
        """NOT_ENOUGH until the sequence has ended."""
        return self._result or CueResult(CueName.LIGHT, LivenessVerdict.NOT_ENOUGH, {"frames": float(len(self._times))})

    def _conclude(self) -> CueResult:
        """PASSED if the skin follows the colours, FAILED if the wall does and the skin does not, else NOT_ENOUGH."""
        if len(self._times) < _LEAST_FRAMES:
            return CueResult(CueName.LIGHT, LivenessVerdict.NOT_ENOUGH, {"frames": float(len(self._times))})
        skin, gain, lag = self._best(np.array(self._skin))
        wall, wall_gain, _ = self._best(np.array(self._wall))
        evidence = {"correlation": skin, "gain": gain, "lag_ms": lag / 1e6, "wall": wall}
        verdict = LivenessVerdict.NOT_ENOUGH
        if skin >= _PASSES and gain >= _LEAST_GAIN:
            verdict = LivenessVerdict.PASSED
        elif skin < _SILENT and wall >= _PASSES and wall_gain >= _LEAST_GAIN:
            verdict = LivenessVerdict.FAILED
        return CueResult(CueName.LIGHT, verdict, evidence)

    def _best(self, seen: NDArray[np.float64]) -> tuple[float, float, int]:
        """Correlation, gain and lag at the lag of the highest correlation.

        Args:
            seen: (n, 2), the chroma in each frame.

        Returns:
            Correlation -1 to 1, gain, and lag in nanoseconds.
        """
        found = []
        for lag in _LAGS_NS:
            colours = [self._colour_at(time - lag) for time in self._times]
            kept = np.array([colour is not None for colour in colours])
            if kept.sum() >= _LEAST_FRAMES // 2:
                shown = np.array([_chroma(np.array(colour, np.float64)) for colour in colours if colour is not None])
                found.append((*_follows(shown, seen[kept]), lag))
        return max(found, default=(0.0, 0.0, 0))


def skin_colour(frame: Frame, face: AnalyzedFace) -> NDArray[np.float64]:
    """The mean colour of forehead and cheeks.

    Args:
        frame: The frame.
        face: With landmarks in pixels of the frame.

    Returns:
        (3,), RGB, 0 to 255.
    """
    points = face.face.landmarks[_SKIN, :2].round().astype(int)
    x = points[:, 0].clip(_PATCH, frame.width - _PATCH - 1)
    y = points[:, 1].clip(_PATCH, frame.height - _PATCH - 1)
    steps = np.arange(-_PATCH, _PATCH + 1)
    patches = frame.image[y[:, None, None] + steps[:, None], x[:, None, None] + steps]
    return np.asarray(patches.reshape(-1, 3).mean(axis=0), np.float64)


def wall_colour(frame: Frame, face: AnalyzedFace) -> NDArray[np.float64]:
    """The mean colour of the frame's left or right edge, whichever is farther from the face.

    Args:
        frame: The frame.
        face: With its box in pixels of the frame.

    Returns:
        (3,), RGB, 0 to 255.
    """
    edge = max(frame.width // 12, 1)
    sides = {"left": frame.image[::8, :edge:4], "right": frame.image[::8, -edge::4]}
    if face.face.box.centre[0] < frame.width / 2:
        return np.array(cv2.mean(np.ascontiguousarray(sides["right"]))[:3])
    return np.array(cv2.mean(np.ascontiguousarray(sides["left"]))[:3])


def _chroma(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithms of red and of blue over green, (2,), which do not depend on the brightness."""
    logs = np.log(colour + 1.0)
    return np.array([logs[0] - logs[1], logs[2] - logs[1]])


def _follows(shown: NDArray[np.float64], seen: NDArray[np.float64]) -> tuple[float, float]:
    """Correlation and gain of the seen on the shown chroma, both without mean and linear drift.

    Args:
        shown: (n, 2).
        seen: (n, 2).
    """
    a, b = _without_drift(shown).ravel(), _without_drift(seen).ravel()
    power, own = float(a @ a), float(b @ b)
    if power == 0 or own == 0:
        return 0.0, 0.0
    return float(a @ b / np.sqrt(power * own)), float(a @ b / power)


def _without_drift(values: NDArray[np.float64]) -> NDArray[np.float64]:
    time = np.linspace(-1, 1, len(values))
    terms = np.column_stack([np.ones_like(time), time])
    fit, *_ = np.linalg.lstsq(terms, values, rcond=None)
    return np.asarray(values - terms @ fit, np.float64)
