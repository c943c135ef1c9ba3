"""Cues that can only fail: repeats, screen, device frame."""

import cv2
import numpy as np
import pytest

from app.core.faces import Frame, Image
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.evaluation.liveness.simulated_camera import SheetPlacement, SimulatedScreen, replay_on_screen
from app.vision.detectors.base import face_from_landmarks
from app.vision.liveness.device_frame import DeviceFrameCue
from app.vision.liveness.screen import ScreenCue, moire_strength
from app.vision.liveness.source_cues import CameraCue, RepeatsCue
from tests.unit.vision.liveness.synthetic_faces import FRAME_NS, HEIGHT, WIDTH, analyzed, points, texture

FACE = face_from_landmarks(points().astype(np.float32))


def film(count: int, seed: int = 0) -> list[Image]:
    """Frames of a still wall, which differ only in noise."""
    random, wall = np.random.default_rng(seed), texture()
    return [np.asarray((wall + random.normal(0, 2, wall.shape)).clip(0, 255), np.uint8) for _ in range(count)]


def repeats(images: list[Image]) -> CueResult:
    cue = RepeatsCue()
    for number, image in enumerate(images, start=1):
        cue.observe(Frame(number, image, number * FRAME_NS))
    return cue.result()


def test_a_camera_never_delivers_the_same_picture_twice() -> None:
    assert repeats(film(40)).verdict is LivenessVerdict.PASSED


def test_a_loop_is_detected_in_its_second_round() -> None:
    assert repeats(film(40) * 2).verdict is LivenessVerdict.FAILED


def test_bit_identical_frames_fail() -> None:
    said = repeats(film(1) * 60)
    assert (said.cue, said.verdict) == (CueName.REPEATS, LivenessVerdict.FAILED)


def test_a_slow_camera_that_delivers_each_frame_three_times_passes() -> None:
    assert repeats([image for image in film(20) for _ in range(3)]).verdict is LivenessVerdict.PASSED


def test_a_black_frame_gives_no_verdict() -> None:
    black = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 60
    assert repeats(black).verdict is LivenessVerdict.NOT_ENOUGH


def test_repeats_count_for_a_second() -> None:
    assert repeats(film(20) * 2 + film(40, seed=9)).verdict is LivenessVerdict.PASSED


def test_memory_of_past_frames_does_not_grow() -> None:
    cue = RepeatsCue()
    for number in range(1, 1200):
        image = np.random.default_rng(number).integers(0, 255, (24, 32, 3)).astype(np.uint8)
        cue.observe(Frame(number, image, number * FRAME_NS))
    assert len(cue._seen) == len(cue._order) == 900


def looked_at(image: Image, frames: int = 30) -> CueResult:
    cue = ScreenCue()
    for number in range(1, frames + 1):
        cue.observe(Frame(number, image, number * FRAME_NS), analyzed(FACE))
    return cue.result()


def test_the_grid_of_a_screen_fails() -> None:
    shown = replay_on_screen(
        texture(grain=6), SimulatedScreen(columns=150, bezel=0), SheetPlacement(z=1.2), texture(), 0.3
    )
    said = looked_at(shown)
    assert (said.cue, said.verdict) == (CueName.SCREEN, LivenessVerdict.FAILED)


@pytest.mark.parametrize("grain", [0.7, 2.0, 6.0])
def test_skin_and_cloth_pass(grain: float) -> None:
    assert looked_at(texture(grain=grain)).verdict is LivenessVerdict.PASSED


def test_a_few_frames_are_not_enough() -> None:
    assert looked_at(texture(), frames=10).verdict is LivenessVerdict.NOT_ENOUGH


def test_stripes_stand_out_by_their_strength() -> None:
    x = np.arange(128)
    stripes = np.tile(128 + 40 * np.sin(2 * np.pi * x / 5), (128, 1)).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 2, (128, 128)).astype(np.float32)
    assert moire_strength(stripes + noise) > 4
    assert moire_strength(128 + noise) < 2.5


def framed(*, moves_along: bool, moving: bool = True) -> CueResult:
    """A face that sways between two upright edges, which sway with it or stay still."""
    cue, face = DeviceFrameCue(), points()
    for number in range(1, 61):
        sway = 20 * np.sin(number / 6) if moving else 0.0
        image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
        edge = sway if moves_along else 0.0
        left, right = round(WIDTH / 2 - 85 + edge), round(WIDTH / 2 + 85 + edge)
        cv2.rectangle(image, (left, 20), (right, HEIGHT - 20), (20, 20, 20), 6)
        seen = face_from_landmarks((face + np.array([sway, 0, 0])).astype(np.float32))
        cue.observe(Frame(number, image, number * FRAME_NS), analyzed(seen))
    return cue.result()


def test_edges_that_move_with_the_face_fail() -> None:
    said = framed(moves_along=True)
    assert (said.cue, said.verdict) == (CueName.DEVICE_FRAME, LivenessVerdict.FAILED)


def test_a_door_frame_passes() -> None:
    assert framed(moves_along=False).verdict is LivenessVerdict.PASSED


def test_without_movement_there_is_no_verdict() -> None:
    assert framed(moves_along=True, moving=False).verdict is LivenessVerdict.NOT_ENOUGH


@pytest.mark.parametrize(
    ("virtual", "verdict"),
    [(True, LivenessVerdict.FAILED), (False, LivenessVerdict.PASSED), (None, LivenessVerdict.NOT_RUN)],
)
def test_a_virtual_camera_fails(virtual: bool | None, verdict: LivenessVerdict) -> None:
    cue = CameraCue(lambda: virtual)
    cue.observe(Frame(1, texture(), 0))
    assert cue.result() == CueResult(CueName.CAMERA, verdict)
