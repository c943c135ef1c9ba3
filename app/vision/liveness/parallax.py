"""How points of a face move against each other between two frames: as on a plane, or as on a head.

The landmarks alone cannot tell: the network that finds them knows what heads look like, and sees one that turns even in
a photo that is tilted. So the points' way is measured in the pixels themselves (Lucas and Kanade 1981), and the
landmarks only say where to look, and how deep a head would be there.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AnalyzedFace, Frame

SIDE = 128
"""Of the patches that are compared, in pixels."""

_POINTS = np.array(
    [1, 2, 4, 5, 6, 8, 9, 10, 33, 34, 48, 50, 64, 67, 94, 97, 101, 103, 109, 116, 117, 118, 122, 123, 127, 129, 133,
     151, 168, 193, 195, 197, 227, 263, 264, 278, 280, 294, 297, 326, 330, 332, 338, 345, 346, 347, 351, 352, 356,
     358, 362, 417, 447]
)  # fmt: skip
"""Landmarks that expressions hardly move: nose, forehead, temples, cheekbones, corners of the eyes."""

_MARGIN = 1.15
_WINDOW = (15, 15)
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.02)
_LEAST_POINTS = 20
_KEPT = 0.8
"""Share of the points that are kept after a first fit: the others were lost, or moved by an expression."""

_THERE_AND_BACK = 1.0
"""How far from where it began a point may end when it is followed there and back, in pixels of the patch."""


@dataclass(frozen=True, slots=True)
class FaceView:
    """A face in one frame, ready to be compared.

    Attributes:
        patch: (128, 128), uint8, luminance.
        points: (n, 2), where the landmarks lie in the patch, in pixels.
        depth: (n,), how far behind their mean they lie, in the same unit.
        landmarks: (n, 2), where they lie in the frame.
        to_patch: (2, 3), from the frame to the patch.
        yaw: Of the head as the network sees it, in degrees.
        pitch: The same, positive upwards.
        at_ns: Monotonic time.
    """

    patch: NDArray[np.uint8]
    points: NDArray[np.float64]
    depth: NDArray[np.float64]
    landmarks: NDArray[np.float64]
    to_patch: NDArray[np.float64]
    yaw: float
    pitch: float
    at_ns: int

    def angle_from(self, other: "FaceView") -> float:
        """By how much the head has turned as the network sees it, in degrees."""
        return float(np.hypot(self.yaw - other.yaw, self.pitch - other.pitch))


@dataclass(frozen=True, slots=True)
class Parallax:
    """What lies between two views.

    Attributes:
        expected: (2,), how far a head's points would move for each unit of depth, right and down.
        measured: (2,), how far they did.
        plane: Root mean square error of the best homography, in hundredths of the patch.
        head: The same of the best rigid head, seen from afar. Both have eight free parameters.
        both: The same of a plane on which depth may move points besides.
    """

    expected: NDArray[np.float64]
    measured: NDArray[np.float64]
    plane: float
    head: float
    both: float


def face_view(frame: Frame, face: AnalyzedFace) -> FaceView:
    """Cut a face out of its frame."""
    points = face.face.landmarks[_POINTS].astype(np.float64)
    box = face.face.box
    scale = SIDE / (_MARGIN * max(box.width, box.height, 1.0))
    centre = np.array(box.centre)
    to_patch = np.hstack([np.eye(2) * scale, (SIDE / 2 - scale * centre)[:, None]])
    pose = face.quality.pose
    return FaceView(
        patch=_warped(frame, to_patch),
        points=_moved(points[:, :2], to_patch),
        depth=(points[:, 2] - points[:, 2].mean()) * scale,
        landmarks=points[:, :2],
        to_patch=to_patch,
        yaw=pose.yaw,
        pitch=pose.pitch,
        at_ns=frame.captured_ns,
    )


def parallax(before: FaceView, now: FaceView, frame: Frame) -> Parallax | None:
    """Follow the points from one view to the next.

    Args:
        before: The earlier.
        now: The later.
        frame: That of the later.

    Returns:
        None where too few points could be followed.
    """
    # Brought onto the earlier view as well as an affine map can, so that little way is left to be followed.
    aligned = before.to_patch @ np.vstack([_affine(now.landmarks, before.landmarks), [0, 0, 1]])
    ends, found = _followed(before.patch, _warped(frame, aligned), before.points)
    if found.sum() < _LEAST_POINTS:
        return None
    start, end, depth = _unit(before.points[found]), _unit(ends[found]), before.depth[found] / SIDE
    plane, _ = _errors(start, end, None, perspective=True)
    head, _ = _errors(start, end, depth, perspective=False)
    both, slope = _errors(start, end, depth, perspective=True)
    return Parallax(_expected(before, now), slope, plane, head, both)


def _expected(before: FaceView, now: FaceView) -> NDArray[np.float64]:
    """A point that lies nearer (its depth is negative) goes to the picture's right when the head turns to its left."""
    yaw, pitch = np.radians([now.yaw - before.yaw, now.pitch - before.pitch])
    return np.array([-np.sin(yaw), np.sin(pitch)])


def _followed(
    before: NDArray[np.uint8], now: NDArray[np.uint8], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    start = points.astype(np.float32).reshape(-1, 1, 2)
    there, seen, _ = cv2.calcOpticalFlowPyrLK(before, now, start, start.copy(), None, None, _WINDOW, 1, _STEPS)
    back, seen_back, _ = cv2.calcOpticalFlowPyrLK(now, before, there, there.copy(), None, None, _WINDOW, 1, _STEPS)
    returned = np.linalg.norm((back - start).reshape(-1, 2), axis=1) < _THERE_AND_BACK
    return there.reshape(-1, 2).astype(np.float64), returned & (seen.ravel() == 1) & (seen_back.ravel() == 1)


def _errors(
    start: NDArray[np.float64], end: NDArray[np.float64], depth: NDArray[np.float64] | None, *, perspective: bool
) -> tuple[float, NDArray[np.float64]]:
    """How far points end from where the best map takes them (in hundredths), and their motion for each unit of depth.

    The map is affine; as asked for, it also has the two terms of a homography, whose denominators are cleared, and two
    for the depth. Fitted twice, the second time without the points that fitted worst.
    """
    terms = _terms(start, end, depth, perspective=perspective)
    wanted = end.T.ravel()
    kept = np.ones(len(start), bool)
    for _ in range(2):
        rows = np.tile(kept, 2)
        fit, *_ = np.linalg.lstsq(terms[rows], wanted[rows], rcond=None)
        away = (terms @ fit - wanted).reshape(2, -1)
        lengths = np.hypot(away[0], away[1])
        kept = lengths <= np.quantile(lengths, _KEPT)
    return float(np.sqrt(np.mean(lengths[kept] ** 2)) * 100), fit[6:8]


def _terms(
    start: NDArray[np.float64], end: NDArray[np.float64], depth: NDArray[np.float64] | None, *, perspective: bool
) -> NDArray[np.float64]:
    n = len(start)
    columns = 6 + 2 * (depth is not None) + 2 * perspective
    terms = np.zeros((2 * n, columns))
    terms[:n, :2], terms[:n, 2] = start, 1
    terms[n:, 3:5], terms[n:, 5] = start, 1
    if depth is not None:
        terms[:n, 6] = terms[n:, 7] = depth
    if perspective:
        terms[:n, -2:], terms[n:, -2:] = -start * end[:, :1], -start * end[:, 1:]
    return terms


def _unit(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """From pixels of the patch to -0.5 to 0.5."""
    return (points - SIDE / 2) / SIDE


def _affine(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3), least squares."""
    fit, *_ = np.linalg.lstsq(np.column_stack([start, np.ones(len(start))]), end, rcond=None)
    return np.asarray(fit.T, np.float64)


def _moved(points: NDArray[np.float64], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])


def _warped(frame: Frame, affine: NDArray[np.float64]) -> NDArray[np.uint8]:
    patch = cv2.warpAffine(frame.image, affine, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
