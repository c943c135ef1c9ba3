"""The 478 landmarks of each face, and its blendshapes, by two networks of MediaPipe's task."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Image
from app.vision.detectors.region import Region
from app.vision.engine.session import Network

SIDE = 256
"""Side of the mesh network's input, in pixels."""

_LANDMARKS = 478
_LEAST_PRESENCE = 0.5


class FaceMesh:
    """Finds the landmarks in all face regions of a frame, in one batch. Owned by one thread.

    Args:
        network: Takes `pictures` (n, 256, 256, 3) uint8; returns `landmarks` (n, 1, 1, 1434) in pixels of the crop, and
            `presence` (n, 1, 1, 1) as a logit.
    """

    def __init__(self, network: Network) -> None:
        self._run = network.run_all
        self._crops = np.empty((1, SIDE, SIDE, 3), np.uint8)

    def landmarks(self, image: Image, regions: Sequence[Region]) -> list[NDArray[np.float32]]:
        """The landmarks of every region that contains a face.

        Args:
            image: height × width × 3, uint8, RGB.
            regions: Squares around possible faces.

        Returns:
            For each face (478, 3), float32, in pixels of the picture; z in the same scale, negative towards the camera.
        """
        if not regions:
            return []
        if len(self._crops) < len(regions):
            self._crops = np.empty((len(regions), SIDE, SIDE, 3), np.uint8)
        crops = self._crops[: len(regions)]
        matrices = [region.crop(image, crop) for region, crop in zip(regions, crops, strict=True)]
        landmarks, presence = self._run(crops)
        sure = 1 / (1 + np.exp(-presence.reshape(-1).astype(np.float64))) >= _LEAST_PRESENCE
        points = landmarks.reshape(-1, _LANDMARKS, 3)
        found = zip(points, matrices, regions, sure, strict=True)
        return [_to_picture(own, matrix, region.side / SIDE) for own, matrix, region, is_face in found if is_face]


def _to_picture(points: NDArray[np.float32], matrix: NDArray[np.float64], scale: float) -> NDArray[np.float32]:
    flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([flat, points[:, 2] * scale]).astype(np.float32)


POINTS = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80,
    81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154,
    155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263,
    267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321,
    323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387,
    388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
)  # fmt: skip
"""The landmarks that the blendshape network takes, in its order (MediaPipe's `FaceBlendshapesGraph`)."""


class BlendshapeNetwork:
    """Estimates blendshapes from landmarks. Owned by one thread.

    Args:
        network: Takes `points` (1, 146, 2) float32; returns `scores` (52,).
    """

    def __init__(self, network: Network) -> None:
        self._run = network.run
        self._chosen = np.array(POINTS)

    def scores(self, landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
        """The 52 blendshapes in MediaPipe's order, each 0 to 1.

        Args:
            landmarks: (478, 3), in pixels.
        """
        return self._run(np.ascontiguousarray(landmarks[np.newaxis, self._chosen, :2]))
