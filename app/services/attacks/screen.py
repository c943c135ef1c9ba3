"""A clip played on a phone or a tablet in front of a simulated camera."""

from dataclasses import dataclass

import cv2
import numpy as np

from app.core.types import Image
from app.services.attacks.sheet import Placement, photograph

_SUBPIXELS = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen is like.

    Attributes:
        columns: Its pixels across.
        bezel: Width of its dark frame, in widths of the screen.
        glare: Brightness of what it mirrors, 0 to 1.
        beat: Depth of the dark bands that roll through where its refresh and the camera's rate differ, 0 to 1.
        grid: Depth of the dark lines between its pixels, 0 to 1.
        sharpness: How much of the grid the camera's lens lets through, 0 to 1: where moiré comes from.
    """

    columns: int = 320
    bezel: float = 0.06
    glare: float = 0.35
    beat: float = 0.15
    grid: float = 0.5
    sharpness: float = 0.5


def replay(picture: Image, screen: Screen, placement: Placement, room: Image, seconds: float) -> Image:
    """What the camera sees of a picture on the screen.

    Args:
        picture: The clip's frame.
        screen: What it is played on.
        placement: How that is held.
        room: What is behind it, in the size of the camera's picture.
        seconds: Since the clip began: where the bands and the mirrored light are.
    """
    lit = _bezelled(_with_glare(_on_grid(picture, screen), screen, placement), screen)
    seen = photograph(lit, placement, room, blur=1 - screen.sharpness)
    return _with_beat(seen, screen, seconds)


def _on_grid(picture: Image, screen: Screen) -> Image:
    """Each pixel as three stripes of red, green and blue above a dark line."""
    rows = round(screen.columns * picture.shape[0] / picture.shape[1])
    small = cv2.resize(picture, (screen.columns, rows), interpolation=cv2.INTER_AREA)
    large = np.repeat(np.repeat(small, _SUBPIXELS, axis=0), _SUBPIXELS, axis=1).astype(np.float32)
    mask = np.full((_SUBPIXELS, _SUBPIXELS, 3), 1 - screen.grid, np.float32)
    for stripe in range(3):
        mask[:-1, stripe, stripe] = 1.0
    mask /= mask.mean()
    return np.asarray((large * np.tile(mask, (rows, screen.columns, 1))).clip(0, 255), np.uint8)


def _with_glare(lit: Image, screen: Screen, placement: Placement) -> Image:
    """A lamp in the glass; it wanders as the screen is turned."""
    height, width = lit.shape[:2]
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    across, down = 0.25 - placement.yaw / 40, -0.3 + placement.pitch / 40
    spot = np.exp(-(((x - across) / 0.12) ** 2 + ((y - down) / 0.08) ** 2))
    return np.asarray((lit + 255 * screen.glare * spot[..., None]).clip(0, 255), np.uint8)


def _bezelled(lit: Image, screen: Screen) -> Image:
    border = round(screen.bezel * lit.shape[1])
    return np.asarray(cv2.copyMakeBorder(lit, border, border, border, border, cv2.BORDER_CONSTANT, value=(12, 12, 14)))


def _with_beat(seen: Image, screen: Screen, seconds: float) -> Image:
    rows = np.linspace(0, 1, seen.shape[0])
    bands = 1 - screen.beat * (0.5 + 0.5 * np.sin(2 * np.pi * (1.5 * rows + 1.1 * seconds)))
    return np.asarray((seen * bands[:, None, None]).clip(0, 255), np.uint8)
