"""The 478 landmarks of each face, by the mesh network of MediaPipe's task."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.types import Image
from app.vision.direct.region import Region
from app.vision.engine.session import Network

SIDE = 256
"""Of the crop that the network takes."""

_LANDMARKS = 478
_LEAST_PRESENCE = 0.5


class FaceMesh:
    """Looks at regions, all of a frame in one batch. Owned by one thread.

    Args:
        network: Takes `pictures`, gives `landmarks` (n, 1, 1, 1434) in pixels of the crop, and `presence` (n, 1, 1, 1),
            before the sigmoid.
    """

    def __init__(self, network: Network) -> None:
        self._run = network.run_all
        self._crops = np.empty((1, SIDE, SIDE, 3), np.uint8)

    def landmarks(self, image: Image, regions: Sequence[Region]) -> list[NDArray[np.float32]]:
        """The landmarks of every region that holds a face.

        Args:
            image: height × width × 3, uint8, RGB.
            regions: Where to look.

        Returns:
            Each (478, 3), float32, in pixels of the picture; z in the same scale, negative towards the camera.
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
        return [_placed(own, matrix, region.side / SIDE) for own, matrix, region, is_face in found if is_face]


def _placed(points: NDArray[np.float32], matrix: NDArray[np.float64], scale: float) -> NDArray[np.float32]:
    flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([flat, points[:, 2] * scale]).astype(np.float32)
