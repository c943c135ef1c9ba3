"""Augmentation of aligned faces, each change by its name, and a contact sheet that shows them."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np
import torch
from kornia import augmentation
from PIL import Image, ImageDraw
from torch import Tensor, nn

from app.core.errors import ExportFailed
from app.lab.data.faces import FaceSet

_OCCLUDED = 0.3
"""Share of the face that is covered."""

_SHAPE = (0.5, 2.0)
"""Range of width over height of the covering rectangle."""

_SOMETIMES = 0.5
"""Share of faces that are covered or blended; the others stay as they are."""


class Augmentation(StrEnum):
    """Available changes.

    ROTATION: ±15°. SCALE: 0.9 to 1.1. NOISE: Gaussian, σ 0.01 of the range. BRIGHTNESS and CONTRAST: ±0.2. OCCLUSION: a
    rectangle over 30 % of the face. FLIP: mirrored, every second face. SHIFT: ±4 % of the sides. BLUR: an unfocused
    camera.
    GREY: without colour, one face in ten. MIX: every second face blended with another of the batch; the result shows no
    person, so it suits students only, whose teacher embeds any picture.
    """

    ROTATION = "rotation"
    SCALE = "scale"
    NOISE = "noise"
    BRIGHTNESS = "brightness"
    CONTRAST = "contrast"
    OCCLUSION = "occlusion"
    FLIP = "flip"
    SHIFT = "shift"
    BLUR = "blur"
    GREY = "grey"
    MIX = "mix"


ALL = tuple(Augmentation)
FAITHFUL = tuple(name for name in ALL if name is not Augmentation.MIX)
"""Changes after which a face still shows the same person."""


class _Mix(nn.Module):
    """Blends every second face with another of the batch, by a random share."""

    def forward(self, faces: Tensor) -> Tensor:
        share = torch.rand(len(faces), 1, 1, 1) * (torch.rand(len(faces), 1, 1, 1) < _SOMETIMES)
        return torch.lerp(faces, faces[torch.randperm(len(faces))], share)


_MAKERS: dict[Augmentation, Callable[[], nn.Module]] = {
    Augmentation.ROTATION: lambda: augmentation.RandomRotation(15.0, p=1.0),
    Augmentation.SCALE: lambda: augmentation.RandomAffine(0.0, scale=(0.9, 1.1), p=1.0),
    Augmentation.SHIFT: lambda: augmentation.RandomAffine(0.0, translate=(0.04, 0.04), p=1.0),
    Augmentation.BLUR: lambda: augmentation.RandomGaussianBlur((5, 5), (0.1, 1.5), p=0.3),
    Augmentation.BRIGHTNESS: lambda: augmentation.RandomBrightness((0.8, 1.2), p=1.0),
    Augmentation.CONTRAST: lambda: augmentation.RandomContrast((0.8, 1.2), p=1.0),
    Augmentation.GREY: lambda: augmentation.RandomGrayscale(p=0.1),
    Augmentation.NOISE: lambda: augmentation.RandomGaussianNoise(0.0, 0.01, p=1.0),
    Augmentation.MIX: _Mix,
    Augmentation.FLIP: lambda: augmentation.RandomHorizontalFlip(p=0.5),
    Augmentation.OCCLUSION: lambda: augmentation.RandomErasing((_OCCLUDED, _OCCLUDED), _SHAPE, 0.5, p=1.0),
}
"""In the order of application: geometry, optics, light, sensor, occlusion."""


class Augmenter:
    """Changes batches of faces at random, by torch's generator.

    Args:
        names: Changes to apply.
        occlusion_share: Share of the faces that are covered, if occlusion is among the changes.
    """

    def __init__(self, names: Sequence[Augmentation] = FAITHFUL, occlusion_share: float = _SOMETIMES) -> None:
        self.names = tuple(name for name in _MAKERS if name in names)
        self._steps = [_MAKERS[name]() for name in self.names]
        self._occlusion_share = occlusion_share

    @torch.no_grad()
    def __call__(self, faces: Tensor) -> Tensor:
        """Change every face.

        Args:
            faces: (n, 3, h, w) float32, 0 to 1.

        Returns:
            The same shape and range.
        """
        for name, step in zip(self.names, self._steps, strict=True):
            changed = step(faces).clamp(0, 1)
            if name is Augmentation.OCCLUSION:
                chosen = torch.rand(len(faces), 1, 1, 1) < self._occlusion_share
                changed = torch.where(chosen, changed, faces)
            faces = changed
        return faces


_COLUMNS = 8
_MARGIN = 8
_LABEL = 96


def write_contact_sheet(faces: FaceSet, path: Path, seed: int) -> None:
    """Write a PNG with a row for each augmentation and one for all together; the first row shows the faces unchanged.

    Args:
        faces: The first eight are shown; some repeat if there are fewer.
        path: The PNG file.
        seed: Seed of the changes.

    Raises:
        ExportFailed: The file cannot be written.
    """
    torch.manual_seed(seed)
    batch = faces.batch(np.arange(_COLUMNS, dtype=np.int64) % len(faces))
    rows = {"as they are": batch}
    rows |= {name.value: Augmenter([name], occlusion_share=1.0)(batch) for name in ALL}
    rows["all"] = Augmenter()(batch)
    try:
        _draw_sheet(rows).save(path, "PNG")
    except (OSError, ValueError) as error:
        raise ExportFailed(path=path, reason=getattr(error, "strerror", None) or error) from error


def _draw_sheet(rows: dict[str, torch.Tensor]) -> Image.Image:
    side = next(iter(rows.values())).shape[2]
    pitch = side + _MARGIN
    sheet = Image.new("RGB", (_LABEL + _COLUMNS * pitch + _MARGIN, len(rows) * pitch + _MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    for row, (name, faces) in enumerate(rows.items()):
        top = _MARGIN + row * pitch
        pen.text((_MARGIN, top + side // 2 - 5), name, fill="black")
        pixels = (faces.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).numpy()
        for column, face in enumerate(pixels):
            sheet.paste(Image.fromarray(face), (_LABEL + column * pitch, top))
    return sheet
