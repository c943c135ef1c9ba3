"""The demo source: portraits in the public domain that move like people in front of a webcam."""

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
"""Frames at the start and the end of each portrait in which it fades, so that it shows no person clearly."""

_FRAMES_EACH = round(SECONDS_EACH * FPS)


@dataclass(frozen=True, slots=True)
class Motion:
    """The placement of a portrait in a frame.

    Attributes:
        zoom: Factor of the face's usual size.
        roll: In degrees, positive clockwise.
        x: Offset of the face to the right of the middle, as a share of the frame's height.
        y: Offset of the face below its usual position, as a share of the frame's height.
        gain: Factor of the brightness.
    """

    zoom: float
    roll: float
    x: float
    y: float
    gain: float


def motion_at(frame_id: int) -> Motion:
    """The placement in a frame: smooth over time, and the same in every run.

    Roll is within ±8°, zoom within ±10 %, brightness between 85 and 105 %.

    Args:
        frame_id: `Frame.id`, from 1.
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
    """Shows the portraits one after another without end, each for 5 s; the frames are the same in every run.

    Args:
        clock: Timestamps and paces the frames.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels; the width of the face is about 0.37 of it.
        paced: Whether to deliver frames in real time, not as fast as they are drawn.
        directory: Contains `portraits.toml` and the pictures it names.
        sleep: Waits, if paced.
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
        """The names of the people shown, in order."""
        return tuple(portrait.name for portrait in self._portraits)

    @property
    def frames_per_person(self) -> int:
        """The number of frames of each portrait, including the fades."""
        return _FRAMES_EACH

    def person_at(self, frame_id: int) -> str | None:
        """The name of the person in a frame; None while the portrait fades.

        Args:
            frame_id: `Frame.id` of this source, from 1.
        """
        number, offset = divmod(frame_id - 1, _FRAMES_EACH)
        if min(offset, _FRAMES_EACH - 1 - offset) < FADE_FRAMES:
            return None
        return self._portraits[number % len(self._portraits)].name

    def render(self, frame_id: int) -> Image:
        """Draw a frame. The source must be open, and only its own thread may call this.

        Args:
            frame_id: `Frame.id` of this source, from 1.

        Returns:
            height × width × 3, uint8, RGB.
        """
        number, offset = divmod(frame_id - 1, _FRAMES_EACH)
        plate = self._plates[number % len(self._plates)]
        motion = motion_at(frame_id)
        image = self._drawn(plate, motion)
        shown = min(1.0, (min(offset, _FRAMES_EACH - 1 - offset) + 0.5) / FADE_FRAMES)
        if shown < 1.0:
            cv2.addWeighted(image, shown, plate.background, 1.0 - shown, 0.0, dst=image)
        return image

    def _start(self) -> SourceInfo:
        self._plates = tuple(prepare_portrait(portrait, *self._size) for portrait in self._portraits)
        return SourceInfo(SourceKind.DEMO, self._name, *self._size, FPS)

    def _next(self) -> CapturedImage:
        self._pacer.wait()
        image = self.render(self._last_id + 1)
        # Drawing stands for the exposure: the frame is delivered when it is drawn.
        return image, self._clock.monotonic_ns()

    def _drawn(self, plate: PreparedPortrait, motion: Motion) -> Image:
        matrix = _matrix(plate, self._size, motion)
        # OpenCV warps four channels more than twice as fast as three.
        cv2.warpAffine(plate.image, matrix, self._size, dst=self._warped, borderMode=cv2.BORDER_REFLECT)
        image = cv2.cvtColor(self._warped, cv2.COLOR_RGBA2RGB)
        return np.asarray(cv2.convertScaleAbs(image, dst=image, alpha=motion.gain), dtype=np.uint8)


def _matrix(plate: PreparedPortrait, size: tuple[int, int], motion: Motion) -> NDArray[np.float64]:
    """The affine map from the prepared portrait to the frame: rotate and scale about the face, then place the face."""
    width, height = size
    matrix = cv2.getRotationMatrix2D(plate.face, -motion.roll, motion.zoom).astype(np.float64)
    matrix[0, 2] += width * 0.5 + motion.x * height - plate.face[0]
    matrix[1, 2] += height * (0.47 + motion.y) - plate.face[1]
    return matrix
