"""Motion parallax: whether the points of a face move between two frames as on a plane or as on a head.

The landmarks alone cannot tell: the network that predicts them has learnt heads, and sees a turning head even in a
tilted photo. Therefore the motion is measured in the pixels by optical flow, and the landmarks only say where to
measure, and how deep a head would be there (`docs/decisions/0024-depth-cue-from-optical-flow.md`).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AnalyzedFace, Frame
from app.vision.optical_flow import FlowParameters, track_points

SIDE = 128
"""Side of the patches that are compared, in pixels."""

_POINTS = np.array(
    [1, 2, 4, 5, 6, 8, 9, 10, 33, 34, 48, 50, 64, 67, 94, 97, 101, 103, 109, 116, 117, 118, 122, 123, 127, 129, 133,
     151, 168, 193, 195, 197, 227, 263, 264, 278, 280, 294, 297, 326, 330, 332, 338, 345, 346, 347, 351, 352, 356,
     358, 362, 417, 447]
)  # fmt: skip
"""Landmarks that expressions hardly move: nose, forehead, temples, cheekbones, corners of the eyes."""

_MARGIN = 1.15
_PARAMETERS = FlowParameters(window=15, levels=1, iterations=12, epsilon=0.02, max_round_trip_error=1.0)
_LEAST_POINTS = 20
_KEPT = 0.8
"""Share of the points kept after a first fit; the others were mistracked or moved by an expression."""


@dataclass(frozen=True, slots=True)
class FaceView:
    """A face in one frame, prepared for comparison.

    Attributes:
        patch: (128, 128), uint8, luminance.
        points: (n, 2), the landmarks in pixels of the patch.
        depth: (n,), the landmarks' depth behind their mean, in pixels of the patch.
        landmarks: (n, 2), the landmarks in pixels of the frame.
        to_patch: (2, 3), affine map from the frame to the patch.
        yaw: Yaw of the head by the landmarks, in degrees.
        pitch: Pitch of the head by the landmarks, in degrees, positive upwards.
        at_ns: Monotonic time, in nanoseconds.
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
        """The angle between the head poses of two views, in degrees."""
        return float(np.hypot(self.yaw - other.yaw, self.pitch - other.pitch))


@dataclass(frozen=True, slots=True)
class Parallax:
    """The comparison of two views.

    Attributes:
        expected: (2,), motion of a head's points per unit of depth, right and down.
        measured: (2,), the measured motion per unit of depth.
        plane: Root mean square error of the best homography, in hundredths of the patch.
        head: The same for the best rigid head under affine projection. Both models have eight free parameters.
        both: The same for a homography with additional motion by depth.
    """

    expected: NDArray[np.float64]
    measured: NDArray[np.float64]
    plane: float
    head: float
    both: float


def face_view(frame: Frame, face: AnalyzedFace) -> FaceView:
    """Crop a face from its frame and prepare it for comparison.

    Args:
        frame: The frame.
        face: With landmarks in pixels of the frame.
    """
    points = face.face.landmarks[_POINTS].astype(np.float64)
    box = face.face.box
    scale = SIDE / (_MARGIN * max(box.width, box.height, 1.0))
    centre = np.array(box.centre)
    to_patch = np.hstack([np.eye(2) * scale, (SIDE / 2 - scale * centre)[:, None]])
    pose = face.quality.pose
    return FaceView(
        patch=_warp_patch(frame, to_patch),
        points=_transform(points[:, :2], to_patch),
        depth=(points[:, 2] - points[:, 2].mean()) * scale,
        landmarks=points[:, :2],
        to_patch=to_patch,
        yaw=pose.yaw,
        pitch=pose.pitch,
        at_ns=frame.captured_ns,
    )


def parallax(before: FaceView, now: FaceView, frame: Frame) -> Parallax | None:
    """Track the points from one view to a later one, and fit the motion models.

    Args:
        before: The earlier view.
        now: The later view.
        frame: The frame of the later view.

    Returns:
        None if too few points could be tracked.
    """
    # The frame is warped onto the earlier view by an affine map, so that little motion is left to track.
    aligned = before.to_patch @ np.vstack([_affine(now.landmarks, before.landmarks), [0, 0, 1]])
    ends, found = track_points(before.patch, _warp_patch(frame, aligned), before.points, _PARAMETERS)
    if found.sum() < _LEAST_POINTS:
        return None
    start, end, depth = _unit(before.points[found]), _unit(ends[found].astype(np.float64)), before.depth[found] / SIDE
    plane, _ = _errors(start, end, None, perspective=True)
    head, _ = _errors(start, end, depth, perspective=False)
    both, slope = _errors(start, end, depth, perspective=True)
    return Parallax(_expected_motion(before, now), slope, plane, head, both)


def _expected_motion(before: FaceView, now: FaceView) -> NDArray[np.float64]:
    """The motion per unit of depth by the head poses.

    A nearer point (negative depth) moves to the right of the picture when the head turns to its left.
    """
    yaw, pitch = np.radians([now.yaw - before.yaw, now.pitch - before.pitch])
    return np.array([-np.sin(yaw), np.sin(pitch)])


def _errors(
    start: NDArray[np.float64], end: NDArray[np.float64], depth: NDArray[np.float64] | None, *, perspective: bool
) -> tuple[float, NDArray[np.float64]]:
    """The root mean square error of the best map, in hundredths of the patch, and its motion per unit of depth.

    The map is affine, with two more terms for the depth if `depth` is given, and two for a homography (with its
    denominators cleared) if `perspective` is true. It is fitted twice, the second time without the worst points.

    Args:
        start: (n, 2), from -0.5 to 0.5.
        end: (n, 2), the same points in the later view.
        depth: (n,); None for a plane.
        perspective: Whether the map has the terms of a homography.
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
    """Convert pixels of the patch to the range -0.5 to 0.5."""
    return (points - SIDE / 2) / SIDE


def _affine(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The affine map from `start` to `end`, (2, 3), by least squares."""
    fit, *_ = np.linalg.lstsq(np.column_stack([start, np.ones(len(start))]), end, rcond=None)
    return np.asarray(fit.T, np.float64)


def _transform(points: NDArray[np.float64], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])


def _warp_patch(frame: Frame, affine: NDArray[np.float64]) -> NDArray[np.uint8]:
    patch = cv2.warpAffine(frame.image, affine, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
