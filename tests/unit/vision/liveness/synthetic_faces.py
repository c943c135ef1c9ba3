"""Synthetic faces with depth, and flat ones whose landmarks have depth, as pictures."""

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AnalyzedFace, Embedding, Face, Frame, Image, Pose, Quality, QualityHint, QualityIssue
from app.evaluation.liveness.simulated_camera import FOCAL, SheetPlacement, photograph_sheet, rotation_matrix
from app.vision.detectors.base import face_from_landmarks

WIDTH, HEIGHT = 320, 240
FRAME_NS = 33_000_000
ADA, BOB = (Embedding(np.eye(4, dtype=np.float32)[i], "m") for i in range(2))


def texture(seed: int = 1, grain: float = 2.0) -> Image:
    """A trackable texture: blurred noise over the whole range."""
    noise = np.random.default_rng(seed).normal(0, 1, (HEIGHT, WIDTH, 3))
    soft = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.asarray(128 + 50 * soft / soft.std(), np.float64).clip(0, 255).astype(np.uint8)


def depth(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The depth of a head: a bowl with a nose, in pixels, negative towards the camera."""
    a, b = (x - WIDTH / 2) / 60, (y - HEIGHT / 2) / 75
    nose = 28 * np.exp(-((a / 0.25) ** 2) - ((b - 0.1) / 0.35) ** 2)
    return np.asarray(35 * (a**2 + b**2) - nose - 20, np.float64)


def points() -> NDArray[np.float64]:
    """Landmarks all over the face, (478, 3)."""
    random = np.random.default_rng(3)
    x = WIDTH / 2 + random.uniform(-55, 55, 478)
    y = HEIGHT / 2 + random.uniform(-70, 70, 478)
    return np.column_stack([x, y, depth(x, y)])


class Head:
    """A head that turns, or a photo that is tilted while its landmarks have the depth of a head.

    Args:
        flat: Whether it is a photo.
    """

    def __init__(self, *, flat: bool) -> None:
        self.flat = flat
        self._texture, self._points = texture(), points()
        self._x, self._y = np.meshgrid(np.arange(WIDTH, dtype=np.float64), np.arange(HEIGHT, dtype=np.float64))

    def turned(self, yaw: float, number: int) -> tuple[Frame, AnalyzedFace]:
        """A frame of the head turned to its left by a number of degrees."""
        image, moved = self._tilted(3 * yaw) if self.flat else self._rotated(yaw)
        noise = np.random.default_rng(number).normal(0, 2, image.shape)
        seen = np.asarray((image + noise).clip(0, 255), np.uint8)
        face = face_from_landmarks(moved.astype(np.float32))
        return Frame(number, seen, number * FRAME_NS), analyzed(face, yaw)

    def _rotated(self, yaw: float) -> tuple[Image, NDArray[np.float64]]:
        """Each pixel is displaced by its depth; solved by a few steps of substitution."""
        x, way = self._x.copy(), np.sin(np.radians(yaw))
        for _ in range(8):
            x = self._x + way * depth(x, self._y)
        image = cv2.remap(self._texture, x.astype(np.float32), self._y.astype(np.float32), cv2.INTER_LINEAR)
        moved = self._points.copy()
        moved[:, 0] -= way * moved[:, 2]
        return np.asarray(image, np.uint8), moved

    def _tilted(self, yaw: float) -> tuple[Image, NDArray[np.float64]]:
        """A sheet that fills the picture when it is held straight."""
        image = photograph_sheet(self._texture, SheetPlacement(z=FOCAL, yaw=yaw), np.full_like(self._texture, 90))
        flat = (self._points[:, :2] - [WIDTH / 2, HEIGHT / 2]) / WIDTH
        held = np.column_stack([flat, np.zeros(478)]) @ rotation_matrix(yaw, 0, 0).T + [0, 0, FOCAL]
        moved = self._points.copy()
        moved[:, :2] = held[:, :2] / held[:, 2:] * FOCAL * WIDTH + [WIDTH / 2, HEIGHT / 2]
        return image, moved


def analyzed(
    face: Face, yaw: float = 0.0, *, embedding: Embedding | None = ADA, hints: tuple[QualityHint, ...] = ()
) -> AnalyzedFace:
    """An analyzed face that is judgeable except for the given hints."""
    quality_issues = tuple(QualityIssue(hint, "a_limit", 0.0, 1.0) for hint in hints)
    return AnalyzedFace(face, Quality(60, 200, 128, Pose(yaw, 0, 0), 0.3, 1.0, quality_issues), embedding)
