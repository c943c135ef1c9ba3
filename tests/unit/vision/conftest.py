"""Faces for the tests: the demo's portraits, and a synthetic mesh."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.camera.picture_file import read_picture
from app.core.faces import Face, Image
from app.core.paths import models_dir, resources_dir
from app.core.settings.sections import QualitySettings, RecognitionSettings
from app.vision.detectors.base import face_from_landmarks
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.factory import VisionFactory
from app.vision.manifest import Manifest


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return Manifest(models_dir())


@pytest.fixture(scope="session")
def landmarker_task(manifest: Manifest) -> bytes:
    return manifest.load(manifest.landmarker())


@pytest.fixture(scope="session")
def hopper() -> Image:
    return read_picture(resources_dir() / "portraits" / "grace_hopper.jpg")


@pytest.fixture(scope="session")
def collins() -> Image:
    return read_picture(resources_dir() / "portraits" / "eileen_collins.jpg")


@pytest.fixture(scope="session")
def picture_detector(manifest: Manifest) -> PictureFaceDetector:
    factory = VisionFactory(manifest, RecognitionSettings(threads=2), QualitySettings(), None)
    return factory.picture_detector(direct=True)


@pytest.fixture
def mesh() -> NDArray[np.float32]:
    """A frontal face of 478 points, its eyes 60 pixels apart, around (200, 150)."""
    points = np.tile(np.array([200, 150, 0], np.float32), (478, 1))
    points += np.random.default_rng(7).uniform(-20, 20, (478, 3)).astype(np.float32) * [1, 1, 0]
    placed = {
        468: (170, 130, 0), 473: (230, 130, 0), 1: (200, 160, -30), 61: (178, 190, 0), 291: (222, 190, 0),
        33: (155, 130, 0), 133: (185, 130, 0), 362: (215, 130, 0), 263: (245, 130, 0),
        159: (170, 125, 0), 145: (170, 135, 0), 386: (230, 125, 0), 374: (230, 135, 0),
        10: (200, 60, 0), 152: (200, 230, 170 * np.tan(np.radians(6))), 234: (130, 150, 0), 454: (270, 150, 0),
    }  # fmt: skip
    for index, place in placed.items():
        points[index] = place
    return points


@pytest.fixture
def face(mesh: NDArray[np.float32]) -> Face:
    return face_from_landmarks(mesh)


@pytest.fixture
def models_copy(tmp_path: Path) -> Path:
    """A copy of the models that a test may modify."""
    copy = tmp_path / "models"
    copy.mkdir()
    for file in models_dir().iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    return copy
