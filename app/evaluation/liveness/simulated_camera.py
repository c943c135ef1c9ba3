"""A sheet of paper, or a screen, in front of a simulated camera."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Image

FOCAL = 1.1
"""Focal length over the picture's width: a webcam of about 49° across."""

Map = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SheetPlacement:
    """How a sheet is held. Lengths in widths of the sheet, angles in degrees.

    Attributes:
        x: Of its centre, to the right of the camera's axis.
        y: Downwards.
        z: Away from the camera.
        yaw: Turned about the vertical.
        pitch: Turned about the horizontal.
        roll: Turned in its own plane.
        bend: Curvature about its own vertical middle line: 1 / radius, positive with the middle nearest to the camera,
            as a sheet is that is laid on a face. 0 is flat.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 2.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0


def photograph_sheet(sheet: Image, placement: SheetPlacement, room: Image, *, blur: float = 1.0) -> Image:
    """What the camera sees.

    Args:
        sheet: What is printed, height × width × 3, uint8.
        placement: How it is held.
        room: What is behind it, in the size of the camera's picture.
        blur: How much of what is finer than the camera's pixels is smoothed away: 1 all, as with paper; less leaves the
            grid of a screen to be sampled coarsely, which is where moiré comes from.

    Returns:
        A picture of the size of `room`.
    """
    height, width = room.shape[:2]
    u, v = _where_on_sheet(placement, width, height)
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
    """(3, 3): roll first, then pitch, then yaw; degrees."""
    a, b, c = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float64)


def _smoothed(sheet: Image, placement: SheetPlacement, width: int, blur: float) -> Image:
    """Blurred to the camera's own grain, without which even paper would flicker."""
    scale = FOCAL * width / placement.z / sheet.shape[1]
    if scale >= 1:
        return sheet
    if blur >= 1:
        return np.asarray(cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.5 * blur / scale), np.uint8)


def _where_on_sheet(placement: SheetPlacement, width: int, height: int) -> tuple[Map, Map]:
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
    return _where_on_cylinder(eye, directions, 1 / placement.bend)


def _where_on_cylinder(eye: NDArray[np.float64], directions: NDArray[np.float64], radius: float) -> tuple[Map, Map]:
    """The same for a sheet rolled about a vertical axis `radius` behind its middle."""
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


def replay_on_screen(
    picture: Image, screen: SimulatedScreen, placement: SheetPlacement, room: Image, seconds: float
) -> Image:
    """What the camera sees of a picture on the screen.

    Args:
        picture: The clip's frame.
        screen: What it is played on.
        placement: How that is held.
        room: What is behind it, in the size of the camera's picture.
        seconds: Since the clip began: where the bands and the mirrored light are.
    """
    lit = _bezelled(_with_glare(_on_grid(picture, screen), screen, placement), screen)
    seen = photograph_sheet(lit, placement, room, blur=1 - screen.sharpness)
    return _with_beat(seen, screen, seconds)


def _on_grid(picture: Image, screen: SimulatedScreen) -> Image:
    """Each pixel as three stripes of red, green and blue above a dark line."""
    rows = round(screen.columns * picture.shape[0] / picture.shape[1])
    small = cv2.resize(picture, (screen.columns, rows), interpolation=cv2.INTER_AREA)
    large = np.repeat(np.repeat(small, _SUBPIXELS, axis=0), _SUBPIXELS, axis=1).astype(np.float32)
    mask = np.full((_SUBPIXELS, _SUBPIXELS, 3), 1 - screen.grid, np.float32)
    for stripe in range(3):
        mask[:-1, stripe, stripe] = 1.0
    mask /= mask.mean()
    return np.asarray((large * np.tile(mask, (rows, screen.columns, 1))).clip(0, 255), np.uint8)


def _with_glare(lit: Image, screen: SimulatedScreen, placement: SheetPlacement) -> Image:
    """A lamp in the glass; it wanders as the screen is turned."""
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
