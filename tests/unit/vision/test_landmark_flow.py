"""Landmark flow from one detection into the next frames."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.faces import Face, Frame, Image
from app.vision import landmark_flow
from app.vision.alignment import align
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.landmark_flow import LandmarkFlow, looks_similar
from app.vision.optical_flow import FlowParameters


def found(detector: PictureFaceDetector, image: Image) -> Face:
    return detector.detect(Frame(1, image, 0))[0]


def moved(image: Image, angle: float, scale: float, x: float, y: float) -> Image:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    matrix[:, 2] += np.array([x, y])
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def flow(image: Image, face: Face) -> LandmarkFlow:
    return LandmarkFlow(Frame(1, image, 0), [face], [align(image, face)])


def eye_distance(face: Face) -> float:
    return float(np.linalg.norm(face.landmarks[468, :2] - face.landmarks[473, :2]))


@pytest.mark.parametrize(
    ("angle", "scale", "x", "y"), [(0, 1, 0, 0), (0, 1, 6, -4), (2, 1.02, 3, 2), (-3, 0.97, -5, 0)]
)
def test_landmarks_move_with_the_face(
    picture_detector: PictureFaceDetector, hopper: Image, angle: float, scale: float, x: float, y: float
) -> None:
    now = moved(hopper, angle, scale, x, y)
    faces = flow(hopper, found(picture_detector, hopper)).move(Frame(2, now, 33_000_000))
    assert faces is not None
    expected = found(picture_detector, now)
    apart = np.linalg.norm(faces[0].landmarks[:, :2] - expected.landmarks[:, :2], axis=1).mean()
    assert apart < 0.03 * eye_distance(expected)


def test_a_face_that_is_gone_is_lost(picture_detector: PictureFaceDetector, hopper: Image) -> None:
    lost = flow(hopper, found(picture_detector, hopper))
    noise = np.random.default_rng(1).integers(0, 256, hopper.shape, dtype=np.uint8)
    assert lost.move(Frame(2, noise, 33_000_000)) is None
    assert lost.move(Frame(3, hopper[:-10], 66_000_000)) is None


@pytest.mark.parametrize(("rms", "is_lost"), [(0.02, False), (0.06, True)])
def test_points_that_do_not_move_like_a_rigid_face_are_not_trusted(
    picture_detector: PictureFaceDetector, hopper: Image, monkeypatch: pytest.MonkeyPatch, rms: float, is_lost: bool
) -> None:
    face = found(picture_detector, hopper)

    def scattered(
        _before: Image, _after: Image, points: NDArray[np.float32], _parameters: FlowParameters
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Track every point to a position that is off by `rms` eye distances, alternately left and right."""
        scale = min(1.0, 320 / hopper.shape[1])
        offsets = np.zeros_like(points)
        offsets[:, 0] = rms * eye_distance(face) * scale * np.where(np.arange(len(points)) % 2, 1, -1)
        return points + offsets, np.ones(len(points), bool)

    monkeypatch.setattr(landmark_flow, "track_points", scattered)
    assert (flow(hopper, face).move(Frame(2, hopper, 33_000_000)) is None) is is_lost


def test_too_few_tracked_points_are_not_trusted(
    picture_detector: PictureFaceDetector, hopper: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = found(picture_detector, hopper)
    tracked = np.ones(24, bool)
    monkeypatch.setattr(landmark_flow, "track_points", lambda _before, _after, points, _: (points, tracked))
    tracked[:6] = False
    assert flow(hopper, face).move(Frame(2, hopper, 33_000_000)) is not None
    tracked[:7] = False
    assert flow(hopper, face).move(Frame(2, hopper, 33_000_000)) is None


def test_another_person_in_the_same_place_does_not_look_similar(
    picture_detector: PictureFaceDetector, hopper: Image, collins: Image
) -> None:
    one, other = (align(image, found(picture_detector, image)) for image in (hopper, collins))
    darker = np.asarray(hopper * 0.8, np.uint8)
    assert looks_similar(one, align(darker, found(picture_detector, darker)))
    assert not looks_similar(one, other)
    assert not looks_similar(other, one)
    face = found(picture_detector, hopper)
    both = LandmarkFlow(Frame(1, hopper, 0), [face, face], [one, one])
    assert both.looks_similar([one, one])
    assert not both.looks_similar([one, other])
