"""Twenty synthetic people: deformed and recoloured portraits in the public domain."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from app.core.faces import Image as Pixels
from app.core.paths import resources_dir

PEOPLE = 20
PICTURES = 3
_SIDE = 160
_GRID = 5
_PULL = 6.0
"""Standard deviation of a person's deformation at the grid's points, in pixels."""


def write_people(folder: Path, people: int = PEOPLE, pictures: int = PICTURES) -> None:
    """Write one folder per person, `person00/0.png` and so on. The pictures are deterministic."""
    portraits = [_face_of(path) for path in sorted((resources_dir() / "portraits").glob("*.jpg"))]
    for number in range(people):
        random = np.random.default_rng(number)
        person = _deformed(portraits[number % len(portraits)], random)
        directory = folder / f"person{number:02d}"
        directory.mkdir(parents=True)
        for picture in range(pictures):
            Image.fromarray(_taken(person, random)).save(directory / f"{picture}.png", compress_level=1)


def _face_of(path: Path) -> Pixels:
    """Return a downscaled portrait."""
    picture = np.asarray(Image.open(path).convert("RGB"))
    scale = _SIDE / min(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _deformed(portrait: Pixels, random: np.random.Generator) -> Pixels:
    """Return a face with smooth deformation, random tint, and random mirroring."""
    height, width = portrait.shape[:2]
    fields = [
        cv2.resize(random.normal(0, _PULL, (_GRID, _GRID)), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in "xy"
    ]
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    moved = cv2.remap(
        portrait,
        (x + fields[0]).astype(np.float32),
        (y + fields[1]).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    tint = random.uniform(0.6, 1.3, 3)
    coloured = np.clip(moved * tint, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(coloured[:, ::-1]) if random.random() < 0.5 else coloured


def _taken(person: Pixels, random: np.random.Generator) -> Pixels:
    """A photograph: turned a little, shifted, in another light, with noise."""
    height, width = person.shape[:2]
    dx, dy = random.uniform(-6, 6, 2)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-8, 8), random.uniform(0.92, 1.08))
    shift = np.array([[0, 0, dx], [0, 0, dy]])
    turned = cv2.warpAffine(person, matrix + shift, (width, height), borderMode=cv2.BORDER_REFLECT)
    lit = turned * random.uniform(0.85, 1.1) + random.normal(0, 3, turned.shape)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)
