"""Detection of occluders drawn over faces."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.camera.picture_file import read_picture
from app.core.faces import AlignedFace, Face, Frame, Image
from app.core.paths import resources_dir
from app.vision.alignment import align
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.occlusion import occlusion_probability
from app.vision.thumbnail import encode_thumbnail

# MediaPipe's mesh: the lower face from ear to ear and the bridge of the nose; the eyes; a cheek; the lips.
_LOWER = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 5)
_EYES = ((33, 133, 159, 145), (362, 263, 386, 374))
_CHEEK, _LIPS = 50, (13, 14)
_PEOPLE = 160

Draw = Callable[[Image, Face], Image]


def paint(image: Image, outline: NDArray[np.float32], colour: tuple[float, ...]) -> Image:
    """A surface of cloth or skin: one colour with a little noise and a soft edge."""
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [cv2.convexHull(outline.astype(np.int32))], (255,))
    soft = cv2.GaussianBlur(mask, (3, 3), 0)[..., None] / 255
    noise = np.random.default_rng(1).normal(0, 8, image.shape)
    return np.ascontiguousarray(np.clip(image * (1 - soft) + (noise + colour) * soft, 0, 255), np.uint8)


def ellipse(middle: NDArray[np.float32], across: float, along: float) -> NDArray[np.float32]:
    angles = np.linspace(0, 2 * np.pi, 24)
    return (middle + np.stack([across * np.cos(angles), along * np.sin(angles)], axis=1)).astype(np.float32)


def bare(image: Image, _face: Face) -> Image:
    return image


def mask(*colour: float) -> Draw:
    return lambda image, face: paint(image, face.landmarks[_LOWER, :2], colour)


def dark_glasses(image: Image, face: Face) -> Image:
    width = face.box.width
    for eye in _EYES:
        image = paint(image, ellipse(face.landmarks[eye, :2].mean(axis=0), 0.19 * width, 0.14 * width), (22, 22, 25))
    return image


def hand(image: Image, face: Face) -> Image:
    x, y = (int(value) for value in face.landmarks[_CHEEK, :2])
    skin = tuple(float(value) * 0.95 for value in image[min(y, len(image) - 1), min(x, image.shape[1] - 1)])
    middle = face.landmarks[_LIPS, :2].mean(axis=0)
    return paint(image, ellipse(middle, 0.33 * face.box.width, 0.2 * face.box.height), skin)


DRAWN: dict[str, tuple[Draw, float, float]] = {
    "bare": (bare, 0.0, 0.05),
    "blue mask": (mask(150, 190, 215), 0.95, 1.0),
    "black mask": (mask(30, 30, 34), 0.85, 1.0),
    "white mask": (mask(225, 225, 222), 0.75, 1.0),
    "dark glasses": (dark_glasses, 0.92, 1.0),
    "hand before the mouth": (hand, 0.0, 0.1),
}
"""What is drawn, and the least and largest share of faces that are then said to be covered."""


def aligned(detector: PictureFaceDetector, image: Image, draw: Draw) -> AlignedFace | None:
    """The largest face with an occluder drawn over it; None if it is no longer detected."""
    faces = detector.detect(Frame(1, image, 0))
    if not faces:
        return None
    drawn = draw(image, faces[0])
    seen = [face for face in detector.detect(Frame(1, drawn, 0)) if face.box.iou(faces[0].box) > 0.3]
    return align(drawn, seen[0]) if seen else None


@pytest.mark.parametrize(("draw", "noticed"), [(bare, False), (mask(150, 190, 215), True), (dark_glasses, True)])
def test_masks_and_dark_glasses_are_detected_on_a_portrait(
    picture_detector: PictureFaceDetector, draw: Draw, noticed: bool
) -> None:
    face = aligned(picture_detector, read_picture(resources_dir() / "portraits" / "eileen_collins.jpg"), draw)
    assert face is not None
    assert (occlusion_probability(face) > 0.5) is noticed


def test_occlusion_does_not_depend_on_the_aligned_size(picture_detector: PictureFaceDetector) -> None:
    face = aligned(picture_detector, read_picture(resources_dir() / "portraits" / "eileen_collins.jpg"), bare)
    assert face is not None
    larger = AlignedFace(np.asarray(cv2.resize(face.image, (224, 224)), np.uint8), 2.0)
    assert occlusion_probability(larger) == pytest.approx(occlusion_probability(face), abs=0.1)


def test_a_thumbnail_is_a_small_jpeg(picture_detector: PictureFaceDetector) -> None:
    face = aligned(picture_detector, read_picture(resources_dir() / "portraits" / "eileen_collins.jpg"), bare)
    assert face is not None
    jpeg = encode_thumbnail(face)
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (112, 112, 3)
    assert len(jpeg) < 8_000
    assert np.abs(decoded[..., ::-1].astype(int) - face.image).mean() < 8


@pytest.mark.eval
@pytest.mark.soak
def test_detection_rates_are_those_of_the_decision_record(
    picture_detector: PictureFaceDetector, eval_dir: Path
) -> None:
    people = sorted(path for path in (eval_dir / "lfw" / "images").iterdir() if path.is_dir())
    pictures = [read_picture(sorted(person.iterdir())[0]) for person in people[:: len(people) // _PEOPLE]]
    for name, (draw, least, most) in DRAWN.items():
        faces = [face for image in pictures if (face := aligned(picture_detector, image, draw)) is not None]
        share = float(np.mean([occlusion_probability(face) > 0.5 for face in faces]))
        assert least <= share <= most, f"{name}: {share:.3f}"
