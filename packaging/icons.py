"""Renders the SVG icon in the formats of the systems."""

import io
import os
from pathlib import Path

from PIL import Image

DRAWING = Path(__file__).resolve().parents[1] / "resources/icons/facelatch.svg"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_SIZES = (32, 64, 128, 256, 512, 1024)


def write_png(target: Path, size: int) -> None:
    """Write the icon as PNG of `size` × `size` pixels."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_drawn(size))


def write_ico(target: Path) -> None:
    """Write the icon in all sizes for Windows."""
    _write_all(target, ICO_SIZES, "ICO")


def write_icns(target: Path) -> None:
    """Write the icon in the sizes for macOS, except the smallest, which Pillow does not support."""
    _write_all(target, ICNS_SIZES, "ICNS")


def _write_all(target: Path, sizes: tuple[int, ...], kind: str) -> None:
    *smaller, largest = [Image.open(io.BytesIO(_drawn(size))).convert("RGBA") for size in sizes]
    target.parent.mkdir(parents=True, exist_ok=True)
    largest.save(target, kind, sizes=[(size, size) for size in sizes], append_images=smaller)


def _drawn(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QIcon

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([])
    image = QIcon(str(DRAWING)).pixmap(size, size).toImage()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload] # a device is taken, too
        raise OSError(f"cannot draw {DRAWING} with {size} pixels")
    assert app is not None
    return bytes(buffer.data().data())
