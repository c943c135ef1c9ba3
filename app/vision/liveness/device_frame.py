"""A cue on the upright edges of a photo, a phone or a tablet around a face."""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from app.core.faces import AnalyzedFace, Box, Frame
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.vision.liveness.base import FrameStride

_EVERY = 4
"""The cue processes every n-th frame."""

_WIDTH = 160
"""Width of the scaled-down frame in which lines are searched, in pixels."""

_LOOKS = 10
"""Processed frames that the verdict is based on."""

_DENY_SHARE = 0.6
_STEEP = np.tan(np.radians(15))
_REACH = 2.2
"""Largest distance of an edge from the centre of the face, in widths of the face."""

_LENGTH = 0.6
"""Least length of an edge, in heights of the face."""

_MOVED = 0.04
"""Standard deviation of the face's position from which it has moved, in widths of the face."""

_TOGETHER = 0.5
"""An edge moves with the face if it moves against it by less than this share of the face's own movement."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Position and width of the face, and the positions of the edges beside it, in pixels.

    The edges are None if one of them is missing.
    """

    face: float
    width: float
    edges: tuple[float, float] | None


class DeviceFrameCue:
    """Fails if two upright edges, one on each side of the face, move together with it.

    Door frames and shelves stay where they are when a person moves, so the cue needs a movement.
    """

    def __init__(self) -> None:
        self._stride = FrameStride(_EVERY)
        self._looks: deque[_Look] = deque(maxlen=_LOOKS)

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""
        if self._stride.is_due():
            self._looks.append(_look(frame, face.face.box))

    def skip_frame(self) -> None:
        """See `FaceCue.skip_frame`."""
        self._stride.skip()

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
    """The positions at which the nearly upright lines cross the height `at`, in pixels.

    Args:
        lines: (n, 4), the two end points of each line.
        at: Vertical position, in pixels.
    """
    crossings = []
    for x0, y0, x1, y1 in lines:
        if abs(x1 - x0) <= _STEEP * abs(y1 - y0):
            crossings.append(x0 + (x1 - x0) * (at - y0) / (y1 - y0))
    return crossings
