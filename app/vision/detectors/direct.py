"""Faces and their landmarks without MediaPipe's graph: in frames that follow each other, and in single pictures."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Expression, Face, Frame, Image
from app.vision.detectors.base import expression, face_from_landmarks, largest_first, suppress_duplicates
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.detectors.region import (
    TILES_WHILE_TRACKING,
    TILES_WITHOUT_FACES,
    Region,
    TileSchedule,
    region_of_landmarks,
)

_SEARCH_EVERY = 5
"""While somebody is in view, newcomers are looked for after so many frames: in the whole picture in one of them and in
tiles in another, so that no frame pays for both."""

_EAGER_FRAMES = 30
"""Where a tile showed somebody new there may be more: for so many frames, as many tiles are searched as while nobody is
in view."""

_SAME_FACE = 0.5
"""Intersection over union from which a face found is one that is followed already (MediaPipe's association)."""


class DirectVideoDetector:
    """Follows faces from frame to frame. Owned by one thread.

    Each face is looked for where it was; the whole picture and a few of the tiles in which small faces can be seen are
    searched in every frame while nobody is in view, and now and then for newcomers.

    Args:
        finder: Finds faces in whole pictures.
        mesh: Gives the landmarks.
        blendshapes: Gives the expressions.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: BlazeFace, mesh: FaceMesh, blendshapes: BlendshapeNetwork, max_faces: int) -> None:
        self._finder = finder
        self._mesh = mesh
        self._blendshapes = blendshapes
        self._max_faces = max_faces
        self._followed: list[Region] = []
        self._shape: tuple[int, ...] = ()
        self._tiles = TileSchedule()
        self._last = self._passed = self._searched_whole = self._searched_tiles = 0
        self._eager_until = 0

    def detect(self, frame: Frame, most: int | None = None) -> list[Face]:
        """All faces, the largest first; at most those wanted."""
        self._passed += max(frame.id - self._last, 1)
        self._last = frame.id
        if frame.image.shape != self._shape:
            self._followed, self._shape = [], frame.image.shape  # they were in pixels of another picture
        most = min(most or self._max_faces, self._max_faces)
        regions = self._with_newcomers(frame.image, self._followed[:most], most)
        found = [face_from_landmarks(points) for points in self._mesh.landmarks(frame.image, regions)]
        faces = suppress_duplicates(found, _SAME_FACE)
        self._followed = [region_of_landmarks(face.landmarks) for face in faces]
        return [replace(face, expression=self._expression(face.landmarks)) for face in faces]

    def _with_newcomers(self, image: Image, followed: list[Region], most: int) -> list[Region]:
        regions = list(followed)
        if followed and len(regions) >= most:
            return regions
        in_whole = not followed or self._passed - self._searched_whole >= _SEARCH_EVERY
        if in_whole:
            self._searched_whole = self._passed
            regions += _new_regions(self._finder.find(image), followed)
        in_tiles = not followed or (not in_whole and self._passed - self._searched_tiles >= _SEARCH_EVERY)
        if in_tiles and len(regions) < most:
            self._searched_tiles = self._passed
            eager = not followed or self._passed < self._eager_until
            regions = self._with_distant(image, regions, TILES_WITHOUT_FACES if eager else TILES_WHILE_TRACKING)
        return regions[:most]

    def _with_distant(self, image: Image, regions: list[Region], count: int) -> list[Region]:
        known, tiles = len(regions), self._tiles.next(image, count)
        for region in self._finder.find(image, tiles) if tiles else ():
            regions += _new_regions([region], regions)
        if len(regions) > known:
            self._eager_until = self._passed + _EAGER_FRAMES
        return regions

    def _expression(self, landmarks: NDArray[np.float32]) -> Expression:
        return expression(self._blendshapes.scores(landmarks).tolist())

    def close(self) -> None:
        """Nothing to let go of: ONNX Runtime's sessions close themselves."""


class DirectPictureFinder:
    """Finds faces in single pictures, each on its own. Owned by one thread.

    Args:
        finder: Finds faces in whole pictures.
        mesh: Gives the landmarks.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: BlazeFace, mesh: FaceMesh, max_faces: int = 32) -> None:
        self._finder = finder
        self._mesh = mesh
        self._max_faces = max_faces

    def find(self, image: Image) -> list[Face]:
        """All faces, the largest first.

        Args:
            image: height × width × 3, uint8, RGB.
        """
        regions = self._finder.find(image)[: self._max_faces]
        return largest_first([face_from_landmarks(points) for points in self._mesh.landmarks(image, regions)])

    def close(self) -> None:
        """Nothing to let go of: ONNX Runtime's sessions close themselves."""


def _new_regions(found: list[Region], followed: list[Region]) -> list[Region]:
    return [new for new in found if all(new.box.iou(old.box) < _SAME_FACE for old in followed)]
