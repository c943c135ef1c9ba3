"""Face detection by MediaPipe's networks without its graph (`docs/decisions/0019-direct-landmark-networks.md`)."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Expression, Face, Frame, Image
from app.vision.detectors.base import expression, face_from_landmarks, suppress_duplicates
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.detectors.region import (
    TILES_WHILE_TRACKING,
    TILES_WITHOUT_FACES,
    Region,
    TileSchedule,
    region_of_landmarks,
)

_SEARCH_INTERVAL = 5
"""While faces are tracked, frames between two searches for new faces. The whole picture and the tiles are searched in
different frames, so that no frame pays for both."""

_EAGER_FRAMES = 30
"""After a new face was found in a tile, the frames in which as many tiles are searched as without faces."""

_SAME_FACE = 0.5
"""Intersection over union from which a detected face is one that is tracked already (MediaPipe's association)."""


class DirectVideoDetector:
    """Detects and tracks faces in consecutive frames. Owned by one thread.

    Landmarks are looked for where each face was in the frame before. The whole picture and a few tiles are searched for
    new faces: in every frame while no face is tracked, and in every fifth frame otherwise.

    Args:
        finder: Detects faces in the picture and in tiles.
        mesh: Finds the landmarks.
        blendshapes: Estimates the expression.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: BlazeFace, mesh: FaceMesh, blendshapes: BlendshapeNetwork, max_faces: int) -> None:
        self._finder = finder
        self._mesh = mesh
        self._blendshapes = blendshapes
        self._max_faces = max_faces
        self._tracked: list[Region] = []
        self._shape: tuple[int, ...] = ()
        self._tiles = TileSchedule()
        self._last = self._passed = self._searched_whole = self._searched_tiles = 0
        self._eager_until = 0

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:  # noqa: ARG002 - finds prominent faces only
        """See `FaceDetector.detect`."""
        self._passed += max(frame.id - self._last, 1)
        self._last = frame.id
        if frame.image.shape != self._shape:
            self._tracked, self._shape = [], frame.image.shape  # the regions are in pixels of the frame before
        most = min(most or self._max_faces, self._max_faces)
        regions = self._with_new_faces(frame.image, self._tracked[:most], most)
        found = [face_from_landmarks(points) for points in self._mesh.landmarks(frame.image, regions)]
        faces = suppress_duplicates(found, _SAME_FACE)
        self._tracked = [region_of_landmarks(face.landmarks) for face in faces]
        return [replace(face, expression=self._expression(face.landmarks)) for face in faces]

    def _with_new_faces(self, image: Image, tracked: list[Region], most: int) -> list[Region]:
        regions = list(tracked)
        if tracked and len(regions) >= most:
            return regions
        in_whole = not tracked or self._passed - self._searched_whole >= _SEARCH_INTERVAL
        if in_whole:
            self._searched_whole = self._passed
            regions += _new_regions(self._finder.find(image), tracked)
        in_tiles = not tracked or (not in_whole and self._passed - self._searched_tiles >= _SEARCH_INTERVAL)
        if in_tiles and len(regions) < most:
            self._searched_tiles = self._passed
            eager = not tracked or self._passed < self._eager_until
            regions = self._with_small_faces(image, regions, TILES_WITHOUT_FACES if eager else TILES_WHILE_TRACKING)
        return regions[:most]

    def _with_small_faces(self, image: Image, regions: list[Region], count: int) -> list[Region]:
        known, tiles = len(regions), self._tiles.next(image, count)
        for region in self._finder.find(image, tiles) if tiles else ():
            regions += _new_regions([region], regions)
        if len(regions) > known:
            self._eager_until = self._passed + _EAGER_FRAMES
        return regions

    def _expression(self, landmarks: NDArray[np.float32]) -> Expression:
        return expression(self._blendshapes.scores(landmarks).tolist())

    def close(self) -> None:
        """Do nothing: ONNX Runtime's sessions close themselves."""


def _new_regions(found: list[Region], tracked: list[Region]) -> list[Region]:
    """The regions that are not those of tracked faces."""
    return [new for new in found if all(new.box.iou(old.box) < _SAME_FACE for old in tracked)]
