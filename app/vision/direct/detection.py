"""Faces and their landmarks without MediaPipe's graph: in frames that follow each other, and in single pictures."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.types import Expression, Face, Frame, Image
from app.vision.detection import expression, face_from_landmarks, largest_first, without_doubles
from app.vision.direct.blazeface import BlazeFace
from app.vision.direct.blendshapes import Blendshapes
from app.vision.direct.mesh import FaceMesh
from app.vision.direct.region import Region, region_of_landmarks
from app.vision.direct.tiles import Tiles

_SEARCH_EVERY = 5
"""Frames after which newcomers are looked for while somebody is in view."""

_SAME_FACE = 0.5
"""Intersection over union from which a face found is one that is followed already (MediaPipe's association)."""


class DirectVideoDetector:
    """Follows faces from frame to frame. Owned by one thread.

    Each face is looked for where it was; the whole picture is searched while nobody is in view, and now and then for
    newcomers: each time all of it, and a few of the tiles in which small faces can be seen.

    Args:
        finder: Finds faces in whole pictures.
        mesh: Gives the landmarks.
        blendshapes: Gives the expressions.
        max_faces: The most faces reported.
    """

    def __init__(self, finder: BlazeFace, mesh: FaceMesh, blendshapes: Blendshapes, max_faces: int) -> None:
        self._finder = finder
        self._mesh = mesh
        self._blendshapes = blendshapes
        self._max_faces = max_faces
        self._followed: list[Region] = []
        self._tiles = Tiles()
        self._frames = 0

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, the largest first."""
        self._frames += 1
        regions = self._followed
        if not regions or (len(regions) < self._max_faces and self._frames % _SEARCH_EVERY == 0):
            regions = self._with_newcomers(frame.image, regions)
        found = [face_from_landmarks(points) for points in self._mesh.landmarks(frame.image, regions)]
        faces = without_doubles(found, _SAME_FACE)
        self._followed = [region_of_landmarks(face.landmarks) for face in faces]
        return [replace(face, expression=self._expression(face.landmarks)) for face in faces]

    def _with_newcomers(self, image: Image, followed: list[Region]) -> list[Region]:
        regions = [*followed, *_newcomers(self._finder.find(image), followed)]
        tiles = self._tiles.next(image) if len(regions) < self._max_faces else []
        if tiles:
            for region in self._finder.find(image, tiles):
                regions += _newcomers([region], regions)
        return regions[: self._max_faces]

    def _expression(self, landmarks: NDArray[np.float32]) -> Expression:
        return expression(self._blendshapes.scores(landmarks).tolist())

    def close(self) -> None:
        """Nothing to let go of: ONNX Runtime's sessions close themselves."""


class DirectFinder:
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


def _newcomers(found: list[Region], followed: list[Region]) -> list[Region]:
    return [new for new in found if all(new.box.iou(old.box) < _SAME_FACE for old in followed)]
