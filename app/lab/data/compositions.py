"""Composite pictures with a face at a random place, or without one, from aligned faces and backgrounds.

Pasted content mostly fades out around an oval: if every paste had an edge, a detector would learn edges. For the same
reason, pictures without a face contain a pasted decoy: another background, or a face with shuffled parts.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE

SCALES = (0.7, 1.05)
"""Range of the face's scale; 1 is that of an aligned face."""

MAX_ROTATION = math.radians(15)
SHIFT = 8 / TEMPLATE_SIDE
"""Range of the face's shift to either side of an aligned face, in sides of the picture."""

_OVAL = (56.0, 64.0, 42.0, 54.0)
"""Oval of a face on the template: centre and semi-axes."""

_SOFTNESS = 12.0
_WHOLE = 0.25
"""Share of pictures in which the whole square is pasted."""

_BLOCKS = 4
_MIRRORED = (1, 0, 2, 4, 3)
"""Order of the five landmarks in a mirrored face."""


@dataclass(frozen=True, slots=True)
class CompositeBatch:
    """Composite pictures and their labels.

    Attributes:
        pictures: (n, 3, side, side) float32, 0 to 1.
        present: (n,) bool, True for pictures with a face.
        points: (n, 5, 2) float32, eyes, nose and corners of the mouth in pixels; undefined without a face.
    """

    pictures: Tensor
    present: Tensor
    points: Tensor


def compose_pictures(faces: Tensor, backgrounds: Tensor, present: Tensor) -> CompositeBatch:
    """Compose pictures at random, by torch's generator.

    Args:
        faces: (n, 3, side, side) float32, 0 to 1, aligned; every second one is mirrored.
        backgrounds: The same shape, n >= 2.
        present: (n,) bool, True for pictures that show their face.
    """
    count, side = len(faces), faces.shape[-1]
    mirrored = torch.rand(count) < 0.5
    faces = torch.where(mirrored.view(-1, 1, 1, 1), faces.flip(3), faces)
    pasted = torch.where(present.view(-1, 1, 1, 1), faces, _decoys(faces, backgrounds))
    transforms, shifts = _placements(count)
    oval = torch.where((torch.rand(count) < _WHOLE).view(-1, 1, 1, 1), torch.ones(1, 1, side, side), _oval(side))
    moved = _paste(torch.cat([pasted, oval], dim=1), transforms, shifts)
    cover = moved[:, 3:]
    pictures = (cover * moved[:, :3] + (1 - cover) * backgrounds).clamp(0, 1)
    return CompositeBatch(pictures, present, _points(mirrored, transforms, shifts, side))


def _placements(count: int) -> tuple[Tensor, Tensor]:
    """Rotation and scale of each face, (n, 2, 2), and its shift, (n, 2) in half sides."""
    scale = torch.empty(count).uniform_(*SCALES)
    angle = torch.empty(count).uniform_(-MAX_ROTATION, MAX_ROTATION)
    across, along = scale * angle.cos(), scale * angle.sin()
    transforms = torch.stack([torch.stack([across, -along], 1), torch.stack([along, across], 1)], 1)
    return transforms, torch.empty(count, 2).uniform_(-2 * SHIFT, 2 * SHIFT)


def _paste(maps: Tensor, transforms: Tensor, shifts: Tensor) -> Tensor:
    """Maps pasted at their placements, zero around them; a point q (from the centre) moves to `transform·q + shift`."""
    back = torch.linalg.inv(transforms)
    theta = torch.cat([back, -back @ shifts[:, :, None]], dim=2)
    grid = functional.affine_grid(theta, list(maps.shape), align_corners=True)
    return functional.grid_sample(maps, grid, align_corners=True)


def _points(mirrored: Tensor, transforms: Tensor, shifts: Tensor, side: int) -> Tensor:
    half = (side - 1) / 2
    upright = (torch.from_numpy(TEMPLATE) * side / TEMPLATE_SIDE - half) / half
    flipped = (upright * torch.tensor([-1.0, 1.0]))[list(_MIRRORED)]
    own = torch.where(mirrored.view(-1, 1, 1), flipped, upright)
    return (own @ transforms.transpose(1, 2) + shifts[:, None]) * half + half


def _oval(side: int) -> Tensor:
    """(1, 1, side, side): 1 on a face, 0 well outside of it."""
    x, y, width, height = (value * side / TEMPLATE_SIDE for value in _OVAL)
    place = torch.arange(side, dtype=torch.float32)
    distance = (((place - x) / width)[None, :].square() + ((place - y) / height)[:, None].square()).sqrt()
    return torch.sigmoid((1 - distance) * _SOFTNESS)[None, None]


def _decoys(faces: Tensor, backgrounds: Tensor) -> Tensor:
    """Content pasted where there is no face: another background, or a face with shuffled parts."""
    chosen = (torch.rand(len(faces)) < 0.5).view(-1, 1, 1, 1)
    return torch.where(chosen, backgrounds.roll(1, 0), _shuffle_tiles(faces))


def _shuffle_tiles(faces: Tensor) -> Tensor:
    """Faces cut into squares in random order."""
    count, channels, side, _ = faces.shape
    block, places = side // _BLOCKS, _BLOCKS * _BLOCKS
    parts = faces.view(count, channels, _BLOCKS, block, _BLOCKS, block).permute(0, 2, 4, 1, 3, 5)
    parts = parts.reshape(count, places, channels, block, block)
    order = torch.rand(count, places).argsort(1)
    mixed = parts[torch.arange(count)[:, None], order].view(count, _BLOCKS, _BLOCKS, channels, block, block)
    return mixed.permute(0, 3, 1, 4, 2, 5).reshape(faces.shape)
