"""The networks without MediaPipe's graph, compared with MediaPipe."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.faces import Expression, Face, Frame, Image
from app.vision.detectors.base import MAX_FACES, FaceDetector, face_from_landmarks
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.direct import DirectVideoDetector
from app.vision.detectors.face_mesh import POINTS, BlendshapeNetwork, FaceMesh
from app.vision.detectors.mediapipe_graph import MediaPipeLandmarker, VideoFaceDetector

LEFT_IRIS, RIGHT_IRIS = 468, 473
WITHIN = 0.01
"""Of the distance between the eyes, on average over the landmarks."""


@pytest.fixture(scope="module")
def mediapipe(landmarker_task: bytes) -> Iterator[MediaPipeLandmarker]:
    landmarker = MediaPipeLandmarker(landmarker_task, MAX_FACES, video=False)
    yield landmarker
    landmarker.close()


@pytest.fixture
def video(finder: BlazeFace, face_mesh: FaceMesh, blendshapes: BlendshapeNetwork) -> DirectVideoDetector:
    return DirectVideoDetector(finder, face_mesh, blendshapes, max_faces=3)


def eye_distance(face: Face) -> float:
    return float(np.linalg.norm(face.landmarks[LEFT_IRIS, :2] - face.landmarks[RIGHT_IRIS, :2]))


def distance(face: Face, reference: Face) -> float:
    """The mean distance between the landmarks of two faces, as a share of the eye distance."""
    apart = np.linalg.norm(face.landmarks[:, :2] - reference.landmarks[:, :2], axis=1)
    return float(apart.mean()) / eye_distance(reference)


def nearest(faces: Sequence[Face], reference: Face) -> float:
    return min((distance(face, reference) for face in faces), default=np.inf)


def in_whole(picture: Image, finder: BlazeFace, face_mesh: FaceMesh) -> list[Face]:
    """The faces that the networks find in a picture that is not searched further."""
    return [face_from_landmarks(points) for points in face_mesh.landmarks(picture, finder.find(picture))]


def film(path: Path, count: int, step: int = 1) -> list[Frame]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    for number in range(count * step):
        taken, picture = capture.read()
        if taken and number % step == 0:
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            frames.append(Frame(number + 1, rgb, number * 33_000_000))
    capture.release()
    assert frames
    return frames


def test_the_portraits_have_the_same_landmarks(
    mediapipe: MediaPipeLandmarker, finder: BlazeFace, face_mesh: FaceMesh, hopper: Image, collins: Image
) -> None:
    for picture in (hopper, collins):
        (reference,) = mediapipe.find(picture)
        (face,) = in_whole(picture, finder, face_mesh)
        assert distance(face, reference) < WITHIN
        assert abs(face.landmarks[:, 2] - reference.landmarks[:, 2]).mean() < WITHIN * eye_distance(reference)


@pytest.mark.eval
def test_pictures_of_many_people_have_the_same_landmarks(
    mediapipe: MediaPipeLandmarker, finder: BlazeFace, face_mesh: FaceMesh, eval_dir: Path
) -> None:
    pictures = sorted((eval_dir / "lfw" / "images").glob("*/*.jpg"))[::123]
    assert len(pictures) >= 50
    found = [
        nearest(in_whole(picture, finder, face_mesh), reference)
        for picture in map(read_picture, pictures)
        for reference in mediapipe.find(picture)
    ]
    assert len(found) >= len(pictures) - 2
    assert max(found) < WITHIN
    assert np.median(found) < WITHIN / 5


@pytest.fixture
def following(landmarker_task: bytes) -> Iterator[MediaPipeLandmarker]:
    """MediaPipe tracking one face; unlike the networks alone, it smooths the landmarks over time."""
    landmarker = MediaPipeLandmarker(landmarker_task, 1, video=True)
    yield landmarker
    landmarker.close()


def test_the_first_frame_has_the_same_expression(
    following: MediaPipeLandmarker, video: DirectVideoDetector, hopper: Image, collins: Image
) -> None:
    (reference,), (face,) = following.find(collins, 1_000_000), video.detect(Frame(1, collins, 1_000_000))
    assert distance(face, reference) < WITHIN / 5
    assert unlike(face.expression, reference.expression) < 0.02


def test_a_still_face_keeps_its_region(
    following: MediaPipeLandmarker, video: DirectVideoDetector, hopper: Image
) -> None:
    stamps = [number * 33_000_000 for number in range(1, 31)]
    references = [following.find(hopper, stamp) for stamp in stamps]
    faces = [video.detect(Frame(number, hopper, stamp)) for number, stamp in enumerate(stamps, start=1)]
    assert distance(faces[-1][0], references[-1][0]) < WITHIN / 2


@pytest.mark.eval
@pytest.mark.parametrize("clip", ["d3", "d9", "d14", "d18"])
def test_a_film_has_the_same_landmarks_but_for_the_smoothing(
    following: MediaPipeLandmarker, video: DirectVideoDetector, eval_dir: Path, clip: str
) -> None:
    apart = []
    for frame in film(eval_dir / "video" / f"liveportrait_{clip}.mp4", 60):
        (reference,), (face,) = following.find(frame.image, frame.captured_ns), video.detect(frame)
        apart.append(distance(face, reference))
    assert np.median(apart) < WITHIN
    assert max(apart) < 4 * WITHIN


def unlike(one: Expression | None, other: Expression | None) -> float:
    assert one is not None
    assert other is not None
    names = ("blink", "smile", "jaw_open", "brows_up")
    return max(float(abs(getattr(one, name) - getattr(other, name))) for name in names)


def test_a_face_is_tracked_until_it_leaves(video: DirectVideoDetector, hopper: Image) -> None:
    empty = np.zeros_like(hopper)
    pictures = [hopper, hopper, empty, empty, hopper]
    counts = [len(video.detect(Frame(i, picture, i))) for i, picture in enumerate(pictures, start=1)]
    assert counts == [1, 1, 0, 0, 1]


def test_a_new_face_is_found_within_five_frames(video: DirectVideoDetector, hopper: Image) -> None:
    alone = np.hstack([hopper, np.zeros_like(hopper)])
    both = np.hstack([hopper, hopper])
    assert len(video.detect(Frame(1, alone, 1))) == 1
    counts = [len(video.detect(Frame(i, both, i))) for i in range(2, 12)]
    assert counts[4:] == [2] * 6


def test_the_most_faces_are_not_exceeded(
    finder: BlazeFace, face_mesh: FaceMesh, blendshapes: BlendshapeNetwork, hopper: Image
) -> None:
    detector = DirectVideoDetector(finder, face_mesh, blendshapes, max_faces=1)
    both = np.hstack([hopper, hopper])
    assert [len(detector.detect(Frame(i, both, i))) for i in range(1, 8)] == [1] * 7


def test_the_blendshapes_look_at_as_many_points_as_the_network_takes() -> None:
    assert len(POINTS) == len(set(POINTS)) == 146
    assert list(POINTS) == sorted(POINTS)


def test_a_face_is_found_again_in_the_first_picture_of_another_size(video: DirectVideoDetector, hopper: Image) -> None:
    (large,) = video.detect(Frame(1, hopper, 0))
    (small,) = video.detect(Frame(2, np.ascontiguousarray(hopper[::2, ::2]), 1))
    assert small.box.width == pytest.approx(large.box.width / 2, rel=0.1)


@pytest.mark.parametrize("direct", [True, False])
def test_no_more_faces_are_given_than_are_wanted(
    video: DirectVideoDetector, landmarker_task: bytes, hopper: Image, collins: Image, *, direct: bool
) -> None:
    detector: FaceDetector = video if direct else VideoFaceDetector(landmarker_task, 2)
    halves = [cv2.resize(picture, (400, 500)) for picture in (hopper, collins)]
    pair = np.hstack(halves).astype(np.uint8)
    found = [len(detector.detect(Frame(number, pair, number * 33_000_000), 1)) for number in range(1, 15)]
    assert set(found) == {1}
    detector.close()
