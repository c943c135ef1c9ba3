"""The geometry cue on heads that turn, and on photos that are tilted."""

import numpy as np
import pytest

from app.core.faces import QualityHint
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.vision.liveness.geometry import GeometryCue
from app.vision.liveness.parallax import face_view, parallax
from tests.unit.vision.liveness.synthetic_faces import Head, analyzed


def watched(head: Head, yaws: np.ndarray, hints: tuple[QualityHint, ...] = ()) -> CueResult:
    cue = GeometryCue()
    for number, yaw in enumerate(yaws, start=1):
        frame, face = head.turned(float(yaw), number)
        cue.observe(frame, analyzed(face.face, float(yaw), hints=hints))
    return cue.result()


SWING = 12 * np.sin(np.linspace(0, 4 * np.pi, 72))


def test_a_head_that_turns_has_depth() -> None:
    said = watched(Head(flat=False), SWING)
    assert (said.cue, said.verdict) == (CueName.GEOMETRY, LivenessVerdict.PASSED)
    assert said.evidence["depth"] > 0.25


def test_a_photo_whose_landmarks_turn_has_no_depth() -> None:
    said = watched(Head(flat=True), SWING)
    assert said.verdict is LivenessVerdict.FAILED
    assert said.evidence["plane_over_head"] < 0.7


@pytest.mark.parametrize("flat", [True, False])
def test_a_still_face_gives_no_verdict(flat: bool) -> None:
    said = watched(Head(flat=flat), SWING / 10)
    assert said.verdict is LivenessVerdict.NOT_ENOUGH
    assert said.evidence["comparisons"] == 0


def test_faces_of_low_quality_are_not_compared() -> None:
    assert watched(Head(flat=True), SWING, (QualityHint.HOLD_STILL,)).verdict is LivenessVerdict.NOT_ENOUGH
    assert watched(Head(flat=True), SWING, (QualityHint.EYES_CLOSED,)).verdict is LivenessVerdict.FAILED


def test_depth_once_shown_is_kept_when_the_head_rests() -> None:
    assert watched(Head(flat=False), np.concatenate([SWING, np.zeros(60)])).verdict is LivenessVerdict.PASSED


def test_a_photo_after_a_head_fails() -> None:
    cue, head, photo = GeometryCue(), Head(flat=False), Head(flat=True)
    for shown, later in ((head, 0), (photo, 200)):
        for number, yaw in enumerate(SWING, start=later + 1):
            cue.observe(*shown.turned(float(yaw), number))
    assert cue.result().verdict is LivenessVerdict.FAILED


def test_points_move_with_their_depth_and_the_head() -> None:
    head = Head(flat=False)
    (first, seen), (second, turned) = head.turned(0, 1), head.turned(10, 2)
    found = parallax(face_view(first, seen), face_view(second, turned), second)
    assert found is not None
    assert found.expected[0] == pytest.approx(-np.sin(np.radians(10)))
    assert found.measured[0] == pytest.approx(found.expected[0], rel=0.4)
    assert abs(found.measured[1]) < 0.03
    assert found.head < found.plane


def test_a_picture_without_trackable_points_gives_no_verdict() -> None:
    head = Head(flat=False)
    (first, seen), (second, turned) = head.turned(0, 1), head.turned(10, 2)
    before = face_view(first, seen)
    grey = type(second)(2, np.full_like(second.image, 128), second.captured_ns)
    assert parallax(before, face_view(grey, turned), grey) is None
