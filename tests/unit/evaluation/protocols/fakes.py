"""Faces that a fake recognises by their colour, and embeddings that a fake reads from file names."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app.core.faces import AlignedFace, Embedding, Face, Frame, Vector
from app.core.settings.sections import QualitySettings
from app.vision.analysis import FaceAnalyzer
from app.vision.detectors.base import face_from_landmarks
from app.vision.embedding import l2_normalize

ROOT = Path("pictures")


class OneFaceEach:
    """Detects a face in the middle of every picture that is not black, and one in the corner."""

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:
        if frame.image.max() == 0:
            return []
        grid = np.random.default_rng(1).uniform(-20, 20, (478, 3)).astype(np.float32)
        middle = np.array([frame.width / 2, frame.height / 2, 0], np.float32)
        return [face_from_landmarks(grid + 25), face_from_landmarks(grid + middle)]

    def close(self) -> None:
        pass


class ByColour:
    """Embeds a face as its mean colour."""

    side = 112
    provider = "colour"

    def embed(self, faces: list[AlignedFace]) -> list[Embedding]:
        means = np.array([face.image.reshape(-1, 3).mean(axis=0) - 128 for face in faces], np.float32)
        return [Embedding(vector, "colour") for vector in l2_normalize(means)]


def colour_analyzer() -> FaceAnalyzer:
    return FaceAnalyzer(OneFaceEach(), ByColour(), QualitySettings(), embed_all=True)  # type: ignore[arg-type]


def write_people(root: Path, pictures: int = 3) -> Path:
    """Four people of different colours, each picture a little different."""
    random = np.random.default_rng(2)
    colours = {"red": (250, 20, 20), "green": (20, 250, 20), "blue": (20, 20, 250), "grey": (160, 160, 160)}
    for name, colour in colours.items():
        (root / name).mkdir()
        for i in range(1, pictures + 1):
            shade = np.clip(np.array(colour) + random.integers(-5, 6, 3), 1, 255).astype(np.uint8)
            cv2.imwrite(str(root / name / f"{name}_{i:04d}.png"), np.full((160, 160, 3), shade[::-1], np.uint8))
    return root


def embed_by_name(paths: Sequence[Path]) -> dict[Path, Vector]:
    """Embed `person/degrees.jpg` as a direction in a plane; a picture named “none” shows no face."""
    found = {}
    for path in (path for path in paths if not path.stem.startswith("none")):
        angle = np.radians(float(path.stem))
        found[path] = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return found


def crowd(people: int = 20) -> list[Path]:
    """People 9 degrees apart, each with three pictures half a degree apart."""
    return [ROOT / f"p{n:02d}" / f"{9 * n + step / 2}.jpg" for n in range(people) for step in range(3)]
