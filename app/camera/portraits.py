"""The portraits of the demo, prepared so that a frame is drawn with one warp."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.camera.picture_file import read_picture
from app.core.errors import CameraNotFound, ImageError
from app.core.faces import Image
from app.core.i18n import QT_TRANSLATE_NOOP

_EYE_DISTANCE = 0.167
"""Distance between the eyes as a share of the frame's height: 80 of 480 pixels, for a face about 175 pixels wide."""

_MARGIN = 1.35
_FEATHER = 0.08
_MISSING = QT_TRANSLATE_NOOP("errors", "A portrait of the demo is missing or damaged: {camera}")
_MISSING_HINT = QT_TRANSLATE_NOOP("errors", "Install the program again.")


@dataclass(frozen=True, slots=True)
class Portrait:
    """A portrait of the demo.

    Attributes:
        name: Name of the person.
        path: The picture file.
        eyes: Centres of the irises in pixels, ((x, y), (x, y)), the left one in the picture first.
    """

    name: str
    path: Path
    eyes: tuple[tuple[float, float], tuple[float, float]]

    @property
    def face(self) -> tuple[float, float]:
        """The approximate centre of the face, (x, y): half the eye distance below the eyes."""
        (left_x, left_y), (right_x, right_y) = self.eyes
        return (left_x + right_x) / 2, (left_y + right_y) / 2 + self.eye_distance / 2

    @property
    def eye_distance(self) -> float:
        """The distance between the eyes, in pixels of the picture."""
        return float(np.hypot(*np.subtract(self.eyes[1], self.eyes[0])))


@dataclass(frozen=True, slots=True)
class PreparedPortrait:
    """A portrait scaled for a frame size, on a background larger than a frame.

    Attributes:
        image: height × width × 4, uint8, RGBA with an unused alpha channel.
        face: Approximate centre of the face, (x, y) in pixels of `image`.
        background: The background alone, at the frame's size: height × width × 3, uint8, RGB.
    """

    image: NDArray[np.uint8]
    face: tuple[float, float]
    background: Image


def load_portraits(directory: Path) -> tuple[Portrait, ...]:
    """Read `portraits.toml`.

    Raises:
        CameraNotFound: The file is missing.
    """
    path = directory / "portraits.toml"
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["portrait"]
    except OSError as error:
        raise CameraNotFound(_MISSING, _MISSING_HINT, camera=str(path)) from error
    return tuple(_portrait(directory, **row) for row in rows)


def _portrait(directory: Path, name: str, file: str, eyes: list[list[float]]) -> Portrait:
    (left_x, left_y), (right_x, right_y) = eyes
    return Portrait(name, directory / file, ((left_x, left_y), (right_x, right_y)))


def prepare_portrait(portrait: Portrait, width: int, height: int) -> PreparedPortrait:
    """Scale a portrait and blend it into a background made of its own blurred picture.

    Args:
        portrait: The portrait.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.

    Raises:
        CameraNotFound: The picture file is missing or damaged.
    """
    picture = _read(portrait.path)
    scale = _EYE_DISTANCE * height / portrait.eye_distance
    plate_size = (round(width * _MARGIN), round(height * _MARGIN))
    face = (plate_size[0] / 2, plate_size[1] * 0.47)
    ground = _blurred_fill(picture, plate_size)
    matrix = np.array(
        [[scale, 0, face[0] - scale * portrait.face[0]], [0, scale, face[1] - scale * portrait.face[1]]], np.float64
    )
    shown = cv2.warpAffine(picture, matrix, plate_size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(_feather_mask(picture.shape[:2]), matrix, plate_size)[..., np.newaxis]
    blended = np.rint(shown * mask + ground * (1.0 - mask)).astype(np.uint8)
    return PreparedPortrait(
        cv2.cvtColor(blended, cv2.COLOR_RGB2RGBA).astype(np.uint8), face, _blurred_fill(picture, (width, height))
    )


def _read(path: Path) -> Image:
    try:
        return read_picture(path)
    except ImageError as error:
        raise CameraNotFound(_MISSING, _MISSING_HINT, camera=str(path)) from error


def _blurred_fill(picture: Image, size: tuple[int, int]) -> Image:
    """The picture stretched to `size` (width, height), blurred beyond recognition."""
    small = cv2.resize(picture, (32, 24), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 2.5)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _feather_mask(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A mask that is 1 inside and falls to 0 at the edges, except at the bottom, where shoulders extend below."""
    height, width = shape
    x = np.minimum(np.arange(width), np.arange(width)[::-1]) / (width * _FEATHER)
    y = np.arange(height) / (height * _FEATHER)
    return np.clip(np.minimum(x[np.newaxis], y[:, np.newaxis]), 0.0, 1.0).astype(np.float32)
