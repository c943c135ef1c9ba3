from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.settings import QualitySettings
from app.core.types import AlignedFace, Face, Frame, Hint, Image, Pose
from app.vision.alignment import align
from app.vision.detection import PictureFaceDetector, face_from_landmarks
from app.vision.quality import assess, eyes_open, head_pose, score

SIZE = (400, 300)
LIMITS = QualitySettings()


@pytest.fixture
def aligned() -> AlignedFace:
    """Sharp and of middle brightness."""
    noise = np.random.default_rng(5).integers(90, 160, (112, 112, 1), dtype=np.uint8)
    return AlignedFace(np.repeat(noise, 3, axis=2), 1.0)


def turned(mesh: NDArray[np.float32], axis: int, degrees: float) -> NDArray[np.float32]:
    """The mesh turned about its middle: axis 0 nods, 1 turns to the side, 2 tilts."""
    vector = np.zeros(3)
    vector[axis] = np.radians(degrees)
    matrix, _ = cv2.Rodrigues(vector)
    middle = mesh.mean(axis=0)
    return np.asarray((mesh - middle) @ matrix.T + middle, np.float32)


def hints(face: Face, aligned: AlignedFace, limits: QualitySettings = LIMITS) -> tuple[Hint, ...]:
    return assess(face, aligned, SIZE, limits).hints


def test_a_good_face_is_judgeable(face: Face, aligned: AlignedFace) -> None:
    quality = assess(face, aligned, SIZE, LIMITS)
    assert quality.judgeable
    assert quality.eye_distance == pytest.approx(60)
    assert quality.inside == pytest.approx(1)


def test_portraits_are_judgeable_and_look_at_the_camera(picture_detector: PictureFaceDetector, hopper: Image) -> None:
    (face,) = picture_detector.detect(Frame(1, hopper, 0))
    quality = assess(face, align(hopper, face), (hopper.shape[1], hopper.shape[0]), LIMITS)
    assert quality.judgeable
    assert abs(quality.pose.yaw) < 15
    assert abs(quality.pose.pitch) < 15


@pytest.mark.parametrize("degrees", [-30.0, -10.0, 0.0, 25.0])
def test_yaw_pitch_and_roll_follow_the_head(mesh: NDArray[np.float32], degrees: float) -> None:
    # Turning about y by a positive angle brings the person's left eye, on the right of the picture, nearer.
    assert head_pose(turned(mesh, 1, -degrees)).yaw == pytest.approx(degrees, abs=0.5)
    # Turning about x by a positive angle brings the chin, below, away from the camera's depth axis: z rises.
    assert head_pose(turned(mesh, 0, -degrees)).pitch == pytest.approx(degrees, abs=0.5)
    assert head_pose(turned(mesh, 2, degrees)).roll == pytest.approx(degrees, abs=0.5)


def test_looking_up_brings_the_chin_nearer_and_counts_as_positive(mesh: NDArray[np.float32]) -> None:
    up = mesh.copy()
    up[152, 2] -= 60
    assert head_pose(up).pitch > 10


def test_turning_to_the_own_left_takes_the_left_eye_away_and_counts_as_positive(mesh: NDArray[np.float32]) -> None:
    left = mesh.copy()
    left[263, 2] += 40
    assert head_pose(left).yaw > 10


def test_the_more_closed_eye_counts(mesh: NDArray[np.float32]) -> None:
    assert eyes_open(mesh) == pytest.approx(1 / 3, abs=0.01)
    mesh[386], mesh[374] = mesh[386] * [1, 0, 1] + [0, 130, 0], mesh[374] * [1, 0, 1] + [0, 131, 0]
    assert eyes_open(mesh) == pytest.approx(1 / 30, abs=0.01)


def test_each_shortcoming_has_its_hint(face: Face, aligned: AlignedFace, mesh: NDArray[np.float32]) -> None:
    dark = replace(aligned, image=aligned.image // 5)
    bright = replace(aligned, image=np.clip(aligned.image.astype(int) + 110, 0, 255).astype(np.uint8))
    blurred = replace(aligned, image=np.asarray(cv2.GaussianBlur(aligned.image, (0, 0), 4), np.uint8))
    shut = mesh.copy()
    shut[[159, 145, 386, 374], 1] = 130
    assert Hint.TOO_DARK in hints(face, dark)
    assert Hint.TOO_BRIGHT in hints(face, bright)
    assert hints(face, blurred) == (Hint.HOLD_STILL,)
    assert hints(face_from_landmarks(mesh * 0.2), aligned) == (Hint.MOVE_CLOSER,)
    assert Hint.CUT_OFF in hints(face_from_landmarks(mesh - np.array([170, 0, 0], np.float32)), aligned)
    assert hints(face_from_landmarks(turned(mesh, 1, 50)), aligned) == (Hint.LOOK_AT_CAMERA,)
    assert hints(face_from_landmarks(turned(mesh, 0, 45)), aligned) == (Hint.LOOK_AT_CAMERA,)
    assert hints(face_from_landmarks(shut), aligned) == (Hint.EYES_CLOSED,)


def test_limits_are_the_settings(face: Face, aligned: AlignedFace) -> None:
    assert hints(face, aligned, QualitySettings(min_eye_distance=61)) == (Hint.MOVE_CLOSER,)
    assert hints(face, aligned, QualitySettings(min_eye_distance=59)) == ()


def test_a_face_wholly_outside_is_cut_off(mesh: NDArray[np.float32], aligned: AlignedFace) -> None:
    quality = assess(face_from_landmarks(mesh - np.array([1000, 0, 0], np.float32)), aligned, SIZE, LIMITS)
    assert quality.inside == 0
    assert Hint.CUT_OFF in quality.hints


def test_a_better_picture_scores_higher(face: Face, aligned: AlignedFace) -> None:
    quality = assess(face, aligned, SIZE, LIMITS)
    for worse in (
        replace(quality, sharpness=30.0),
        replace(quality, eye_distance=25.0),
        replace(quality, brightness=50.0),
        replace(quality, pose=Pose(35, 0, 0)),
    ):
        assert 0 <= score(worse) < score(quality) <= 1
    assert score(replace(quality, brightness=0.0)) == 0
    assert score(replace(quality, pose=Pose(120, 0, 0))) == 0


def test_each_hint_says_what_was_measured_and_what_is_asked_for(
    face: Face, aligned: AlignedFace, mesh: NDArray[np.float32]
) -> None:
    dark = replace(aligned, image=aligned.image // 5)
    quality = assess(face, dark, SIZE, LIMITS)
    shortfall = next(found for found in quality.shortfalls if found.hint is Hint.TOO_DARK)
    assert (shortfall.setting, shortfall.limit) == ("min_brightness", LIMITS.min_brightness)
    assert shortfall.value == quality.brightness < shortfall.limit
    for shortfall in assess(face_from_landmarks(mesh * 0.1), dark, SIZE, QualitySettings(max_brightness=41)).shortfalls:
        beyond = shortfall.value - shortfall.limit
        assert beyond < 0 if shortfall.setting.startswith("min_") else beyond > 0
        assert getattr(LIMITS, shortfall.setting) == shortfall.limit


def test_of_turning_and_nodding_the_worse_is_named(aligned: AlignedFace, mesh: NDArray[np.float32]) -> None:
    for axis, setting in ((1, "max_yaw"), (0, "max_pitch")):
        quality = assess(face_from_landmarks(turned(mesh, axis, 55)), aligned, SIZE, LIMITS)
        (shortfall,) = quality.shortfalls
        assert shortfall.setting == setting
    both = assess(face_from_landmarks(turned(turned(mesh, 0, 45), 1, 70)), aligned, SIZE, LIMITS)
    assert len([found for found in both.shortfalls if found.hint is Hint.LOOK_AT_CAMERA]) == 1
