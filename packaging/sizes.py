"""Sizes of the components in a bundle."""

from collections import Counter
from pathlib import Path


def components(bundle: Path) -> Counter[str]:
    """Return the size of each component: a library with its shared objects, or a single file.

    Args:
        bundle: Directory made by PyInstaller.

    Returns:
        Bytes by name, without links.
    """
    sizes: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[_component(path.relative_to(bundle))] += path.stat().st_size
    return sizes


def _component(path: Path) -> str:
    parts = path.parts[1:] if path.parts[0] == "_internal" else path.parts
    return parts[0].removesuffix(".libs")
