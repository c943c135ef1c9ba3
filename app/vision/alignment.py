"""Alignment: warps a face onto the template that embedders are trained on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Face, Image

TEMPLATE_SIDE = 112
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""Positions of the eyes, the tip of the nose and the corners of the mouth in a 112×112 face: the ArcFace template of
InsightFace."""

ANCHORS = (468, 473, 1, 61, 291)
"""The same five points in MediaPipe's mesh: centres of the irises, tip of the nose, corners of the mouth; of each pair,
the one on the left of the picture first."""

_SHRINK_FROM = 0.5


def similarity_transform(source: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float64]:
    """The similarity transform that maps `source` to `target` with the least squared error.

    The solution is closed: Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    IEEE TPAMI 13(4), 1991, in two dimensions and without reflection.

    Args:
        source: (n, 2), at least 2 different points.
        target: (n, 2).

    Returns:
        (2, 3) matrix for `cv2.warpAffine`: rotation, uniform scale and translation.
    """
    middle_s, middle_t = source.mean(axis=0, dtype=np.float64), target.mean(axis=0, dtype=np.float64)
    s, t = source - middle_s, target - middle_t
    # As complex numbers, target ≈ factor · source; the factor contains scale and angle.
    spread = float((s**2).sum()) or 1.0
    real = float((s * t).sum()) / spread
    imaginary = float((s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum()) / spread
    turn = np.array([[real, -imaginary], [imaginary, real]])
    return np.column_stack([turn, middle_t - turn @ middle_s])


def align(image: Image, face: Face, side: int = TEMPLATE_SIDE) -> AlignedFace:
    """Warp a face to the template.

    Args:
        image: height × width × 3, uint8, RGB.
        face: With landmarks in pixels of the image.
        side: Side of the result, in pixels.

    Returns:
        side × side × 3, uint8, RGB, the face upright; black outside the image.
    """
    points = face.landmarks[ANCHORS, :2]
    matrix = similarity_transform(points, TEMPLATE * (side / TEMPLATE_SIDE))
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < _SHRINK_FROM:
        image, matrix = _downsample(image, face, matrix, scale)
    warped = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR)
    return AlignedFace(np.asarray(warped, np.uint8), scale)


def _downsample(
    image: Image, face: Face, matrix: NDArray[np.float64], scale: float
) -> tuple[Image, NDArray[np.float64]]:
    """The part of the image around the face, averaged over blocks of pixels, and the matrix for it.

    Bilinear warping alone would skip pixels of a large face.
    """
    block = int(1 / scale)
    margin = face.box.width * 0.5
    left, top = max(int(face.box.x - margin), 0), max(int(face.box.y - margin), 0)
    part = image[top : int(face.box.y + face.box.height + margin), left : int(face.box.x + face.box.width + margin)]
    height, width = part.shape[0] // block, part.shape[1] // block
    if not (height and width):
        return image, matrix
    small = cv2.resize(part[: height * block, : width * block], (width, height), interpolation=cv2.INTER_AREA)
    # Pixel centres are at half-integers: x_image = (x_small + ½) · block - ½ + left.
    shift = (block - 1) / 2 + np.array([left, top])
    return np.asarray(small, np.uint8), np.column_stack([matrix[:, :2] * block, matrix[:, :2] @ shift + matrix[:, 2]])
