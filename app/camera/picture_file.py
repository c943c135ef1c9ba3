"""Decoding of picture files."""

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
"""Suffixes of picture files, in lower case."""

# Other formats are not read: PostScript, for example, starts external programs. Pillow registers the first four itself.
_FORMATS = ("JPEG", "PNG", "BMP", "GIF", TiffImagePlugin.TiffImageFile.format, WebPImagePlugin.WebPImageFile.format)
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
_MISSING = QT_TRANSLATE_NOOP("errors", "There is no picture at: {path}")
_FOLDER = QT_TRANSLATE_NOOP("errors", "This is a folder, not a picture: {path}")
_EMPTY = QT_TRANSLATE_NOOP("errors", "This picture file is empty: {path}")

# Pillow's limit warns at one size and fails at another; `_decode` checks one limit after reading the header.
Pillow.MAX_IMAGE_PIXELS = None


def read_picture(path: Path, limit_megapixels: float = 100) -> Image:
    """Read a picture as an upright 8-bit RGB image.

    The EXIF orientation is applied; 16 bits per channel become 8; grey, palette and CMYK become RGB; transparent areas
    become white; of an animation, the first frame is read.

    Args:
        path: A JPEG, PNG, WebP, BMP, TIFF or GIF file, whatever its name.
        limit_megapixels: Largest number of pixels, in millions; checked before decoding.

    Returns:
        height × width × 3, uint8, RGB, C-contiguous.

    Raises:
        ImageUnreadable: The path is missing, a folder, empty, not a picture, or damaged.
        ImageTooLarge: The picture is above the limit.
    """
    _check_file(path)
    try:
        with warnings.catch_warnings():
            # Warnings about damaged metadata do not help the user who chose the file.
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
