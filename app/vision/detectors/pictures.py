"""Face detection in single pictures of any size."""

import math
from collections.abc import Iterator, Sequence

from app.core.closeable import Closeable
from app.core.faces import Face, Frame, Image
from app.vision.detectors.base import MAX_FACES, FaceFinder, face_from_landmarks, largest_first
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.face_mesh import FaceMesh
from app.vision.detectors.multi_scale import LEAST_WIDTH, MultiScaleSearch, scales
from app.vision.detectors.region import Region, region_of_landmarks

_RELIABLE_SHARE = 0.15
"""A face at least this wide, as a share of the picture, is located well in the whole picture."""

_CONTEXT = 3.0
"""Side of the square in which a smaller face is located, as a multiple of its width."""

_LEAST_CONFIDENCE = 0.7
"""Of a face that is not located in the whole picture; see `BlazeFace.confidence`. Measured on photographs of groups at
four sizes: the least of 170 faces had 0.74, the most of what was no face 0.67."""

_SAME_FACE = 0.5
"""Two boxes are of one face if their centres are closer than this share of the wider one's width."""

_BATCH = 8


class PictureFaceDetector(Closeable):
    """Detects faces of all sizes in single pictures, each on its own.

    Searches the whole picture, then scale after scale; what looks like a face is located again in a square around it.

    Args:
        finder: Finds faces that are large in the picture or in a square, and locates them.
        search: Finds where smaller faces may be.
        mesh: Finds the landmarks; what has none is no face.
        reference: Finds the faces that are large in the picture instead; closed together with the detector.
        max_faces: The most faces reported.
    """

    def __init__(
        self,
        finder: BlazeFace,
        search: MultiScaleSearch,
        mesh: FaceMesh,
        reference: FaceFinder | None = None,
        max_faces: int = MAX_FACES,
    ) -> None:
        self._finder = finder
        self._search = search
        self._mesh = mesh
        self._reference = reference
        self._max_faces = max_faces

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:
        """See `FaceDetector.detect`."""
        faces = self._in_whole(frame.image)
        for scale in scales(frame.image):
            widest = max((face.box.width for face in faces), default=0.0)
            if least_share * widest * scale >= 2 * LEAST_WIDTH:
                break  # such faces were found at half of this scale
            faces += self._located(frame.image, faces, self._search.candidates(frame.image, scale))
        return largest_first(faces)[: self._max_faces][:most]

    def close(self) -> None:
        """Close the reference."""
        if self._reference is not None:
            self._reference.close()

    def _in_whole(self, image: Image) -> list[Face]:
        found = self._finder.find(image)
        reliable = [region for region in found if region.width >= _RELIABLE_SHARE * max(image.shape[:2])]
        faces = self._reference.find(image) if self._reference is not None else []
        faces += self._with_landmarks(image, faces, reliable)
        return faces + self._located(image, faces, found)

    def _located(self, image: Image, known: list[Face], candidates: list[Region]) -> list[Face]:
        """The faces in squares around candidates that are not known already."""
        squares = [Region(c.x, c.y, _CONTEXT * c.width, 0.0) for c in candidates if not _is_known(c, known)]
        found = [region for part in _batches(squares) for region in self._finder.find(image, part)]
        faces = self._with_landmarks(image, known, found)
        return [face for face in faces if self._finder.confidence(image, face.box) >= _LEAST_CONFIDENCE]

    def _with_landmarks(self, image: Image, known: list[Face], regions: list[Region]) -> list[Face]:
        new: list[Face] = []
        for face in self._faces(image, [region for region in regions if not _is_known(region, known)]):
            if not _is_known(region_of_landmarks(face.landmarks), [*known, *new]):
                new.append(face)
        return new

    def _faces(self, image: Image, regions: list[Region]) -> Iterator[Face]:
        for part in _batches(regions):
            yield from map(face_from_landmarks, self._mesh.landmarks(image, part))


def _is_known(region: Region, known: list[Face]) -> bool:
    return any(
        math.dist((region.x, region.y), face.box.centre) < _SAME_FACE * max(region.width, face.box.width)
        for face in known
    )


def _batches(regions: Sequence[Region]) -> Iterator[Sequence[Region]]:
    return (regions[start : start + _BATCH] for start in range(0, len(regions), _BATCH))
