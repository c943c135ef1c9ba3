"""A simulated camera: pictures of a sheet of paper, or of a screen, held in front of it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Image

FOCAL = 1.1
"""Focal length over the picture's width: a webcam with a field of view of about 49°."""

Map = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SheetPlacement:
    """Position and shape of a sheet. Lengths in widths of the sheet, angles in degrees.

    Attributes:
        x: Position of its centre to the right of the camera's axis.
        y: Position downwards.
        z: Distance from the camera.
        yaw: Rotation about the vertical axis.
        pitch: Rotation about the horizontal axis.
        roll: Rotation in its own plane.
        bend: Curvature about its vertical middle line, 1 / radius; positive if the middle is nearest to the camera, as
            with a sheet laid on a face. 0 is flat.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 2.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0


def photograph_sheet(sheet: Image, placement: SheetPlacement, room: Image, *, blur: float = 1.0) -> Image:
    """Return the camera's picture of a sheet, in the size of `room`, uint8.

    Args:
        sheet: Printed picture, (height, width, 3) uint8.
        placement: Position and shape of the sheet.
        room: Background, in the size of the camera's picture.
        blur: Share of the detail finer than the camera's pixels that is smoothed away: 1 removes all, as with paper;
            less leaves the pixel grid of a screen to be sampled coarsely, which causes moiré.
    """
    height, width = room.shape[:2]
    u, v = _sheet_coordinates(placement, width, height)
    side = sheet.shape[1]
    columns, rows = (u + 0.5) * side, v * side + sheet.shape[0] / 2
    shown = _smoothed(sheet, placement, width, blur)
    scale = shown.shape[1] / side
    seen = cv2.remap(
        shown, columns * scale - 0.5, rows * scale - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = (columns >= 0) & (columns < side) & (rows >= 0) & (rows < sheet.shape[0])
    edge = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.8)[..., None]
    return np.asarray(seen * edge + room * (1 - edge), np.float32).round().astype(np.uint8)


def rotation_matrix(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Return the rotation of roll first, then pitch, then yaw, (3, 3).

    Args:
        yaw: In degrees.
        pitch: In degrees.
        roll: In degrees.
    """
    a, b, c = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float64)


def _smoothed(sheet: Image, placement: SheetPlacement, width: int, blur: float) -> Image:
    """Blur a sheet to the camera's resolution; without it even paper would alias."""
    scale = FOCAL * width / placement.z / sheet.shape[1]
    if scale >= 1:
        return sheet
    if blur >= 1:
        return np.asarray(cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.5 * blur / scale), np.uint8)


def _sheet_coordinates(placement: SheetPlacement, width: int, height: int) -> tuple[Map, Map]:
    """For each pixel of the camera, (u, v) on the sheet in its widths from its centre; infinite where it is not hit."""
    turn = rotation_matrix(placement.yaw, placement.pitch, placement.roll)
    focal = FOCAL * width
    x, y = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    rays = np.stack([x / focal, y / focal, np.ones_like(x)], axis=-1)
    # In the sheet's own axes: rays start at `eye` and the sheet is the plane z = 0, bent back at its sides.
    directions = rays @ turn
    eye = -np.array([placement.x, placement.y, placement.z]) @ turn
    if placement.bend == 0:
        distance = -eye[2] / directions[..., 2]
        at = eye + distance[..., None] * directions
        return at[..., 0].astype(np.float32), at[..., 1].astype(np.float32)
    return _cylinder_coordinates(eye, directions, 1 / placement.bend)


def _cylinder_coordinates(eye: NDArray[np.float64], directions: NDArray[np.float64], radius: float) -> tuple[Map, Map]:
    """The same for a sheet bent about a vertical axis `radius` behind its middle."""
    dx, dz = directions[..., 0], directions[..., 2]
    ex, ez = eye[0], eye[2] - radius
    a, b, c = dx**2 + dz**2, dx * ex + dz * ez, ex**2 + ez**2 - radius**2
    root = b**2 - a * c
    distance = (-b - np.sign(radius) * np.sqrt(np.maximum(root, 0))) / a
    angle = np.arctan2(ex + distance * dx, np.sign(radius) * -(ez + distance * dz))
    u = np.where(root > 0, angle * abs(radius), np.inf)
    v = eye[1] + distance * directions[..., 1]
    return u.astype(np.float32), v.astype(np.float32)


_SUBPIXELS = 3


@dataclass(frozen=True, slots=True)
class SimulatedScreen:
    """Properties of a screen.

    Attributes:
        columns: Pixels across.
        bezel: Width of its dark frame, in widths of the screen.
        glare: Brightness of its reflection, 0 to 1.
        beat: Depth of the dark bands that roll where its refresh rate and the camera's rate differ, 0 to 1.
        grid: Depth of the dark lines between its pixels, 0 to 1.
        sharpness: Share of the grid that the camera's lens resolves, 0 to 1; causes moiré.
    """

    columns: int = 320
    bezel: float = 0.06
    glare: float = 0.35
    beat: float = 0.15
    grid: float = 0.5
    sharpness: float = 0.5


def replay_on_screen(
    picture: Image, screen: SimulatedScreen, placement: SheetPlacement, room: Image, seconds: float
) -> Image:
    """Return the camera's picture of a frame shown on a screen.

    Args:
        picture: Frame of the clip.
        screen: The screen.
        placement: Position of the screen.
        room: Background, in the size of the camera's picture.
        seconds: Time since the clip began; moves the bands and the reflection.
    """
    lit = _bezelled(_with_glare(_on_grid(picture, screen), screen, placement), screen)
    seen = photograph_sheet(lit, placement, room, blur=1 - screen.sharpness)
    return _with_beat(seen, screen, seconds)


def _on_grid(picture: Image, screen: SimulatedScreen) -> Image:
    """Draw each pixel as three stripes of red, green and blue above a dark line."""
    rows = round(screen.columns * picture.shape[0] / picture.shape[1])
    small = cv2.resize(picture, (screen.columns, rows), interpolation=cv2.INTER_AREA)
    large = np.repeat(np.repeat(small, _SUBPIXELS, axis=0), _SUBPIXELS, axis=1).astype(np.float32)
    mask = np.full((_SUBPIXELS, _SUBPIXELS, 3), 1 - screen.grid, np.float32)
    for stripe in range(3):
        mask[:-1, stripe, stripe] = 1.0
    mask /= mask.mean()
    return np.asarray((large * np.tile(mask, (rows, screen.columns, 1))).clip(0, 255), np.uint8)


def _with_glare(lit: Image, screen: SimulatedScreen, placement: SheetPlacement) -> Image:
    """Add the reflection of a lamp, which moves as the screen is rotated."""
    height, width = lit.shape[:2]
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    across, down = 0.25 - placement.yaw / 40, -0.3 + placement.pitch / 40
    spot = np.exp(-(((x - across) / 0.12) ** 2 + ((y - down) / 0.08) ** 2))
    return np.asarray((lit + 255 * screen.glare * spot[..., None]).clip(0, 255), np.uint8)


def _bezelled(lit: Image, screen: SimulatedScreen) -> Image:
    border = round(screen.bezel * lit.shape[1])
    return np.asarray(cv2.copyMakeBorder(lit, border, border, border, border, cv2.BORDER_CONSTANT, value=(12, 12, 14)))


def _with_beat(seen: Image, screen: SimulatedScreen, seconds: float) -> Image:
    rows = np.linspace(0, 1, seen.shape[0])
    bands = 1 - screen.beat * (0.5 + 0.5 * np.sin(2 * np.pi * (1.5 * rows + 1.1 * seconds)))
    return np.asarray((seen * bands[:, None, None]).clip(0, 255), np.uint8)
