"""Sparse optical flow with a forward-backward check, shared by landmark flow and the geometry cue."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FlowParameters:
    """Parameters of the pyramidal Lucas-Kanade tracker (`cv2.calcOpticalFlowPyrLK`).

    Attributes:
        window: Side of the square window around each point, in pixels.
        levels: Pyramid levels above the full image.
        iterations: The most iterations at each level.
        epsilon: An iteration that moves the point by less than this many pixels is the last.
        max_round_trip_error: Largest forward-backward error of a tracked point, in pixels.
    """

    window: int
    levels: int
    iterations: int
    epsilon: float
    max_round_trip_error: float


def track_points(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: NDArray[np.floating], parameters: FlowParameters
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Track points from one image to another, and back again to check them.

    The tracker is Lucas and Kanade's (IJCAI 1981) in image pyramids (Bouguet, Intel 2001). The check is the
    forward-backward error of Kalal, Mikolajczyk and Matas (ICPR 2010).

    Args:
        before: (height, width), uint8, luminance.
        after: The same size.
        points: (n, 2), x and y in pixels of `before`.
        parameters: Of the tracker and the check.

    Returns:
        The points in `after`, (n, 2) float32, and whether each was tracked, (n,) bool.
    """
    start = points.astype(np.float32).reshape(-1, 1, 2)
    criteria = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, parameters.iterations, parameters.epsilon
    window = parameters.window, parameters.window
    end, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, start, start.copy(), None, None, window, parameters.levels, criteria
    )
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(
        after, before, end, end.copy(), None, None, window, parameters.levels, criteria
    )
    returned = np.linalg.norm((back - start).reshape(-1, 2), axis=1) < parameters.max_round_trip_error
    tracked = returned & (found.ravel() > 0) & (found_back.ravel() > 0)
    return np.asarray(end.reshape(-1, 2), np.float32), np.asarray(tracked)
