"""Faces that are followed for a moment, in place of being looked for."""

import cv2
import numpy as np
import pytest

from app.core.faces import Face, Frame, Image
from app.vision.alignment import align
from app.vision.detectors.base import largest_first
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.direct import DirectPictureFinder
from app.vision.detectors.face_mesh import FaceMesh
from app.vision.engine.engines import Engine
from app.vision.engine.session import Session, open_session
from app.vision.landmark_flow import LandmarkFlow, looks_similar
from app.vision.manifest import Manifest


@pytest.fixture(scope="module")
def finder(manifest: Manifest) -> DirectPictureFinder:
    def network(name: str) -> Session:
        return open_session(manifest.load(manifest.network(name)), name, Engine(threads=1))

    return DirectPictureFinder(BlazeFace(network("face_detector")), FaceMesh(network("face_mesh")))


def found(finder: DirectPictureFinder, image: Image) -> Face:
    return largest_first(finder.find(image))[0]


def moved(image: Image, angle: float, scale: float, x: float, y: float) -> Image:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    matrix[:, 2] += np.array([x, y])
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize(
    ("angle", "scale", "x", "y"), [(0, 1, 0, 0), (0, 1, 6, -4), (2, 1.02, 3, 2), (-3, 0.97, -5, 0)]
)
def test_landmarks_go_where_the_face_goes(
    finder: DirectPictureFinder, hopper: Image, angle: float, scale: float, x: float, y: float
) -> None:
    now = moved(hopper, angle, scale, x, y)
    faces = LandmarkFlow(Frame(1, hopper, 0), [found(finder, hopper)]).follow(Frame(2, now, 33_000_000))
    assert faces is not None
    expected = found(finder, now)
    eyes = np.linalg.norm(expected.landmarks[468, :2] - expected.landmarks[473, :2])
    apart = np.linalg.norm(faces[0].landmarks[:, :2] - expected.landmarks[:, :2], axis=1).mean()
    assert apart < 0.03 * eyes


def test_a_face_that_is_gone_is_not_followed(finder: DirectPictureFinder, hopper: Image) -> None:
    follower = LandmarkFlow(Frame(1, hopper, 0), [found(finder, hopper)])
    noise = np.random.default_rng(1).integers(0, 256, hopper.shape, dtype=np.uint8)
    assert follower.follow(Frame(2, noise, 33_000_000)) is None
    assert follower.follow(Frame(3, hopper[:-10], 66_000_000)) is None


def test_somebody_else_in_the_same_place_does_not_look_alike(
    finder: DirectPictureFinder, hopper: Image, collins: Image
) -> None:
    one, other = (align(image, found(finder, image)) for image in (hopper, collins))
    darker = np.asarray(hopper * 0.8, np.uint8)
    assert looks_similar(one, align(darker, found(finder, darker)))
    assert not looks_similar(one, other)
    assert not looks_similar(other, one)
