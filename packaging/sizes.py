"""What a bundle's bytes are spent on."""

from collections import Counter
from pathlib import Path


def components(bundle: Path) -> Counter[str]:
    """Bytes by component: a library with the shared objects that it brings, or a single file.

    Args:
        bundle: PyInstaller's directory.

    Returns:
        By name. Links count nothing.
    """
    sizes: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[_component(path.relative_to(bundle))] += path.stat().st_size
    return sizes


def _component(path: Path) -> str:
    parts = path.parts[1:] if path.parts[0] == "_internal" else path.parts
    return parts[0].removesuffix(".libs")
