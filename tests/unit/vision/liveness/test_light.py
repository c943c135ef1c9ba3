"""The light cue on faces that reflect the screen's colours, and on replays that do not."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from app.core.faces import Frame, Image
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.flows.liveness.light_sequence import COLOURS, LIGHT_STEP_NS, LIGHT_STEPS, LightSequence, draw_light_sequence
from app.vision.detectors.base import face_from_landmarks
from app.vision.liveness.light import LightCue
from tests.unit.vision.liveness.synthetic_faces import HEIGHT, WIDTH, analyzed, points

FACE = analyzed(face_from_landmarks(points().astype(np.float32)))
FRAME_NS = 33_000_000


@dataclass(frozen=True)
class Room:
    """How much of the screen's light reaches the face and the wall, and with which delay."""

    face: float
    wall: float = 0.0
    lag_ns: int = 100_000_000


def picture(room: Room, light: LightSequence, now_ns: int, random: np.random.Generator) -> Image:
    colour = light.colour_at(now_ns - room.lag_ns)
    tint = np.array(colour or (210, 210, 210)) / 210 - 1
    image = np.full((HEIGHT, WIDTH, 3), (150.0, 120.0, 100.0))
    image[:, :40] *= 1 + room.wall * tint
    image[:, -40:] *= 1 + room.wall * tint
    image[:, 60:-60] *= 1 + room.face * tint
    return np.asarray((image + random.normal(0, 3, image.shape)).clip(0, 255), np.uint8)


def watched(room: Room, drawn: LightSequence, shown: LightSequence | None = None, frames: int = 170) -> CueResult:
    """The verdict on a room lit by one sequence, for a challenge that drew another."""
    cue, random = LightCue(drawn), np.random.default_rng(1)
    for number in range(1, frames + 1):
        now = number * FRAME_NS
        cue.observe(Frame(number, picture(room, shown or drawn, now, random), now), FACE)
    return cue.result()


DRAWN = draw_light_sequence(Random(1), 0)


@pytest.mark.parametrize("lag_ms", [0, 60, 150, 300])
@pytest.mark.parametrize("reach", [0.05, 0.2])
def test_a_face_that_reflects_the_colours_passes(reach: float, lag_ms: int) -> None:
    said = watched(Room(reach, lag_ns=lag_ms * 1_000_000), DRAWN)
    assert (said.cue, said.verdict) == (CueName.LIGHT, LivenessVerdict.PASSED)
    assert said.evidence["lag_ms"] == pytest.approx(lag_ms, abs=45)


@pytest.mark.parametrize("seed", range(2, 12))
def test_a_face_that_was_lit_by_another_sequence_does_not_pass(seed: int) -> None:
    assert watched(Room(0.2), DRAWN, draw_light_sequence(Random(seed), 0)).verdict is not LivenessVerdict.PASSED


def test_a_replay_in_a_room_that_reflects_the_colours_fails() -> None:
    assert watched(Room(0.0, wall=0.2), DRAWN).verdict is LivenessVerdict.FAILED


def test_a_room_too_bright_for_the_screen_gives_no_verdict() -> None:
    assert watched(Room(0.0), DRAWN).verdict is LivenessVerdict.NOT_ENOUGH


def test_there_is_no_verdict_before_the_sequence_ends() -> None:
    assert watched(Room(0.2), DRAWN, frames=100).verdict is LivenessVerdict.NOT_ENOUGH


def test_too_few_frames_give_no_verdict() -> None:
    cue = LightCue(DRAWN)
    random = np.random.default_rng(1)
    for now in (1, DRAWN.end_ns + 10**9):
        cue.observe(Frame(1, picture(Room(0.2), DRAWN, now, random), now), FACE)
    assert cue.result() == CueResult(CueName.LIGHT, LivenessVerdict.NOT_ENOUGH, {"frames": 1.0})


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_no_change_is_a_flash_and_there_are_fewer_than_three_a_second() -> None:
    lights = [luminance(colour) for colour in COLOURS]
    assert max(lights) - min(lights) < 0.1
    assert 1e9 / LIGHT_STEP_NS < 3


@pytest.mark.parametrize("seed", range(20))
def test_no_colour_is_shown_twice_in_a_row(seed: int) -> None:
    colours = draw_light_sequence(Random(seed), 0).colours
    assert len(colours) == LIGHT_STEPS
    assert all(a != b for a, b in pairwise(colours))


def test_a_light_sequence_has_a_start_and_an_end() -> None:
    light = LightSequence((COLOURS[0], COLOURS[1]), 1000, 10)
    shown = [light.colour_at(now) for now in (999, 1000, 1009, 1010, 1019, 1020)]
    assert shown == [None, COLOURS[0], COLOURS[0], COLOURS[1], COLOURS[1], None]
    assert light.end_ns == 1020
