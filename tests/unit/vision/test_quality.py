from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Face, Frame, Image, Pose, QualityHint
from app.core.settings.sections import QualitySettings
from app.vision.alignment import align
from app.vision.detectors.base import face_from_landmarks
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.quality import assess, eyes_open, head_pose, quality_score

SIZE = (400, 300)
LIMITS = QualitySettings()


@pytest.fixture
def aligned() -> AlignedFace:
    """A sharp picture of medium brightness."""
    noise = np.random.default_rng(5).integers(90, 160, (112, 112, 1), dtype=np.uint8)
    return AlignedFace(np.repeat(noise, 3, axis=2), 1.0)


def turned(mesh: NDArray[np.float32], axis: int, degrees: float) -> NDArray[np.float32]:
    """The mesh rotated about its centre: axis 0 is pitch, 1 is yaw, 2 is roll."""
    vector = np.zeros(3)
    vector[axis] = np.radians(degrees)
    matrix, _ = cv2.Rodrigues(vector)
    middle = mesh.mean(axis=0)
    return np.asarray((mesh - middle) @ matrix.T + middle, np.float32)


def hints(face: Face, aligned: AlignedFace, limits: QualitySettings = LIMITS) -> tuple[QualityHint, ...]:
    return assess(face, aligned, SIZE, limits).hints


def test_a_good_face_is_judgeable(face: Face, aligned: AlignedFace) -> None:
    quality = assess(face, aligned, SIZE, LIMITS)
    assert quality.is_judgeable
    assert quality.eye_distance == pytest.approx(60)
    assert quality.inside == pytest.approx(1)


def test_portraits_are_judgeable_and_look_at_the_camera(picture_detector: PictureFaceDetector, hopper: Image) -> None:
    (face,) = picture_detector.detect(Frame(1, hopper, 0))
    quality = assess(face, align(hopper, face), (hopper.shape[1], hopper.shape[0]), LIMITS)
    assert quality.is_judgeable
    assert abs(quality.pose.yaw) < 15
    assert abs(quality.pose.pitch) < 15


@pytest.mark.parametrize("degrees", [-30.0, -10.0, 0.0, 25.0])
def test_yaw_pitch_and_roll_follow_the_head(mesh: NDArray[np.float32], degrees: float) -> None:
    # Turning about y by a positive angle brings the person's left eye, on the right of the picture, nearer.
    assert head_pose(turned(mesh, 1, -degrees)).yaw == pytest.approx(degrees, abs=0.5)
    # Turning about x by a positive angle brings the chin, below, away from the camera's depth axis: z rises.
    assert head_pose(turned(mesh, 0, -degrees)).pitch == pytest.approx(degrees, abs=0.5)
    assert head_pose(turned(mesh, 2, degrees)).roll == pytest.approx(degrees, abs=0.5)


def test_looking_up_is_positive_pitch(mesh: NDArray[np.float32]) -> None:
    up = mesh.copy()
    up[152, 2] -= 60
    assert head_pose(up).pitch > 10


def test_turning_to_the_own_left_is_positive_yaw(mesh: NDArray[np.float32]) -> None:
    left = mesh.copy()
    left[263, 2] += 40
    assert head_pose(left).yaw > 10


def test_the_more_closed_eye_counts(mesh: NDArray[np.float32]) -> None:
    assert eyes_open(mesh) == pytest.approx(1 / 3, abs=0.01)
    mesh[386], mesh[374] = mesh[386] * [1, 0, 1] + [0, 130, 0], mesh[374] * [1, 0, 1] + [0, 131, 0]
    assert eyes_open(mesh) == pytest.approx(1 / 30, abs=0.01)


def test_each_quality_issue_has_its_hint(face: Face, aligned: AlignedFace, mesh: NDArray[np.float32]) -> None:
    dark = replace(aligned, image=aligned.image // 5)
    bright = replace(aligned, image=np.clip(aligned.image.astype(int) + 110, 0, 255).astype(np.uint8))
    blurred = replace(aligned, image=np.asarray(cv2.GaussianBlur(aligned.image, (0, 0), 4), np.uint8))
    shut = mesh.copy()
    shut[[159, 145, 386, 374], 1] = 130
    assert QualityHint.TOO_DARK in hints(face, dark)
    assert QualityHint.TOO_BRIGHT in hints(face, bright)
    assert hints(face, blurred) == (QualityHint.HOLD_STILL,)
    assert hints(face_from_landmarks(mesh * 0.2), aligned) == (QualityHint.MOVE_CLOSER,)
    assert QualityHint.CUT_OFF in hints(face_from_landmarks(mesh - np.array([170, 0, 0], np.float32)), aligned)
    assert hints(face_from_landmarks(turned(mesh, 1, 50)), aligned) == (QualityHint.LOOK_AT_CAMERA,)
    assert hints(face_from_landmarks(turned(mesh, 0, 45)), aligned) == (QualityHint.LOOK_AT_CAMERA,)
    assert hints(face_from_landmarks(shut), aligned) == (QualityHint.EYES_CLOSED,)


def test_limits_are_the_settings(face: Face, aligned: AlignedFace) -> None:
    assert hints(face, aligned, QualitySettings(min_eye_distance=61)) == (QualityHint.MOVE_CLOSER,)
    assert hints(face, aligned, QualitySettings(min_eye_distance=59)) == ()


def test_a_face_outside_the_picture_is_cut_off(mesh: NDArray[np.float32], aligned: AlignedFace) -> None:
    quality = assess(face_from_landmarks(mesh - np.array([1000, 0, 0], np.float32)), aligned, SIZE, LIMITS)
    assert quality.inside == 0
    assert QualityHint.CUT_OFF in quality.hints


def test_a_better_picture_scores_higher(face: Face, aligned: AlignedFace) -> None:
    quality = assess(face, aligned, SIZE, LIMITS)
    for worse in (
        replace(quality, sharpness=30.0),
        replace(quality, eye_distance=25.0),
        replace(quality, brightness=50.0),
        replace(quality, pose=Pose(35, 0, 0)),
    ):
        assert 0 <= quality_score(worse) < quality_score(quality) <= 1
    assert quality_score(replace(quality, brightness=0.0)) == 0
    assert quality_score(replace(quality, pose=Pose(120, 0, 0))) == 0


def test_each_quality_issue_has_the_measurement_and_the_limit(
    face: Face, aligned: AlignedFace, mesh: NDArray[np.float32]
) -> None:
    dark = replace(aligned, image=aligned.image // 5)
    quality = assess(face, dark, SIZE, LIMITS)
    quality_issue = next(found for found in quality.quality_issues if found.hint is QualityHint.TOO_DARK)
    assert (quality_issue.setting, quality_issue.limit) == ("min_brightness", LIMITS.min_brightness)
    assert quality_issue.value == quality.brightness < quality_issue.limit
    for quality_issue in assess(
        face_from_landmarks(mesh * 0.1), dark, SIZE, QualitySettings(max_brightness=41)
    ).quality_issues:
        beyond = quality_issue.value - quality_issue.limit
        assert beyond < 0 if quality_issue.setting.startswith("min_") else beyond > 0
        assert getattr(LIMITS, quality_issue.setting) == quality_issue.limit


def test_of_yaw_and_pitch_the_worse_is_reported(aligned: AlignedFace, mesh: NDArray[np.float32]) -> None:
    for axis, setting in ((1, "max_yaw"), (0, "max_pitch")):
        quality = assess(face_from_landmarks(turned(mesh, axis, 55)), aligned, SIZE, LIMITS)
        (quality_issue,) = quality.quality_issues
        assert quality_issue.setting == setting
    both = assess(face_from_landmarks(turned(turned(mesh, 0, 45), 1, 70)), aligned, SIZE, LIMITS)
    assert len([found for found in both.quality_issues if found.hint is QualityHint.LOOK_AT_CAMERA]) == 1
