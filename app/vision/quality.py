"""Quality assessment: whether a face can be judged and, if not, what the person can do about it."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Face, Pose, Quality, QualityHint, QualityIssue
from app.core.settings.sections import QualitySettings
from app.vision.occlusion import occlusion_probability

# Landmarks of MediaPipe's mesh: outer corners of the eyes, forehead, chin; left is left in the picture.
_EYE_LEFT, _EYE_RIGHT, _FOREHEAD, _CHIN = 33, 263, 10, 152
_IRIS_LEFT, _IRIS_RIGHT = 468, 473
# Upper and lower lid, inner and outer corner of each eye.
_LIDS = ((159, 145, 133, 33), (386, 374, 362, 263))
# Degrees by which the mesh's chin is behind its forehead on a head that looks straight ahead: the median over LFW.
_NEUTRAL_PITCH = 6.0


def head_pose(landmarks: NDArray[np.float32]) -> Pose:
    """The pose of the head, from the lines from eye to eye and from forehead to chin.

    Args:
        landmarks: (478, 3), in pixels, z negative towards the camera.

    Returns:
        Yaw, pitch and roll in degrees. The perspective of the camera is neglected.
    """
    across = landmarks[_EYE_RIGHT] - landmarks[_EYE_LEFT]
    down = landmarks[_CHIN] - landmarks[_FOREHEAD]
    yaw = np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))
    chin_back = np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))
    roll = np.degrees(np.arctan2(across[1], across[0]))
    return Pose(float(yaw), _NEUTRAL_PITCH - float(chin_back), float(roll))


def eyes_open(landmarks: NDArray[np.float32]) -> float:
    """The eye aspect ratio of the more closed eye: about 0.3 when open, below 0.1 when shut.

    Soukupová and Čech, "Real-time eye blink detection using facial landmarks", CVWW 2016, with one pair of lid points.

    Args:
        landmarks: (478, 3), in pixels.
    """
    ratios = []
    for upper, lower, inner, outer in _LIDS:
        height = np.linalg.norm(landmarks[upper] - landmarks[lower])
        width = np.linalg.norm(landmarks[inner] - landmarks[outer])
        ratios.append(float(height / max(float(width), 1e-6)))
    return min(ratios)


def assess(face: Face, aligned: AlignedFace, picture_size: tuple[int, int], limits: QualitySettings) -> Quality:
    """Measure the quality of a face.

    Args:
        face: With landmarks in pixels of its picture.
        aligned: The same face, aligned.
        picture_size: (width, height) of the picture, in pixels.
        limits: The quality a face needs to be judged.

    Returns:
        The measurements, with an issue for each limit that is not met.
    """
    luminance = cv2.cvtColor(aligned.image, cv2.COLOR_RGB2GRAY)
    measured = Quality(
        eye_distance=float(np.linalg.norm(face.landmarks[_IRIS_LEFT, :2] - face.landmarks[_IRIS_RIGHT, :2])),
        sharpness=float(cv2.Laplacian(luminance, cv2.CV_32F).var()),
        brightness=float(cv2.mean(luminance)[0]),
        pose=head_pose(face.landmarks),
        eyes_open=eyes_open(face.landmarks),
        inside=_inside(face, picture_size),
        covered=occlusion_probability(aligned),
    )
    return replace(measured, quality_issues=tuple(_quality_issues(measured, limits)))


def quality_score(quality: Quality) -> float:
    """A score for ranking pictures of one person, 0 to 1: frontal, sharp, large and evenly lit is best."""
    yaw, pitch = np.radians([quality.pose.yaw, quality.pose.pitch])
    frontal = max(np.cos(yaw), 0.0) * max(np.cos(pitch), 0.0)
    sharp = min(quality.sharpness / 200, 1.0)
    large = min(quality.eye_distance / 60, 1.0)
    lit = max(1 - abs(quality.brightness - 128) / 128, 0.0)
    return float(np.clip((frontal * sharp * large * lit) ** 0.25, 0, 1))


def _inside(face: Face, picture_size: tuple[int, int]) -> float:
    box = face.box
    width = min(box.x + box.width, picture_size[0]) - max(box.x, 0)
    height = min(box.y + box.height, picture_size[1]) - max(box.y, 0)
    return max(width, 0) * max(height, 0) / max(box.area, 1e-6)


def _quality_issues(measured: Quality, limits: QualitySettings) -> Iterator[QualityIssue]:
    """The issues in the order of `QualityHint`; of yaw and pitch, only the one further beyond its limit."""
    yield from _below(QualityHint.TOO_DARK, "min_brightness", measured.brightness, limits)
    yield from _above(QualityHint.TOO_BRIGHT, "max_brightness", measured.brightness, limits)
    yield from _below(QualityHint.MOVE_CLOSER, "min_eye_distance", measured.eye_distance, limits)
    yield from _below(QualityHint.CUT_OFF, "min_inside", measured.inside, limits)
    turned = [
        *_above(QualityHint.LOOK_AT_CAMERA, "max_yaw", abs(measured.pose.yaw), limits),
        *_above(QualityHint.LOOK_AT_CAMERA, "max_pitch", abs(measured.pose.pitch), limits),
    ]
    yield from sorted(turned, key=lambda found: found.limit - found.value)[:1]
    yield from _below(QualityHint.EYES_CLOSED, "min_eyes_open", measured.eyes_open, limits)
    yield from _below(QualityHint.HOLD_STILL, "min_sharpness", measured.sharpness, limits)


def _below(hint: QualityHint, setting: str, value: float, limits: QualitySettings) -> Iterator[QualityIssue]:
    limit = float(getattr(limits, setting))
    if value < limit:
        yield QualityIssue(hint, setting, value, limit)


def _above(hint: QualityHint, setting: str, value: float, limits: QualitySettings) -> Iterator[QualityIssue]:
    limit = float(getattr(limits, setting))
    if value > limit:
        yield QualityIssue(hint, setting, value, limit)
