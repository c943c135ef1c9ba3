"""The edge of a photo, a phone or a tablet around a face."""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from app.core.faces import AnalyzedFace, Box, Frame
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.vision.liveness.base import FrameStride

_EVERY = 4
"""Frames from one look to the next."""

_WIDTH = 160
"""Of the picture in which lines are searched, in pixels."""

_LOOKS = 10
_DENY_SHARE = 0.6
_STEEP = np.tan(np.radians(15))
_REACH = 2.2
"""How far from the face's centre an edge may lie, in widths of the face."""

_LENGTH = 0.6
"""Least length of an edge, in heights of the face."""

_MOVED = 0.04
"""Standard deviation of the face's place, in its widths, from which on it has moved."""

_TOGETHER = 0.5
"""How much less than the face itself an edge may move against the face to be held to move with it."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Where the face is, and where the edges beside it are, in pixels; None where there are not both."""

    face: float
    width: float
    edges: tuple[float, float] | None


class DeviceFrameCue:
    """Denies when two upright edges, one on each side, go wherever the face goes.

    Door frames and shelves stand still when a person moves, so that without movement nothing is said.
    """

    def __init__(self) -> None:
        self._stride = FrameStride(_EVERY)
        self._looks: deque[_Look] = deque(maxlen=_LOOKS)

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Take in one frame."""
        if self._stride.is_due():
            self._looks.append(_look(frame, face.face.box))

    def passed(self) -> None:
        """Count one frame in which the face was only followed."""
        self._stride.passed()

    def result(self) -> CueResult:
        """NOT_ENOUGH until the face has moved sideways."""
        moved = _spread([look.face / look.width for look in self._looks])
        if len(self._looks) < _LOOKS or moved < _MOVED:
            return CueResult(CueName.DEVICE_FRAME, LivenessVerdict.NOT_ENOUGH, {"moved": moved})
        framed = [look for look in self._looks if look.edges is not None]
        share = len(framed) / len(self._looks)
        slip = max(_spread([(edge - look.face) / look.width for look, edge in _sides(framed, i)]) for i in (0, 1))
        denies = share >= _DENY_SHARE and slip < _TOGETHER * moved
        verdict = LivenessVerdict.FAILED if denies else LivenessVerdict.PASSED
        return CueResult(CueName.DEVICE_FRAME, verdict, {"moved": moved, "framed": share, "slip": slip})


def _sides(looks: list[_Look], side: int) -> list[tuple[_Look, float]]:
    return [(look, look.edges[side]) for look in looks if look.edges is not None]


def _spread(values: list[float]) -> float:
    return float(np.std(values)) if values else 0.0


def _look(frame: Frame, box: Box) -> _Look:
    scale = _WIDTH / frame.width
    small = cv2.resize(frame.image, (_WIDTH, max(round(frame.height * scale), 1)), interpolation=cv2.INTER_NEAREST)
    edges = cv2.Canny(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (3, 3), 0), 40, 100)
    least = max(_LENGTH * box.height * scale, 12)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 180, 20, minLineLength=least, maxLineGap=4)
    centre = box.centre[0] * scale
    width = max(box.width * scale, 1.0)
    found = [] if lines is None else _upright(lines.reshape(-1, 4).astype(float), box.centre[1] * scale)
    left = [x for x in found if centre - _REACH * width < x < centre - 0.5 * width]
    right = [x for x in found if centre + 0.5 * width < x < centre + _REACH * width]
    pair = (max(left), min(right)) if left and right else None
    return _Look(centre, width, pair)


def _upright(lines: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", at: float) -> list[float]:
    """Where the nearly upright ones cross the height `at`."""
    crossings = []
    for x0, y0, x1, y1 in lines:
        if abs(x1 - x0) <= _STEEP * abs(y1 - y0):
            crossings.append(x0 + (x1 - x0) * (at - y0) / (y1 - y0))
    return crossings
