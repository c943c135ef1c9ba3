from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from app.core.faces import Box, Face, Frame, Image
from app.vision.detectors.base import LANDMARKS, face_from_landmarks, largest_first, suppress_duplicates
from app.vision.detectors.mediapipe_graph import VideoFaceDetector
from app.vision.detectors.pictures import PictureFaceDetector


@pytest.fixture(scope="module")
def video_detector(landmarker_task: bytes) -> Iterator[VideoFaceDetector]:
    detector = VideoFaceDetector(landmarker_task, max_faces=3)
    yield detector
    detector.close()


def frames(image: Image, count: int, start: int = 1) -> list[Frame]:
    return [Frame(i, image, i * 33_000_000) for i in range(start, start + count)]


def beside(collins: Image, hopper: Image) -> Image:
    """The face of one picture, cropped and resized to the other picture."""
    return np.asarray(cv2.resize(collins[:256, 110:330], (hopper.shape[1], hopper.shape[0])), np.uint8)


def square(x: float, y: float, side: float) -> Face:
    return Face(Box(x, y, side, side), np.zeros((LANDMARKS, 3), np.float32))


def test_a_portrait_has_one_face_with_irises_where_the_eyes_are(
    picture_detector: PictureFaceDetector, hopper: Image
) -> None:
    (face,) = picture_detector.detect(Frame(1, hopper, 0))
    assert face.landmarks.shape == (LANDMARKS, 3)
    assert face.landmarks.dtype == np.float32
    left, right = face.landmarks[468, :2], face.landmarks[473, :2]
    np.testing.assert_allclose([left, right], [[223.0, 192.2], [306.5, 187.3]], atol=3)
    assert face.box.x < left[0] < right[0] < face.box.x + face.box.width


def test_two_people_side_by_side_are_both_found(
    picture_detector: PictureFaceDetector, hopper: Image, collins: Image
) -> None:
    height = 500
    both = np.hstack([cv2.resize(p, (p.shape[1] * height // p.shape[0], height)) for p in (hopper, collins)])
    faces = picture_detector.detect(Frame(1, np.ascontiguousarray(both), 0))
    assert len(faces) == 2
    assert faces[0].box.area >= faces[1].box.area


def test_a_face_that_is_small_in_a_large_picture_is_found_in_tiles(
    picture_detector: PictureFaceDetector, hopper: Image
) -> None:
    """MediaPipe detects no face in the whole picture."""
    picture = np.full((1200, 1600, 3), 110, np.uint8)
    picture[700:950, 1200:1413] = cv2.resize(hopper, (213, 250), interpolation=cv2.INTER_AREA)
    (face,) = picture_detector.detect(Frame(1, picture, 0))
    x, y = face.box.centre
    assert 1200 < x < 1413
    assert 700 < y < 950


def test_a_picture_without_a_face_has_no_faces(picture_detector: PictureFaceDetector) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert picture_detector.detect(Frame(1, noise, 0)) == []


def test_a_video_of_one_person_keeps_to_one_face(video_detector: VideoFaceDetector, hopper: Image) -> None:
    counts = [len(video_detector.detect(frame)) for frame in frames(hopper, 25)]
    assert counts == [1] * 25


def test_a_second_person_is_noticed_within_a_third_of_a_second(
    landmarker_task: bytes, hopper: Image, collins: Image
) -> None:
    other = beside(collins, hopper)
    alone = np.hstack([hopper, np.full_like(hopper, 90)])
    both = np.hstack([hopper, other])
    detector = VideoFaceDetector(landmarker_task, max_faces=3)
    try:
        for frame in frames(alone, 12):
            detector.detect(frame)
        counts = [len(detector.detect(frame)) for frame in frames(both, 15, start=13)]
    finally:
        detector.close()
    assert 2 in counts[:10]
    assert counts[counts.index(2) :] == [2] * (15 - counts.index(2))


def test_two_frames_of_one_millisecond_are_no_error(video_detector: VideoFaceDetector, hopper: Image) -> None:
    stamp = 10_000_000_000
    for frame_id in range(3):
        assert len(video_detector.detect(Frame(frame_id, hopper, stamp + frame_id))) == 1


def test_one_face_at_most_needs_one_graph(landmarker_task: bytes, hopper: Image, collins: Image) -> None:
    other = beside(collins, hopper)
    detector = VideoFaceDetector(landmarker_task, max_faces=1)
    try:
        counts = [len(detector.detect(frame)) for frame in frames(np.hstack([hopper, other]), 12)]
    finally:
        detector.close()
    assert set(counts) == {1}


def test_a_box_encloses_its_landmarks() -> None:
    points = np.array([[10, 20, 1], [30, 25, 2], [15, 60, 3]], np.float32)
    assert face_from_landmarks(points).box == Box(10, 20, 20, 40)


def test_of_duplicate_faces_the_largest_is_kept() -> None:
    small, large, other = square(0, 0, 90), square(0, 0, 100), square(300, 0, 50)
    assert suppress_duplicates([small, other, large]) == [large, other]
    assert largest_first([other, large]) == [large, other]
