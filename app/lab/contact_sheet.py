"""A picture of what each augmentation does."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from app.core.errors import ExportFailed
from app.lab.augment import ALL, Augmenter
from app.lab.faces import FaceSet

_COLUMNS = 8
_MARGIN = 8
_LABEL = 96


def write_contact_sheet(faces: FaceSet, path: Path, seed: int) -> None:
    """A row for each augmentation, and one for all together; the first row is as the faces are.

    Args:
        faces: The first eight are shown, some more than once if there are fewer.
        path: Of the PNG file.
        seed: Of what is random.

    Raises:
        ExportFailed: The file cannot be written.
    """
    torch.manual_seed(seed)
    batch = faces.batch(np.arange(_COLUMNS, dtype=np.int64) % len(faces))
    rows = {"as they are": batch}
    rows |= {name.value: Augmenter([name], occlusion_share=1.0)(batch) for name in ALL}
    rows["all"] = Augmenter()(batch)
    try:
        _drawn(rows).save(path, "PNG")
    except (OSError, ValueError) as error:
        raise ExportFailed(path=path, reason=getattr(error, "strerror", None) or error) from error


def _drawn(rows: dict[str, torch.Tensor]) -> Image.Image:
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
