"""Face detection by BlazeFace, the short-range detector network of MediaPipe's task.

Anchors, decoding and suppression are those of MediaPipe's face detector (`SsdAnchorsCalculator`,
`TensorsToDetectionsCalculator`, `NonMaxSuppressionCalculator` in its weighted mode). BlazeFace: Bazarevsky et al. 2019,
arXiv 1907.05047.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Box, Image
from app.vision.detectors.region import Region, region_around
from app.vision.engine.session import Network

SIDE = 128
"""Side of the network's input, in pixels."""

FIXED_SIZES = {"height": SIDE, "width": SIDE, "anchors": 896}
"""The free axes of the network's input and outputs, for a session that only takes squares of `SIDE` pixels."""

_GRIDS = ((8, 2), (16, 6))
"""For each feature map, the side of a cell in pixels of the input, and the anchors in a cell."""

_LEAST_SCORE = 0.5
_SAME_FACE = 0.5
_CONTEXTS = (2.0, 3.0, 4.0)
"""Sides of the squares in which a face is confirmed, as multiples of its width."""

_NEAR = 0.6
"""The furthest place of an anchor that counts as on a face, as a share of the face's width from its centre."""

_LEFT_EYE, _RIGHT_EYE = 2, 3  # of the points decoded, after the box's two corners
_Points = NDArray[np.float32]


class BlazeFace:
    """Detects faces in a picture or in parts of it. Owned by one thread.

    Args:
        network: Takes `pictures` (n, 128, 128, 3) uint8; returns `boxes` (n, 896, 16) and `scores` (n, 896, 1).
    """

    def __init__(self, network: Network) -> None:
        self._run = network.run_all
        self._pictures = np.empty((1, SIDE, SIDE, 3), np.uint8)
        self._anchors = anchors()

    def find(self, image: Image, parts: Sequence[Region] = ()) -> list[Region]:
        """The regions of the faces found, in each part by descending score.

        Args:
            image: height × width × 3, uint8, RGB.
            parts: Squares to search, in one batch; by default one square around the whole picture.

        Returns:
            Squares around the faces, in which to look for landmarks.
        """
        pictures, matrices = self._crops(image, parts or (_whole(image),))
        found = zip(*self._run(pictures), matrices, strict=True)
        return [region for boxes, logits, matrix in found for region in self._faces(boxes, logits[:, 0], matrix)]

    def confidence(self, image: Image, box: Box) -> float:
        """The certainty that a box contains a face: the mean of the scores that it has in three squares around it.

        A single score above 0.5 is not rare in the pattern of a cloth, but three are.

        Args:
            image: height × width × 3, uint8, RGB.
            box: The box of the face, in pixels.

        Returns:
            0 to 1.
        """
        squares = [Region(*box.centre, context * box.width, 0.0) for context in _CONTEXTS]
        _, logits = self._run(self._crops(image, squares)[0])
        away = np.linalg.norm(self._anchors - 0.5, axis=1)
        highest = [own[away < _NEAR / context, 0].max() for own, context in zip(logits, _CONTEXTS, strict=True)]
        return float(_scores(np.array(highest)).mean())

    def _crops(self, image: Image, parts: Sequence[Region]) -> tuple[Image, list[NDArray[np.float64]]]:
        if len(self._pictures) < len(parts):
            self._pictures = np.empty((len(parts), SIDE, SIDE, 3), np.uint8)
        pictures = self._pictures[: len(parts)]
        return pictures, [part.crop(image, to, cv2.BORDER_CONSTANT) for part, to in zip(parts, pictures, strict=True)]

    def _faces(self, boxes: _Points, logits: _Points, matrix: NDArray[np.float64]) -> list[Region]:
        points, scores = detections(boxes, logits, self._anchors)
        placed = (merge(points, scores) * SIDE) @ matrix[:, :2].T + matrix[:, 2]
        return [region_around(p[0], p[1], p[_LEFT_EYE], p[_RIGHT_EYE]) for p in placed]


def _whole(image: Image) -> Region:
    height, width = image.shape[:2]
    return Region(width / 2, height / 2, float(max(width, height)), 0.0)


def anchors(height: int = SIDE, width: int = SIDE) -> _Points:
    """The centres of the anchors of an input.

    Args:
        height: Of the input, in pixels; a multiple of 16.
        width: The same.

    Returns:
        (n, 2), float32, in units of `SIDE`; n is 896 for the input that the network was trained on.
    """
    centres = []
    for cell, count in _GRIDS:
        across, down = ((np.arange(length // cell) + 0.5) * cell / SIDE for length in (width, height))
        grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        centres.append(np.repeat(grid, count, axis=0))
    return np.concatenate(centres).astype(np.float32)


def detections(boxes: _Points, logits: _Points, centres: _Points) -> tuple[_Points, NDArray[np.float64]]:
    """The detections in one output of the network that are likely faces.

    Args:
        boxes: (n, 16), see `decode`.
        logits: (n,), the scores before the logistic function.
        centres: (n, 2), the anchors' centres.

    Returns:
        The points as of `decode`, (m, 8, 2), and the scores (m,), 0.5 to 1.
    """
    scores = _scores(logits)
    sure = np.flatnonzero(scores >= _LEAST_SCORE)
    return decode(boxes[sure], centres[sure]), scores[sure]


def decode(raw: _Points, centres: _Points) -> _Points:
    """Convert the network's output to positions in its input.

    Args:
        raw: (n, 16), in pixels of the input, relative to the anchor: centre, size, and six points.
        centres: (n, 2), the anchors' centres in units of `SIDE`.

    Returns:
        (n, 8, 2), in units of `SIDE`: the box's upper left and lower right corners, then the points, eyes first.
    """
    shares = raw.reshape(-1, 8, 2) / SIDE
    middle, half = shares[:, 0] + centres, shares[:, 1] / 2
    corners = np.stack([middle - half, middle + half], axis=1)
    return np.concatenate([corners, shares[:, 2:] + centres[:, np.newaxis]], axis=1)


def merge(points: _Points, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Merge overlapping detections into their mean, weighted by score (weighted non-maximum suppression).

    Args:
        points: (n, 8, 2), from `decode`.
        scores: (n,), 0 to 1.

    Returns:
        (m, 8, 2), one for each face, by descending score.
    """
    order = np.argsort(-scores, kind="stable")
    left, weights = points[order].astype(np.float64), scores[order]
    faces = []
    while len(left):
        same = _overlap(left[0], left) > _SAME_FACE
        same[0] = True
        faces.append(np.average(left[same], axis=0, weights=weights[same]))
        left, weights = left[~same], weights[~same]
    return np.array(faces).reshape(-1, 8, 2)


def _scores(logits: _Points) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -100, 100).astype(np.float64))))


def _overlap(one: NDArray[np.float64], many: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of one box with many, each given by its upper left and lower right corners."""
    low, high = np.maximum(one[0], many[:, 0]), np.minimum(one[1], many[:, 1])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(many[:, 1] - many[:, 0], axis=1)
    union = np.prod(one[1] - one[0]) + areas - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))
