"""The one place that decodes still pictures."""

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, TiffImagePlugin, WebPImagePlugin

from app.core.errors import ImageTooLarge, ImageUnreadable
from app.core.faces import Image
from app.core.i18n import QT_TRANSLATE_NOOP

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})
"""The file names that are taken for pictures, in lower case."""

# Only these: others, as PostScript, start programs outside. Pillow knows the first four by itself.
_FORMATS = ("JPEG", "PNG", "BMP", "GIF", TiffImagePlugin.TiffImageFile.format, WebPImagePlugin.WebPImageFile.format)
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
_MISSING = QT_TRANSLATE_NOOP("errors", "There is no picture at: {path}")
_FOLDER = QT_TRANSLATE_NOOP("errors", "This is a folder, not a picture: {path}")
_EMPTY = QT_TRANSLATE_NOOP("errors", "This picture file is empty: {path}")

# Pillow's own limit warns at one size and fails at another; ours is checked in the same place, from the header.
Pillow.MAX_IMAGE_PIXELS = None


def read_picture(path: Path, limit_megapixels: float = 100) -> Image:
    """Read a picture as people see it.

    It is turned as its EXIF orientation says; 16 bits a channel become 8; grey, palette and CMYK become RGB; what
    shows through is white; of a moving picture the first frame is taken.

    Args:
        path: A JPEG, PNG, WebP, BMP, TIFF or GIF file, whatever its name.
        limit_megapixels: More pixels than that, in millions, are refused before they are decoded.

    Returns:
        height × width × 3, uint8, RGB, C-contiguous.

    Raises:
        ImageUnreadable: Missing, a folder, empty, not a picture, or a damaged one.
        ImageTooLarge: Above the limit.
    """
    _check_file(path)
    try:
        with warnings.catch_warnings():
            # About damaged marks inside files: of no use to whoever chose the file.
            warnings.simplefilter("ignore")
            return _decode(path, limit_megapixels)
    except _DAMAGE as error:
        raise ImageUnreadable(path=path) from error


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise ImageUnreadable(_FOLDER, path=path)
    if not path.exists():
        raise ImageUnreadable(_MISSING, path=path)
    if path.stat().st_size == 0:
        raise ImageUnreadable(_EMPTY, path=path)


def _decode(path: Path, limit_megapixels: float) -> Image:
    with Pillow.open(path, formats=_FORMATS) as file:
        if file.width * file.height > limit_megapixels * 1e6:
            raise ImageTooLarge(width=file.width, height=file.height, limit=f"{limit_megapixels:g}", path=path)
        upright = ImageOps.exif_transpose(file)
        return np.array(_eight_bit_rgb(upright), dtype=np.uint8, order="C")


def _eight_bit_rgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I"):
        # 65535 / 255 is 257; Pillow itself would clip everything above 255 to white.
        levels = np.asarray(picture).astype(np.float64) / 257.0
        return Pillow.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return picture.convert("RGB")
