"""Frames without a camera: portraits in the public domain, moving as people do in front of a webcam."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.camera.base_source import BaseSource, CapturedImage
from app.camera.pacing import Pacer, Sleep
from app.camera.portraits import PreparedPortrait, load_portraits, prepare_portrait
from app.camera.source import SourceInfo, SourceKind
from app.core.clock import Clock
from app.core.faces import Image
from app.core.paths import resources_dir

FPS = 30.0
SECONDS_EACH = 5.0
FADE_FRAMES = 3
"""At the start and the end of each person's turn, where it is not clear whom the picture shows."""

_TURN = round(SECONDS_EACH * FPS)


@dataclass(frozen=True, slots=True)
class Motion:
    """How a portrait lies in a frame.

    Attributes:
        zoom: 1 gives the usual size of the face.
        roll: Degrees, positive clockwise.
        x: How far the face is right of the middle, as a share of the frame's height.
        y: How far the face is below its usual place, as a share of the frame's height.
        gain: Factor of the light.
    """

    zoom: float
    roll: float
    x: float
    y: float
    gain: float


def motion_at(frame_id: int) -> Motion:
    """The motion at a frame: smooth, the same at every run.

    Roll stays within ±8°, zoom within ±10 %, light between 85 and 105 %.
    """
    t = (frame_id - 1) / FPS
    return Motion(
        zoom=1.0 + 0.10 * math.sin(0.9 * t),
        roll=6.0 * math.sin(0.7 * t) + 2.0 * math.sin(2.3 * t),
        x=0.07 * math.sin(0.55 * t) + 0.01 * math.sin(3.1 * t),
        y=0.03 * math.sin(0.8 * t + 1.0),
        gain=0.95 + 0.10 * math.sin(0.4 * t),
    )


class DemoSource(BaseSource):
    """The portraits in turn, for ever, each for 5 s; frame by frame the same at every run.

    Args:
        clock: Stamps and paces the frames.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels; the face is about 0.37 of it wide.
        paced: False delivers frames as fast as they are drawn.
        directory: Holds `portraits.toml` and what it names.
        sleep: Waits, when paced.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        width: int = 640,
        height: int = 480,
        paced: bool = True,
        directory: Path | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        super().__init__("Demo", clock)
        self._portraits = load_portraits(directory or resources_dir() / "portraits")
        self._size = (width, height)
        self._pacer = Pacer(FPS, clock, sleep, paced=paced)
        self._plates: tuple[PreparedPortrait, ...] = ()
        self._warped: NDArray[np.uint8] = np.empty((height, width, 4), np.uint8)

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those who appear, in order."""
        return tuple(portrait.name for portrait in self._portraits)

    @property
    def frames_per_person(self) -> int:
        """How many frames each person's turn has, with the fades."""
        return _TURN

    def person_at(self, frame_id: int) -> str | None:
        """Whom a frame shows; None while the picture fades.

        Args:
            frame_id: `Frame.id` of this source, from 1.
        """
        turn, place = divmod(frame_id - 1, _TURN)
        if min(place, _TURN - 1 - place) < FADE_FRAMES:
            return None
        return self._portraits[turn % len(self._portraits)].name

    def render(self, frame_id: int) -> Image:
        """Draw a frame; height × width × 3, uint8, RGB. The source must be open; only its own thread may call this."""
        turn, place = divmod(frame_id - 1, _TURN)
        plate = self._plates[turn % len(self._plates)]
        motion = motion_at(frame_id)
        image = self._drawn(plate, motion)
        shown = min(1.0, (min(place, _TURN - 1 - place) + 0.5) / FADE_FRAMES)
        if shown < 1.0:
            cv2.addWeighted(image, shown, plate.background, 1.0 - shown, 0.0, dst=image)
        return image

    def _start(self) -> SourceInfo:
        self._plates = tuple(prepare_portrait(portrait, *self._size) for portrait in self._portraits)
        return SourceInfo(SourceKind.DEMO, self._name, *self._size, FPS)

    def _next(self) -> CapturedImage:
        self._pacer.wait()
        image = self.render(self._last_id + 1)
        # Drawing stands for the sensor's own work: the picture is delivered when it is done.
        return image, self._clock.monotonic_ns()

    def _drawn(self, plate: PreparedPortrait, motion: Motion) -> Image:
        matrix = _matrix(plate, self._size, motion)
        # OpenCV warps four channels more than twice as fast as three.
        cv2.warpAffine(plate.image, matrix, self._size, dst=self._warped, borderMode=cv2.BORDER_REFLECT)
        image = cv2.cvtColor(self._warped, cv2.COLOR_RGBA2RGB)
        return np.asarray(cv2.convertScaleAbs(image, dst=image, alpha=motion.gain), dtype=np.uint8)


def _matrix(plate: PreparedPortrait, size: tuple[int, int], motion: Motion) -> NDArray[np.float64]:
    """From the plate to the frame: turn and scale about the face, then put the face in its place."""
    width, height = size
    matrix = cv2.getRotationMatrix2D(plate.face, -motion.roll, motion.zoom).astype(np.float64)
    matrix[0, 2] += width * 0.5 + motion.x * height - plate.face[0]
    matrix[1, 2] += height * (0.47 + motion.y) - plate.face[1]
    return matrix
