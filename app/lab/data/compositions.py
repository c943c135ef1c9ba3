"""Pictures with a face somewhere in them, or with none, put together from aligned faces and backgrounds.

What is pasted is mostly faded out around an oval: where every paste had an edge, a finder would look for edges. For the
same reason pictures without a face have something pasted too: another background, or a face whose parts are
mixed up.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE

SCALES = (0.7, 1.05)
"""Of the face, 1 being that of an aligned one."""

TURN = math.radians(15)
SHIFT = 8 / TEMPLATE_SIDE
"""Of the picture's side, to either side of where an aligned face lies."""

_OVAL = (56.0, 64.0, 42.0, 54.0)
"""Of a face on the template: centre and half axes."""

_SOFTNESS = 12.0
_WHOLE = 0.25
"""How often a square is pasted as it is."""

_BLOCKS = 4
_MIRRORED = (1, 0, 2, 4, 3)
"""The order of the five points in a mirrored face."""


@dataclass(frozen=True, slots=True)
class CompositeBatch:
    """Pictures, and what is in them.

    Attributes:
        pictures: (n, 3, side, side) float32, 0 to 1.
        present: (n,) bool: whether it holds a face.
        points: (n, 5, 2) float32: eyes, nose, corners of the mouth, in pixels; of no meaning where there is no face.
    """

    pictures: Tensor
    present: Tensor
    points: Tensor


def compose_pictures(faces: Tensor, backgrounds: Tensor, present: Tensor) -> CompositeBatch:
    """Put pictures together, by torch's generator.

    Args:
        faces: (n, 3, side, side) float32, 0 to 1, aligned; every second is mirrored.
        backgrounds: The same shape, n of at least 2.
        present: (n,) bool: which pictures are to hold their face.
    """
    count, side = len(faces), faces.shape[-1]
    mirrored = torch.rand(count) < 0.5
    faces = torch.where(mirrored.view(-1, 1, 1, 1), faces.flip(3), faces)
    pasted = torch.where(present.view(-1, 1, 1, 1), faces, _decoys(faces, backgrounds))
    turns, shifts = _placements(count)
    oval = torch.where((torch.rand(count) < _WHOLE).view(-1, 1, 1, 1), torch.ones(1, 1, side, side), _oval(side))
    moved = _moved(torch.cat([pasted, oval], dim=1), turns, shifts)
    cover = moved[:, 3:]
    pictures = (cover * moved[:, :3] + (1 - cover) * backgrounds).clamp(0, 1)
    return CompositeBatch(pictures, present, _points(mirrored, turns, shifts, side))


def _placements(count: int) -> tuple[Tensor, Tensor]:
    """Turn and scale, (n, 2, 2), and shift, (n, 2) in half sides, of each face."""
    scale = torch.empty(count).uniform_(*SCALES)
    angle = torch.empty(count).uniform_(-TURN, TURN)
    across, along = scale * angle.cos(), scale * angle.sin()
    turns = torch.stack([torch.stack([across, -along], 1), torch.stack([along, across], 1)], 1)
    return turns, torch.empty(count, 2).uniform_(-2 * SHIFT, 2 * SHIFT)


def _moved(maps: Tensor, turns: Tensor, shifts: Tensor) -> Tensor:
    """Maps pasted where they belong, zero around them. A point q (from the centre) goes to `turn · q + shift`."""
    back = torch.linalg.inv(turns)
    theta = torch.cat([back, -back @ shifts[:, :, None]], dim=2)
    grid = functional.affine_grid(theta, list(maps.shape), align_corners=True)
    return functional.grid_sample(maps, grid, align_corners=True)


def _points(mirrored: Tensor, turns: Tensor, shifts: Tensor, side: int) -> Tensor:
    half = (side - 1) / 2
    upright = (torch.from_numpy(TEMPLATE) * side / TEMPLATE_SIDE - half) / half
    turned_over = (upright * torch.tensor([-1.0, 1.0]))[list(_MIRRORED)]
    own = torch.where(mirrored.view(-1, 1, 1), turned_over, upright)
    return (own @ turns.transpose(1, 2) + shifts[:, None]) * half + half


def _oval(side: int) -> Tensor:
    """(1, 1, side, side): 1 on a face, 0 well outside it."""
    x, y, width, height = (value * side / TEMPLATE_SIDE for value in _OVAL)
    place = torch.arange(side, dtype=torch.float32)
    distance = (((place - x) / width)[None, :].square() + ((place - y) / height)[:, None].square()).sqrt()
    return torch.sigmoid((1 - distance) * _SOFTNESS)[None, None]


def _decoys(faces: Tensor, backgrounds: Tensor) -> Tensor:
    """What is pasted where there is no face: half the time another background, else a face in the wrong order."""
    chosen = (torch.rand(len(faces)) < 0.5).view(-1, 1, 1, 1)
    return torch.where(chosen, backgrounds.roll(1, 0), _mixed_up(faces))


def _mixed_up(faces: Tensor) -> Tensor:
    """Faces cut into squares that have changed places."""
    count, channels, side, _ = faces.shape
    block, places = side // _BLOCKS, _BLOCKS * _BLOCKS
    parts = faces.view(count, channels, _BLOCKS, block, _BLOCKS, block).permute(0, 2, 4, 1, 3, 5)
    parts = parts.reshape(count, places, channels, block, block)
    order = torch.rand(count, places).argsort(1)
    mixed = parts[torch.arange(count)[:, None], order].view(count, _BLOCKS, _BLOCKS, channels, block, block)
    return mixed.permute(0, 3, 1, 4, 2, 5).reshape(faces.shape)
